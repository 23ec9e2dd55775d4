package io.tidemark.log.journal;

import io.tidemark.foundation.Check;
import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A file whose writes are copied to a journal, as far as that is worthwhile; a sync is then one of
/// the journal.
final class JournaledFile implements StoredFile {
  private final Journal journal;
  private final Path path;
  private final StoredFile base;

  /// The last round with a write that was not synced; the owner's.
  private Optional<Round> round = Optional.empty();

  /// Something that is not synced is not in the journal either; the owner's. At first that may be
  /// what somebody wrote before it was opened.
  private boolean direct = true;

  /// Something is in the journal and may not be on the disk here.
  private volatile boolean unsettled;

  private volatile boolean closed;

  /// Where it is, from the directory of the journal on.
  record Path(String text, byte[] bytes) {
    static final int MAX_BYTES = 512;

    static Path of(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Check.argument(bytes.length <= MAX_BYTES, "a path of %d bytes: %s", bytes.length, text);
      return new Path(text, bytes);
    }
  }

  JournaledFile(Journal journal, Path path, StoredFile base) {
    this.journal = journal;
    this.path = path;
    this.base = base;
  }

  Path path() {
    return path;
  }

  @Override
  public String describe() {
    return base.describe();
  }

  @Override
  public long lengthBytes() {
    return base.lengthBytes();
  }

  @Override
  public int read(ByteBuffer target, long position) {
    return base.read(target, position);
  }

  @Override
  public int blockBytes() {
    return base.blockBytes();
  }

  @Override
  public Optional<MappedFile> map(long lengthBytes) {
    return base.map(lengthBytes);
  }

  @Override
  public void write(ByteBuffer source, long position) {
    if (direct || !journal.takes(source.remaining())) {
      direct = true;
      base.write(source, position);
      return;
    }
    ByteBuffer content = source.duplicate();
    base.write(source, position);
    unsettled = true;
    round = Optional.of(journal.add(Entry.WRITE, position, path, content));
  }

  @Override
  public void sync() {
    if (closed) {
      throw new StorageException(Category.REFUSED, "closed: " + path.text());
    }
    journal.syncs(this);
    if (direct) {
      syncBase();
      journal.settled(path);
      direct = false;
    } else if (round.isPresent()) {
      journal.commit(round.get());
    }
    round = Optional.empty();
  }

  /// Puts on the disk here what is in the journal; for any thread.
  synchronized void settle() {
    if (unsettled && !closed) {
      syncBase();
    }
  }

  /// One at a time: of two syncs of one descriptor only one hears that it failed. If that was what
  /// the journal waited for, it must keep what it holds.
  private synchronized void syncBase() {
    boolean held = unsettled;
    // First, because the owner may write meanwhile.
    unsettled = false;
    try {
      Uninterrupted.run(base::sync);
    } catch (RuntimeException e) {
      if (held) {
        journal.fail(e);
      }
      throw e;
    } catch (Error e) {
      journal.fail(e);
      throw e;
    }
  }

  @Override
  public synchronized void close() {
    try {
      if (!journal.isFailed()) {
        settle();
      }
    } finally {
      closed = true;
      journal.closed(this);
      base.close();
    }
  }
}
