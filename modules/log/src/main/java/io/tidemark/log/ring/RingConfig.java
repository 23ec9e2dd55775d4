package io.tidemark.log.ring;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordFormat;

/// The limits of a ring, of which there is one for each partition that leads.
///
/// Its memory counts as direct memory of the JVM, and is freed some time after the last user forgot
/// it, not at the close.
///
/// @param capacityBytes the memory for records, a power of two from 4 KiB to 1 GiB; too small:
///   producers find it full during every sync; too large: memory that is touched round and round,
///   outside every cache
/// @param maxRecords how many records may be claimed and not yet drained, a power of two up to 2²⁴;
///   too small: small records find the ring full while most of its bytes are free; too large: 16
///   bytes of heap for each, twice that in heaps over 32 GB, whether used or not
/// @param maxRecordBytes the largest payload, a stamp included; too small: what could be written is
///   refused; too large: one record holds up all others while it is filled. Its whole frame must
///   fit into half of the ring, because up to a frame's length is lost where the ring wraps
/// @param maxGroupRecords how many records may be appended as one, at most what a drain takes; all
///   of them together are within `maxRecordBytes`
public record RingConfig(
    int capacityBytes, int maxRecords, int maxRecordBytes, int maxGroupRecords) {
  static final int MIN_CAPACITY_BYTES = 1 << 12;
  static final int MAX_CAPACITY_BYTES = 1 << 30;
  static final int MAX_RECORDS = 1 << 24;

  private static final int MIB = 1 << 20;

  public RingConfig {
    Check.argument(
        Integer.bitCount(capacityBytes) == 1
            && capacityBytes >= MIN_CAPACITY_BYTES
            && capacityBytes <= MAX_CAPACITY_BYTES,
        "a ring of %d bytes: expected a power of two in %d..%d",
        capacityBytes,
        MIN_CAPACITY_BYTES,
        MAX_CAPACITY_BYTES);
    Check.argument(
        Integer.bitCount(maxRecords) == 1 && maxRecords > 0 && maxRecords <= MAX_RECORDS,
        "a ring of %d records: expected a power of two in 1..%d",
        maxRecords,
        MAX_RECORDS);
    Check.argument(
        maxRecordBytes >= 0 && frameBytes(maxRecordBytes) <= capacityBytes / 2,
        "a record of %d bytes does not fit into half a ring of %d",
        maxRecordBytes,
        capacityBytes);
    Check.argument(
        maxGroupRecords >= 1 && maxGroupRecords <= maxRecords,
        "groups of %d in a ring of %d records",
        maxGroupRecords,
        maxRecords);
  }

  /// Groups may be as long as the ring.
  public RingConfig(int capacityBytes, int maxRecords, int maxRecordBytes) {
    this(capacityBytes, maxRecords, maxRecordBytes, maxRecords);
  }

  /// 8 MiB, 65,536 records, payloads up to 1 MiB.
  public static RingConfig defaults() {
    return new RingConfig(8 * MIB, 1 << 16, MIB);
  }

  /// The most bytes one record takes: the least that a drain needs to get any record out.
  public int maxFrameBytes() {
    return (int) frameBytes(maxRecordBytes);
  }

  private static long frameBytes(int payloadBytes) {
    return RecordFormat.frameBytes(payloadBytes, RecordFormat.KEYED);
  }
}
