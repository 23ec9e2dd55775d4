package io.tidemark.log.writer;

import io.tidemark.log.RecordData;
import io.tidemark.log.producers.Producers;
import io.tidemark.log.ring.AppendRing;
import java.util.List;

/// A ring, from when it is opened to producers until it is known what became of each of its
/// records.
final class Lane {
  private final AppendRing ring;
  private final Repeats repeats;
  private final Arrivals durable = new Arrivals();
  private volatile long refusedFromLsn = Long.MAX_VALUE;

  Lane(AppendRing ring, Producers producers) {
    this.ring = ring;
    this.repeats = new Repeats(ring, producers);
  }

  AppendRing ring() {
    return ring;
  }

  /// Appends `record`, which has a stamp, unless it was appended before.
  StampedAppend append(RecordData record, Object attachment) {
    return repeats.append(record, attachment);
  }

  /// Takes who waits for a record that was appended before, at or below `appendedLsn`.
  List<Repeats.Repeated> repeated(long appendedLsn) {
    return repeats.take(appendedLsn);
  }

  /// Who waits for its records.
  Arrivals durable() {
    return durable;
  }

  /// Whether the record with `lsn` was surely not appended; final once true. See
  /// [AppendRing#wasRefused] for the order in which a producer may rely on it.
  boolean isRefused(long lsn) {
    return lsn >= refusedFromLsn || ring.wasRefused(lsn);
  }

  /// The first record that was not appended, once there is one.
  long refusedFromLsn() {
    return refusedFromLsn;
  }

  /// Ends it. Records from `fromLsn` on were not appended: at most the first that was not taken,
  /// and lower if what was taken found no room.
  void close(long fromLsn, Refusal reason, String detail) {
    refusedFromLsn = fromLsn;
    ring.close();
    for (long lsn = ring.endLsn(); lsn < ring.claimedLsn(); lsn++) {
      if (ring.attachment(lsn) instanceof Waiting waiting) {
        waiting.refused(fromLsn, reason, detail);
      }
    }
    for (Repeats.Repeated one : repeats.close()) {
      if (one.lsn() >= fromLsn) {
        one.waiting().refused(fromLsn, reason, detail);
      } else {
        one.waiting().unknown(detail);
      }
    }
    durable.refuse(fromLsn, new NotAppendedException(reason, detail));
  }
}
