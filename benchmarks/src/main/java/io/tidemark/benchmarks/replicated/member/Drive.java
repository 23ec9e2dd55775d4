package io.tidemark.benchmarks.replicated.member;

import io.tidemark.benchmarks.contender.Payloads;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/// Keeps a number of records outstanding for some time, from one thread, as a caller does who
/// waits: a record's time ends when that thread runs again and knows.
///
/// @param records acknowledged
/// @param nanos from the first append to the last acknowledgement
/// @param waits nanoseconds of each record, if one was outstanding
record Drive(long records, long nanos, Histogram waits) {
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long NO_ROOM_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  /// Appends as long as `goesOn`. Throws if a record is not acknowledged: nothing that is measured
  /// may fail.
  static Drive of(
      Producer producer,
      Outcomes outcomes,
      Payloads payloads,
      int outstanding,
      BooleanSupplier goesOn) {
    Histogram waits = new Histogram(3);
    long before = outcomes.acknowledged();
    long began = System.nanoTime();
    long now = began;
    long moved = began;
    long sent = 0;
    long acknowledged = 0;
    boolean open = true;
    while (open || acknowledged < sent) {
      boolean room = true;
      long sentAt = now;
      while (open && room && sent - acknowledged < outstanding) {
        room = producer.append(payloads.get(sent));
        sent += room ? 1 : 0;
      }
      long patience = room ? STUCK_NANOS : NO_ROOM_NANOS;
      producer.await(outcomes, before + acknowledged, patience);
      now = System.nanoTime();
      long newly = outcomes.acknowledged() - before - acknowledged;
      acknowledged += newly;
      if (outstanding == 1 && newly == 1) {
        waits.recordValue(now - sentAt);
      }
      moved = newly > 0 ? now : moved;
      if (outcomes.failed() > 0 || now - moved > STUCK_NANOS) {
        throw new IllegalStateException(
            "%d of %d records acknowledged, %d failed: %s"
                .formatted(acknowledged, sent, outcomes.failed(), outcomes.reason()));
      }
      open = goesOn.getAsBoolean();
    }
    return new Drive(acknowledged, now - began, waits);
  }
}
