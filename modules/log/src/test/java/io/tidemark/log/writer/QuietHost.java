package io.tidemark.log.writer;

import io.tidemark.log.BatchBuilder;
import java.time.Duration;
import java.util.List;

/// A host for whom nobody waits, who reminds of nothing, and never has to say that a disk is full.
/// A test says what is otherwise.
class QuietHost implements WriterHost {
  @Override
  public long wallMicros() {
    return 1_000;
  }

  @Override
  public void remindAfter(Reminder reminder, Duration delay) {
    // The test's own time.
  }

  @Override
  public boolean appended(BatchBuilder batch, List<Waiting> waiting) {
    return false;
  }

  @Override
  public boolean repeated(Waiting waiting, long lsn) {
    return false;
  }

  @Override
  public void synced(long lsn) {
    // Asked of the log.
  }

  @Override
  public void readOnly(String reason) {
    throw new IllegalStateException(reason);
  }
}
