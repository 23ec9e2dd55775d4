package io.tidemark.log.writer;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.ring.Claim;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Appends records from this JVM without a message, and without an object, for each: its records go
/// into the writer's ring, where they have their LSN at once.
///
/// For one thread; take another one for another. It is for one leadership: when that ends, every
/// call says [AppendRing#CLOSED], and [#isRefused] tells of each LSN whether the record was
/// appended. What was appended is durable when [#whenDurable] or [io.tidemark.log.Log#durableLsn]
/// says so; whether it is committed is for the owner of the partition to say.
public final class Appender {
  private final Entrance entrance;
  private final AppendRing ring;
  private final Claim claim;

  Appender(Entrance entrance, AppendRing ring) {
    this.entrance = entrance;
    this.ring = ring;
    this.claim = ring.newClaim();
  }

  /// Appends a copy of `payload`.
  ///
  /// @return its LSN, or [AppendRing#FULL], [AppendRing#CLOSED] or [AppendRing#TOO_LARGE]
  public long append(int type, byte[] payload) {
    checkType(type);
    return woken(ring.append(type, false, payload, AppendRing.NO_ATTACHMENT));
  }

  /// Appends copies of `records` as one: all of them will be there, or none, whatever happens.
  ///
  /// @return the LSN of the first, which those of the others follow, or [AppendRing#FULL],
  ///   [AppendRing#CLOSED] or [AppendRing#TOO_LARGE]
  public long appendAll(List<RecordData> records) {
    records.forEach(record -> checkType(record.type()));
    return woken(ring.appendAll(records, AppendRing.NO_ATTACHMENT));
  }

  private long woken(long lsn) {
    if (lsn > 0 && !ring.wasRefused(lsn)) {
      entrance.wake();
    }
    return lsn;
  }

  /// Takes an LSN and room for a payload of `payloadBytes`, to be filled through [#claim].
  ///
  /// @return the LSN, or [AppendRing#FULL], [AppendRing#CLOSED] or [AppendRing#TOO_LARGE]
  public long claim(int type, int payloadBytes) {
    checkType(type);
    return claim.open(type, false, payloadBytes);
  }

  /// The same for a record of the stream `key`.
  public long claim(int type, long key, int payloadBytes) {
    checkType(type);
    return claim.open(type, false, key, payloadBytes);
  }

  /// The claimed record, while it is being filled. Who takes too long for that, while others wait
  /// behind, loses it: see [WriterConfig.Delays].
  public Claim claim() {
    return claim;
  }

  /// Appends the claimed record.
  public void commit() {
    claim.commit();
    woken(claim.lsn());
  }

  /// Whether the record with `lsn`, which this gave, was surely not appended; final once true.
  public boolean isRefused(long lsn) {
    return ring.wasRefused(lsn);
  }

  /// Completes when the record with `lsn`, which this gave, and all before it are durable, on the
  /// writer's thread; fails with [NotAppendedException] if it is refused.
  public CompletionStage<Void> whenDurable(long lsn) {
    return entrance.whenDurable(ring, lsn);
  }

  private static void checkType(int type) {
    Check.argument(RecordData.isForProducers(type), "record type %d is not for producers", type);
  }
}
