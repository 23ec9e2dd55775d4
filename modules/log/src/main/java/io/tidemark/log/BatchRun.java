package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.util.Optional;

/// Whole batches in one file, each of which follows the one before; what is between them is not
/// asked.
///
/// @param position where the first begins
/// @param endPosition where the last ends
/// @param baseLsn of the first
/// @param previousChecksum of the batch that the first follows
/// @param end after the last
public record BatchRun(
    String file, long position, long endPosition, long baseLsn, int previousChecksum, Tail end) {
  private static final int WINDOW_BYTES = 1 << 18;

  /// Whether its first batch comes next after `tail`.
  public boolean follows(Tail tail) {
    return baseLsn == tail.nextLsn() && previousChecksum == tail.checksum();
  }

  /// Whether the record with `lsn` is in it.
  public boolean holds(long lsn) {
    return baseLsn <= lsn && lsn <= end.lastLsn();
  }

  /// Reads it from its start; the caller closes.
  public Reader in(Directory directory) {
    return new Reader(this, directory.open(file));
  }

  /// Reads the batches of a run, one after the other. One thread.
  public static final class Reader implements AutoCloseable {
    private final BatchRun run;
    private final StoredFile stored;
    private final BatchSearch search;
    private long nextLsn;
    private int checksum;

    private Reader(BatchRun run, StoredFile stored) {
      this.run = run;
      this.stored = stored;
      this.nextLsn = run.baseLsn;
      this.checksum = run.previousChecksum;
      FrameWindow window = FrameWindow.reading(stored, stored.lengthBytes(), WINDOW_BYTES);
      this.search = new BatchSearch(window, run.position, run.endPosition, BatchSearch.Sights.NONE);
    }

    /// The next batch; none behind the last.
    public Optional<Batch> next() {
      if (nextLsn > run.end.lastLsn()) {
        return Optional.empty();
      }
      boolean found = search.next();
      Check.that(found && search.baseLsn() == nextLsn, "LSN %d was there before", nextLsn, 0);
      nextLsn = search.tail().nextLsn();
      checksum = search.tail().checksum();
      return Optional.of(search.batch());
    }

    /// What was not read yet.
    public BatchRun rest() {
      return new BatchRun(run.file, search.position(), run.endPosition, nextLsn, checksum, run.end);
    }

    @Override
    public void close() {
      stored.close();
    }
  }
}
