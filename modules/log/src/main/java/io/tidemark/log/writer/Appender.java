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
/// A record with a [io.tidemark.log.Stamp] is appended once, however often this is asked: it has
/// the LSN of the first time, whenever and through whichever appender that was, and is durable when
/// [#whenDurable] says so.
///
/// For one thread; take another one for another. It is for one leadership: when that ends, every
/// call says [AppendRing#CLOSED], and [#isRefused] tells of each LSN whether the record was
/// appended. What was appended is durable when [#whenDurable] or [io.tidemark.log.Log#durableLsn]
/// says so; whether it is committed is for the owner of the partition to say.
public final class Appender {
  /// Instead of an LSN: the stamp is older than what is remembered of its producer. Nothing was
  /// appended now.
  public static final long SEQUENCE_TOO_OLD = -4;

  /// Instead of an LSN: records of the producer are missing before this one. Nothing was appended.
  public static final long SEQUENCE_GAP = -5;

  private final Entrance entrance;
  private final Lane lane;
  private final AppendRing ring;
  private final Claim claim;
  private final Object attachment;

  Appender(Entrance entrance, Lane lane, Object attachment) {
    this.entrance = entrance;
    this.lane = lane;
    this.ring = lane.ring();
    this.claim = ring.newClaim();
    this.attachment = attachment;
  }

  /// Appends a copy of `payload`.
  ///
  /// @return its LSN, or [AppendRing#FULL], [AppendRing#CLOSED] or [AppendRing#TOO_LARGE]
  public long append(int type, byte[] payload) {
    checkType(type);
    return woken(ring.append(type, false, payload, attachment));
  }

  /// Appends a copy of `record`.
  ///
  /// @return its LSN, or [AppendRing#FULL], [AppendRing#CLOSED] or [AppendRing#TOO_LARGE]; with a
  ///   stamp also [#SEQUENCE_TOO_OLD] or [#SEQUENCE_GAP]
  public long append(RecordData record) {
    checkType(record.type());
    if (record.stamp().isPresent()) {
      return appendStamped(record);
    }
    int payloadBytes = record.payload().remaining();
    long lsn =
        record.key().isPresent()
            ? claim.open(record.type(), record.optional(), record.key().getAsLong(), payloadBytes)
            : claim.open(record.type(), record.optional(), payloadBytes);
    if (lsn > 0) {
      try {
        claim.put(0, record.payload());
      } catch (RuntimeException e) {
        abort();
        throw e;
      }
      commit();
    }
    return lsn;
  }

  private long appendStamped(RecordData record) {
    return switch (taken(record)) {
      case StampedAppend.Taken(long lsn) -> woken(lsn);
      case StampedAppend.Repeat(long lsn) -> {
        entrance.wake();
        yield lsn;
      }
      case StampedAppend.TooOld _ -> SEQUENCE_TOO_OLD;
      case StampedAppend.Gap _ -> SEQUENCE_GAP;
      case StampedAppend.NotTaken(long code) -> code;
    };
  }

  private StampedAppend taken(RecordData record) {
    try {
      return lane.append(record, attachment);
    } catch (RuntimeException e) {
      // It left a record nobody wants, and others may wait behind it.
      entrance.wake();
      throw e;
    }
  }

  /// Appends copies of `records` as one: all of them will be there, or none, whatever happens.
  ///
  /// @return the LSN of the first, which those of the others follow, or [AppendRing#FULL],
  ///   [AppendRing#CLOSED] or [AppendRing#TOO_LARGE]
  public long appendAll(List<RecordData> records) {
    records.forEach(record -> checkType(record.type()));
    try {
      return woken(ring.appendAll(records, attachment));
    } catch (RuntimeException e) {
      // It left records nobody wants, and others may wait behind them.
      entrance.wake();
      throw e;
    }
  }

  private long woken(long lsn) {
    if (lsn > 0) {
      if (!lane.isRefused(lsn)) {
        entrance.wake();
      } else if (attachment instanceof Waiting waiting) {
        // Its ring closed meanwhile, maybe before the writer could see who waits.
        Entrance.Gate gate = entrance.gate();
        waiting.refused(lane.refusedFromLsn(), gate.reason(), gate.detail());
      }
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

  /// The claimed record, while it is being filled; to be ended by [#commit] or [#abort]. Who takes
  /// too long for that, while others wait behind, loses it: see [WriterConfig.Delays].
  public Claim claim() {
    return claim;
  }

  /// Appends the claimed record.
  public void commit() {
    claim.commit(attachment);
    woken(claim.lsn());
  }

  /// Gives the claimed record up: its LSN becomes that of a record that readers skip.
  public void abort() {
    claim.abort();
    entrance.wake();
  }

  /// Whether the record with `lsn`, which this gave, was surely not appended; final once true.
  public boolean isRefused(long lsn) {
    return lane.isRefused(lsn);
  }

  /// Completes when the record with `lsn`, which this gave, and all before it are durable, on the
  /// writer's thread; they are synced for that, whatever the policy. Fails with
  /// [NotAppendedException] if it is refused, and with what ended the log if that fails first.
  public CompletionStage<Void> whenDurable(long lsn) {
    CompletionStage<Void> stage = lane.durable().when(lsn);
    entrance.wake();
    return stage;
  }

  private static void checkType(int type) {
    Check.argument(RecordData.isForProducers(type), "record type %d is not for producers", type);
  }
}
