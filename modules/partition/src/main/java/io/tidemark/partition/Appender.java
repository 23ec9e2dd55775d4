package io.tidemark.partition;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.ring.Claim;

/// Appends records from this JVM without a message, and without an object, for each: its records go
/// into the writer's ring, where they have their LSN at once.
///
/// For one thread; take another one for another. It is for one leadership: when that ends, every
/// call says [AppendRing#CLOSED], and [#isRefused] tells of each LSN whether the record was
/// appended. What was appended is durable when [io.tidemark.log.Log#durableLsn] says so, and
/// committed when the [Watermarks] do.
public final class Appender {
  private final Appends appends;
  private final AppendRing ring;
  private final Claim claim;

  Appender(Appends appends, AppendRing ring) {
    this.appends = appends;
    this.ring = ring;
    this.claim = ring.newClaim();
  }

  /// Appends a copy of `payload`.
  ///
  /// @return its LSN, or [AppendRing#FULL], [AppendRing#CLOSED] or [AppendRing#TOO_LARGE]
  public long append(int type, byte[] payload) {
    check(type);
    long lsn = ring.append(type, false, payload, AppendRing.NO_ATTACHMENT);
    if (lsn > 0 && !ring.wasRefused(lsn)) {
      appends.wake();
    }
    return lsn;
  }

  /// Takes an LSN and room for a payload of `payloadBytes`, to be filled through [#claim].
  ///
  /// @return the LSN, or [AppendRing#FULL], [AppendRing#CLOSED] or [AppendRing#TOO_LARGE]
  public long claim(int type, int payloadBytes) {
    check(type);
    return claim.open(type, false, payloadBytes);
  }

  /// The same for a record of the stream `key`.
  public long claim(int type, long key, int payloadBytes) {
    check(type);
    return claim.open(type, false, key, payloadBytes);
  }

  /// The claimed record, while it is being filled.
  public Claim claim() {
    return claim;
  }

  /// Appends the claimed record.
  public void commit() {
    claim.commit();
    if (!ring.wasRefused(claim.lsn())) {
      appends.wake();
    }
  }

  /// Whether the record with `lsn`, which this gave, was surely not appended; final once true.
  public boolean isRefused(long lsn) {
    return ring.wasRefused(lsn);
  }

  private static void check(int type) {
    Check.argument(RecordData.isForProducers(type), "record type %d is not for producers", type);
  }
}
