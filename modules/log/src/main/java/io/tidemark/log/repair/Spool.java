package io.tidemark.log.repair;

import io.tidemark.log.Batch;
import io.tidemark.log.BatchRun;
import io.tidemark.log.Tail;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;

/// What was gathered for one gap, in a file that need not survive anything: opening deletes it
/// where it is left over.
final class Spool implements AutoCloseable {
  private static final String NAME = "gap-%020d.new";

  private final Directory directory;
  private final String name;
  private final Tail before;
  private final StoredFile file;
  private Tail end;
  private long position;

  /// For what follows `before`.
  Spool(Directory directory, Tail before) {
    this.directory = directory;
    this.name = NAME.formatted(before.nextLsn());
    this.before = before;
    this.end = before;
    if (directory.list().contains(name)) {
      directory.delete(name);
    }
    this.file = directory.create(name);
  }

  /// Takes `batch`, which follows.
  void add(Batch batch) {
    file.write(batch.bytes(), position);
    position += batch.sizeBytes();
    end = end.after(batch);
  }

  /// Forgets all it took.
  void rewind() {
    position = 0;
    end = before;
  }

  Tail end() {
    return end;
  }

  BatchRun run() {
    return new BatchRun(name, 0, position, before.nextLsn(), before.checksum(), end);
  }

  @Override
  public void close() {
    file.close();
    // Who lacked room may have deleted it.
    if (directory.list().contains(name)) {
      directory.delete(name);
    }
  }
}
