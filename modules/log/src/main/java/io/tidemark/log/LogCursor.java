package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import java.nio.ByteBuffer;
import java.util.Optional;

/// Goes over the records of a log, forwards, without copying them. One thread.
///
/// Each batch is verified (checksums, and that it follows the one before) before its first record
/// is shown; one that the [Selection] does not want is verified only as far as its header. At the
/// end of what there is [#next] says false, and may be asked again: it waits for nobody.
///
/// A record that was shown stays until the next call of [#next], whatever happens to the log: a
/// segment that is trimmed under it makes [#payload] throw [IllegalStateException], it never shows
/// other bytes.
public final class LogCursor {
  private final Log log;
  private final long fromLsn;
  private final Selection selection;
  private final Body body = new Body();
  private RecordWalk records = new RecordWalk().over(ByteBuffer.allocate(0), 0, 0, 1, 0);
  private Optional<FrameWalk> walk = Optional.empty();
  private Segment segment;
  private long seenChanges = -1;
  private long nextLsn;
  private int previousChecksum;
  private boolean previousKnown;
  private long previousChanges = -1;
  private long previousBaseLsn;
  private boolean ended;
  private long boundLsn = Long.MAX_VALUE;
  private boolean beyondBound;
  private long position;
  private ByteBuffer payload = ByteBuffer.allocate(0);

  LogCursor(Log log, long fromLsn, Selection selection) {
    this.log = log;
    this.fromLsn = Math.max(1, fromLsn);
    this.nextLsn = this.fromLsn;
    this.selection = selection;
  }

  /// A cursor that goes on behind what `token` says was read.
  ///
  /// Throws [ResumeRefusedException] if that is not in the log.
  static LogCursor resume(Log log, ResumeToken token, Selection selection) {
    LogConfig config = log.config();
    if (token.logId() != config.logId() || token.partition() != config.partition()) {
      throw new ResumeRefusedException(token, "it is of another log or partition");
    }
    LogCursor cursor = new LogCursor(log, token.lsn() + 1, selection);
    if (token.lsn() > 0) {
      if (checksumAt(log, token.lsn()) != token.checksum()) {
        throw new ResumeRefusedException(token, "another record has its LSN now");
      }
      cursor.previousChecksum = token.checksum();
      cursor.previousKnown = true;
    }
    return cursor;
  }

  private static int checksumAt(Log log, long lsn) {
    return Extent.look(log, seen -> seen.checksumAt(lsn));
  }

  /// Goes to the next selected record; false if there is none now.
  ///
  /// Throws [BelowFirstLsnException] if it was trimmed, [ReplacedException] if what was shown
  /// before was truncated, [LogDamagedException] if the bytes are not what was written.
  public boolean next() {
    try {
      while (!ended) {
        if (log.extent().changes() == seenChanges && nextInBatch()) {
          return true;
        }
        if (ended || !nextBatch()) {
          return false;
        }
      }
      return false;
    } catch (BatchRefused e) {
      throw log.damage().told(segment.damaged(position, nextLsn, e.getMessage()));
    } catch (LogDamagedException e) {
      throw log.damage().told(e);
    } catch (InternalError e) {
      position = walk.map(FrameWalk::position).orElse(0L);
      throw log.damage().told(segment.unreadable(position, nextLsn));
    }
  }

  private boolean nextInBatch() {
    while (beyondBound || records.next()) {
      beyondBound = records.lsn() > boundLsn;
      if (beyondBound) {
        return false;
      }
      ended = records.lsn() > selection.uptoLsn();
      if (ended) {
        return false;
      }
      if (records.lsn() >= nextLsn) {
        nextLsn = records.lsn() + 1;
        if (selection.selects(records)) {
          return true;
        }
      }
    }
    return false;
  }

  /// Goes to the next selected batch and verifies it; false if there is none now.
  private boolean nextBatch() {
    while (true) {
      Extent extent = log.extent();
      if (!previousKnown && extent.changes() != seenChanges) {
        passOlder(extent);
      }
      long limit = selection.appended() ? extent.tail().lastLsn() : log.durableLsn();
      ended = nextLsn > selection.uptoLsn();
      if (ended || nextLsn > Math.min(limit, boundLsn)) {
        return false;
      }
      if (nextLsn < extent.firstLsn()) {
        throw new BelowFirstLsnException(nextLsn, extent.firstLsn());
      }
      try {
        FrameWalk found = advance(extent);
        if (found.timeMicros() >= selection.untilMicros()) {
          ended = true;
          return false;
        }
        if (selection.selects(found)) {
          found.checkBody();
          took(found);
          beyondBound = false;
          records = body.of(found.bytes(), found.at());
          payload = littleEndian(records.body().asReadOnlyBuffer());
          return true;
        }
        took(found);
        nextLsn = found.lastLsn() + 1;
      } catch (RuntimeException e) {
        // A truncation or a trim may have taken it away under this cursor: then look afresh.
        position = walk.map(FrameWalk::position).orElse(0L);
        walk = Optional.empty();
        if (log.extent().changes() == extent.changes()) {
          throw e;
        }
      }
    }
  }

