package io.tidemark.log;

import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// A directory between a log and its disk that does not do all it is asked for.
final class SpoiltDirectory implements Directory {
  /// What it does instead; each method does as it is asked if it is not overridden.
  interface Bug {
    /// @param lastWord the first eight bytes that were written last
    default boolean syncsFile(String name, long lastWord) {
      return true;
    }

    /// @param lastChange `+name` or `-name`, empty if none was made since the log was opened
    default boolean syncsNames(String lastChange) {
      return true;
    }

    default boolean ignoresFailedSync() {
      return false;
    }

    default void rename(Directory sound, String from, String to) {
      sound.rename(from, to);
    }

    default void delete(Directory sound, String name) {
      sound.delete(name);
    }

    /// What is written in place of `source`.
    default Optional<ByteBuffer> written(
        Directory sound, String name, ByteBuffer source, long position) {
      return Optional.of(source);
    }
  }

  private final Directory sound;
  private final Bug bug;
  private String lastChange = "";

  SpoiltDirectory(Directory sound, Bug bug) {
    this.sound = sound;
    this.bug = bug;
  }

  @Override
  public String describe() {
    return sound.describe();
  }

  @Override
  public List<String> list() {
    return sound.list();
  }

  @Override
  public List<String> children() {
    return sound.children();
  }

  @Override
  public StoredFile create(String name, Access access) {
    return new SpoiltFile(name, sound.create(name, access));
  }

  @Override
  public StoredFile open(String name, Access access) {
    return new SpoiltFile(name, sound.open(name, access));
  }

  @Override
  public void rename(String from, String to) {
    lastChange = "+" + to;
    bug.rename(sound, from, to);
  }

  @Override
  public void delete(String name) {
    lastChange = "-" + name;
    bug.delete(sound, name);
  }

  @Override
  public void sync() {
    if (bug.syncsNames(lastChange)) {
      sound.sync();
    }
  }

  @Override
  public Directory child(String name) {
    return sound.child(name);
  }

  @Override
  public Lock lock() {
    return sound.lock();
  }

  private final class SpoiltFile implements StoredFile {
    private final String name;
    private final StoredFile file;
    private long lastWord;

    SpoiltFile(String name, StoredFile file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public String describe() {
      return file.describe();
    }

    @Override
    public long lengthBytes() {
      return file.lengthBytes();
    }

    @Override
    public int read(ByteBuffer target, long position) {
      return file.read(target, position);
    }

    @Override
    public int blockBytes() {
      return file.blockBytes();
    }

    @Override
    public Optional<MappedFile> map(long lengthBytes) {
      return file.map(lengthBytes);
    }

    @Override
    public void write(ByteBuffer source, long position) {
      lastWord = BatchFormat.littleEndian(source.slice()).getLong(0);
      bug.written(sound, name, source, position).ifPresent(bytes -> file.write(bytes, position));
    }

    @Override
    public void sync() {
      if (!bug.syncsFile(name, lastWord)) {
        return;
      }
      try {
        file.sync();
      } catch (StorageException e) {
        if (!bug.ignoresFailedSync()) {
          throw e;
        }
      }
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
