package io.tidemark.log;

import io.tidemark.simkit.ForwardingDirectory;
import io.tidemark.simkit.ForwardingFile;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A directory between a log and its disk that does not do all it is asked for.
final class SpoiltDirectory extends ForwardingDirectory {
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
    super(sound);
    this.sound = sound;
    this.bug = bug;
  }

  @Override
  protected StoredFile handOut(String name, StoredFile file) {
    return new SpoiltFile(name, file);
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
      super.sync();
    }
  }

  private final class SpoiltFile extends ForwardingFile {
    private final String name;
    private long lastWord;

    SpoiltFile(String name, StoredFile file) {
      super(file);
      this.name = name;
    }

    @Override
    public void write(ByteBuffer source, long position) {
      lastWord = BatchFormat.littleEndian(source.slice()).getLong(0);
      bug.written(sound, name, source, position).ifPresent(bytes -> super.write(bytes, position));
    }

    @Override
    public void sync() {
      if (!bug.syncsFile(name, lastWord)) {
        return;
      }
      try {
        super.sync();
      } catch (StorageException e) {
        if (!bug.ignoresFailedSync()) {
          throw e;
        }
      }
    }
  }
}
