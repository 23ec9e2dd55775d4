package io.tidemark.log.journal;

import io.tidemark.log.Log;
import io.tidemark.log.LogCursor;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.util.HashMap;
import java.util.Map;

/// Writes once more what a journal holds and the files may have lost.
///
/// It may be interrupted anywhere and is then done again: what it writes was written there before,
/// and nothing came over it that was not in the journal too, or is known to be settled.
final class Replay {
  private final Log log;
  private final Directory parent;
  private final Map<String, Long> settled = new HashMap<>();
  private final Map<String, StoredFile> files = new HashMap<>();
  private long fromLsn;

  private Replay(Log log, Directory parent) {
    this.log = log;
    this.parent = parent;
    this.fromLsn = log.firstLsn();
  }

  /// Returns how many writes were done again; all of them are durable then.
  static long of(Log log, Directory parent) {
    Replay replay = new Replay(log, parent);
    try {
      replay.findSettled();
      long writes = replay.writeAgain();
      replay.files.values().forEach(StoredFile::sync);
      return writes;
    } finally {
      replay.files.values().forEach(StoredFile::close);
    }
  }

  private void findSettled() {
    LogCursor cursor = log.cursor(fromLsn);
    while (cursor.next()) {
      switch (cursor.type()) {
        case Entry.SETTLED -> settled.put(Entry.path(cursor.payload()), cursor.lsn());
        case Entry.CHECKPOINT -> fromLsn = Math.max(fromLsn, Entry.number(cursor.payload()));
        default -> {
          // A write.
        }
      }
    }
  }

  private long writeAgain() {
    long writes = 0;
    LogCursor cursor = log.cursor(fromLsn);
    while (cursor.next()) {
      if (cursor.type() == Entry.WRITE) {
        String path = Entry.path(cursor.payload());
        if (cursor.lsn() > settled.getOrDefault(path, 0L)) {
          StoredFile file = files.computeIfAbsent(path, this::open);
          file.write(Entry.content(cursor.payload()), Entry.number(cursor.payload()));
          writes++;
        }
      }
    }
    return writes;
  }

  private StoredFile open(String path) {
    Directory directory = parent;
    String[] steps = path.split("/");
    for (int i = 0; i < steps.length - 1; i++) {
      if (!directory.children().contains(steps[i])) {
        throw missing(path);
      }
      directory = directory.child(steps[i]);
    }
    String name = steps[steps.length - 1];
    if (!directory.list().contains(name)) {
      throw missing(path);
    }
    return directory.open(name);
  }

  private JournalDamagedException missing(String path) {
    return new JournalDamagedException(parent.describe(), path);
  }
}