  /// Nothing was shown or passed yet. Not for good: what is truncated may be replaced by records
  /// that are newer than the time looked for.
  private void passOlder(Extent extent) {
    walk = Optional.empty();
    seenChanges = extent.changes();
    if (selection.sinceMicros() > 0) {
      nextLsn = Math.max(fromLsn, log.firstLsnSince(selection.sinceMicros()));
    }
  }

  /// The batch that contains `nextLsn`, its header checked.
  private FrameWalk advance(Extent extent) {
    Segment wanted = extent.segmentOf(nextLsn);
    if (walk.isEmpty() || wanted != segment || extent.changes() != seenChanges) {
      segment = wanted;
      seenChanges = extent.changes();
      walk = Optional.of(wanted.walkTo(nextLsn));
    }
    FrameWalk at = walk.orElseThrow();
    do {
      at.next();
    } while (at.lastLsn() < nextLsn);
    if (at.baseLsn() > nextLsn) {
      throw new BatchRefused(BatchRefused.Reason.HEADER_FIELD, "a batch from %d", at.baseLsn());
    }
    // The same batch again, if the log changed before its first record was shown.
    boolean follows = at.baseLsn() == nextLsn && at.baseLsn() != previousBaseLsn;
    int before = follows ? at.previousChecksum() : at.checksum();
    if (previousKnown && before != previousChecksum) {
      if (previousChanges != extent.changes()) {
        throw new ReplacedException(nextLsn - 1);
      }
      throw new BatchRefused(
          BatchRefused.Reason.HEADER_FIELD,
          "a batch that follows %08x, not %08x",
          before,
          previousChecksum);
    }
    return at;
  }

  /// Only now is it the one before the next. Crash story: a batch with a damaged body was, too; who
  /// asked again was told that it had been replaced, and the token named a batch not shown.
  private void took(FrameWalk batch) {
    previousChecksum = batch.checksum();
    previousKnown = true;
    previousChanges = seenChanges;
    previousBaseLsn = batch.baseLsn();
  }

  /// Shows no record above `lsn` until this is called again: what is committed, say, where not all
  /// that is durable is.
  public void stopAfter(long lsn) {
    boundLsn = lsn;
  }

  /// Whether it is at the end of what was selected: nothing will follow.
  public boolean isEnded() {
    return ended;
  }

  /// The LSN that the next record has at least.
  public long nextLsn() {
    return nextLsn;
  }

  public long lsn() {
    return records.lsn();
  }

  /// See [RecordData#type()].
  public int type() {
    return records.type();
  }

  /// Whether a reader that does not know [#type] may skip it.
  public boolean optional() {
    return records.optional();
  }

  /// Whether it belongs to a stream.
  public boolean keyed() {
    return records.keyed();
  }

  /// The stream it belongs to; only where [#keyed].
  public long key() {
    return records.key();
  }

  /// Whether it has a [Stamp].
  public boolean stamped() {
    return records.stamped();
  }

  /// Who appended it; only where [#stamped].
  public long producer() {
    return records.producer();
  }

  /// Which record of its producer it is; only where [#stamped].
  public long sequence() {
    return records.sequence();
  }

  public long epoch() {
    return walk.orElseThrow().epoch();
  }

  public long timeMicros() {
    return walk.orElseThrow().timeMicros();
  }

  public int payloadBytes() {
    return records.payloadBytes();
  }

  /// The payload: everything that remains in the buffer, little-endian and read-only, and the same
  /// buffer for every record of a batch. It belongs to the cursor and is valid until the next call
  /// of [#next].
  public ByteBuffer payload() {
    int from = records.payloadAt();
    return payload.limit(from + records.payloadBytes()).position(from);
  }

  /// Where this cursor is, to go on there later, in this process or another.
  ///
  /// Before the first call of [#next] it looks the record up that it is behind, and fails like
  /// [Log#cursor(ResumeToken, Selection)] where that is gone.
  public ResumeToken token() {
    if (!previousKnown && nextLsn > 1) {
      previousChecksum = checksumAt(log, nextLsn - 1);
      previousKnown = true;
    }
    return new ResumeToken(
        log.config().logId(), log.config().partition(), nextLsn - 1, previousChecksum);
  }
}
