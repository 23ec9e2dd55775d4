package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.CheckFailure;
import io.tidemark.foundation.EpochHistory;
import io.tidemark.log.Recovery.Recovered;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// One partition's log in one directory.
///
/// One thread writes: it alone calls [#append], [#sync], [#truncateAfter], [#epochs] and [#close].
/// Any number of threads [#read] and ask for LSNs meanwhile. Whoever opens it holds the lock of the
/// directory.
///
/// `firstLsn - 1 <= durableLsn <= appendedLsn`. Only [#truncateAfter] moves them back.
public final class Log implements AutoCloseable {
  /// What there is to read, in one piece, so that a reader never sees the end of one moment with
  /// the segments of another.
  ///
  /// @param truncations how many there were before; a reader that stumbles asks whether it changed
  private record Extent(List<Segment> segments, Tail tail, long truncations) {
    Segment active() {
      return segments.getLast();
    }
  }

  private final Directory directory;
  private final LogConfig config;
  private final RecoveryReport recovery;
  private final EpochHistory epochs;

  // Published by the writing thread when the bytes and the index are in place.
  private volatile Extent extent;
  private volatile long durableLsn;

  private ByteBuffer staging = ByteBuffer.allocateDirect(SegmentHeader.HEADER_BYTES);
  private boolean markPending = true;
  private RuntimeException fencedBy;
  private boolean closed;

  private Log(Directory directory, LogConfig config, Recovered recovered) {
    this.directory = directory;
    this.config = config;
    this.recovery = recovered.report();
    this.epochs = recovered.epochs();
    this.extent = new Extent(List.copyOf(recovered.segments()), recovered.tail(), 0);
    this.durableLsn = recovered.tail().lastLsn();
  }

  /// Opens the log in `directory`, or begins one there; all it then holds is durable.
  ///
  /// Throws [LogDamagedException] or [LogRefusedException], and has then changed nothing, or
  /// [StorageException], and may then be tried again.
  public static Log open(Directory directory, LogConfig config) {
    return new Log(directory, config, Recovery.run(directory, config));
  }

  /// What opening found and did.
  public RecoveryReport recovery() {
    return recovery;
  }

  /// The LSN of the oldest record it holds or, if it is empty, will hold.
  public long firstLsn() {
    return extent.segments().getFirst().header().baseLsn();
  }

  /// The LSN of the newest record; `firstLsn - 1` if there is none.
  public long appendedLsn() {
    return extent.tail().lastLsn();
  }

  /// Every record up to this LSN survives a power cut.
  public long durableLsn() {
    return durableLsn;
  }

  /// The epoch of the last batch; 0 before the first.
  public long lastEpoch() {
    return extent.tail().epoch();
  }

  /// The checksum of the last batch; 0 before the first.
  public int lastChecksum() {
    return extent.tail().checksum();
  }

  /// The time of the last batch; 0 before the first.
  public long lastTimeMicros() {
    return extent.tail().timeMicros();
  }

  /// Which epoch began where: a copy, for the writing thread.
  public EpochHistory epochs() {
    return epochs.copy();
  }

  /// See [#append(List)].
  public void append(Batch batch) {
    append(List.of(batch));
  }

  /// Writes `batches` as they are behind the last one; durable only after [#sync].
  ///
  /// Each must continue the one before (LSN, checksum, epoch, time) and be within
  /// [LogConfig#maxBatchBytes], else [CheckFailure] before anything is written.
  ///
  /// [StorageException] of category `FULL` says that there is no room for another segment: the log
  /// is as usable as before and holds those of `batches` that [#appendedLsn] says, which were
  /// written before a roll was needed; the others may be appended again later. Any other failure
  /// fences the log: [LogFencedException].
  public void append(List<Batch> batches) {
    checkUsable();
    checkContinues(batches);
    int from = 0;
    while (from < batches.size()) {
      int to = runEnd(batches, from);
      if (to == from) {
        roll();
      } else {
        write(batches.subList(from, to));
      }
      from = to;
    }
  }

  private void checkContinues(List<Batch> batches) {
    Tail end = extent.tail();
    for (Batch batch : batches) {
      String refusal = end.refusal(batch);
      if (!refusal.isEmpty()) {
        throw new CheckFailure("LSN " + end.nextLsn() + " comes next, but was given " + refusal);
      }
      Check.that(
          batch.sizeBytes() <= config.maxBatchBytes(),
          "a batch of %d bytes is over the limit of %d",
          batch.sizeBytes(),
          config.maxBatchBytes());
      end = end.after(batch);
    }
  }

  /// The end of the run of batches from `from` on that one write can carry.
  private int runEnd(List<Batch> batches, int from) {
    long room = Math.min(extent.active().roomBytes(), config.maxWriteBytes());
    room -= markPending ? Mark.BYTES : 0;
    int to = from;
    while (to < batches.size() && batches.get(to).sizeBytes() <= room) {
      room -= batches.get(to).sizeBytes();
      to++;
    }
    return to;
  }

  private void write(List<Batch> run) {
    Segment active = extent.active();
    long position = active.endPosition() + (markPending ? Mark.BYTES : 0);
    ByteBuffer frames = stage(active, run);
    try {
      active.write(frames);
    } catch (RuntimeException e) {
      throw fence(e);
    }
    markPending = false;
    for (Batch batch : run) {
      active.noteBatch(batch.baseLsn(), position);
      epochs.append(batch.epoch(), batch.baseLsn());
      position += batch.sizeBytes();
    }
    publish(extent.segments(), extent.tail().after(run.getLast()), 0);
  }

  private ByteBuffer stage(Segment active, List<Batch> run) {
    int bytes = Mark.BYTES;
    for (Batch batch : run) {
      bytes += batch.sizeBytes();
    }
    if (staging.capacity() < bytes) {
      staging =
          ByteBuffer.allocateDirect(Math.max(bytes, Math.min(config.maxWriteBytes(), 2 * bytes)));
    }
    staging.clear();
    if (markPending) {
      new Mark(durableLsn, extent.tail().nextLsn())
          .encode(staging, active.header(), active.endPosition());
    }
    for (Batch batch : run) {
      staging.put(batch.bytes());
    }
    return staging.flip();
  }

  /// Goes on in a new segment. The old one is synced first: that a later segment exists is the
  /// evidence that everything before it had been synced.
  ///
  /// An active segment without batches is replaced under its own name; so it is when it was made
  /// for smaller batches than are allowed now.
  private void roll() {
    sync();
    Tail tail = extent.tail();
    Segment old = extent.active();
    boolean empty = tail.nextLsn() == old.header().baseLsn();
    long previousBaseLsn = empty ? old.header().previousBaseLsn() : old.header().baseLsn();
    List<Segment> next = new ArrayList<>(extent.segments());
    changeNames(() -> next.add(Recovery.create(directory, config, previousBaseLsn, tail)));
    if (empty) {
      next.remove(old);
      old.close();
    }
    publish(next, tail, 0);
  }

  private void publish(List<Segment> segments, Tail tail, int truncations) {
    extent = new Extent(List.copyOf(segments), tail, extent.truncations() + truncations);
  }

  /// Runs a change that fails with `FULL` only while nothing of it holds; any other failure fences.
  private void changeNames(Runnable change) {
    try {
      change.run();
    } catch (StorageException e) {
      if (e.category() != Category.FULL) {
        throw fence(e);
      }
      giveBackRoom();
      throw e;
    } catch (RuntimeException e) {
      throw fence(e);
    }
  }

  private void giveBackRoom() {
    try {
      DurableNames.deleteUnfinished(directory);
    } catch (RuntimeException e) {
      throw fence(e);
    }
  }

  /// Makes everything appended durable: on return `durableLsn == appendedLsn`.
  public void sync() {
    checkUsable();
    if (durableLsn == appendedLsn()) {
      return;
    }
    try {
      extent.active().sync();
    } catch (RuntimeException e) {
      throw fence(e);
    }
    durableLsn = appendedLsn();
    markPending = true;
  }

  /// Drops every record after `lsn`, which is the last of a batch or `firstLsn - 1`; durable on
  /// return. After a crash in between it is done when the log is opened again.
  ///
  /// [StorageException] of category `FULL` says that there was no room to note the intent: nothing
  /// is truncated and the log stays usable. Any other failure fences it.
  public void truncateAfter(long lsn) {
    checkUsable();
    Check.that(
        lsn >= firstLsn() - 1 && lsn <= appendedLsn(),
        "LSN %d to truncate after is not in the log, which ends at %d",
        lsn,
        appendedLsn());
    sync();
    if (lsn == appendedLsn()) {
      return;
    }
    Tail end = extent.segments().getFirst().header().previous();
    long position = SegmentHeader.HEADER_BYTES;
    if (lsn >= firstLsn()) {
      Segment.Located last = segmentOf(extent.segments(), lsn).read(lsn);
      Check.that(last.batch().lastLsn() == lsn, "LSN %d is not the last of its batch", lsn, 0);
      end = Tail.EMPTY.after(last.batch());
      position = last.endPosition();
    }
    truncate(end, position);
  }

  private void truncate(Tail end, long position) {
    changeNames(() -> Truncation.begin(directory, config, end.lastLsn(), end.checksum()));
    List<Segment> before = extent.segments();
    int keep = before.indexOf(segmentOf(before, Math.max(end.lastLsn(), firstLsn()))) + 1;
    durableLsn = end.lastLsn();
    publish(before.subList(0, keep), end, 1);
    epochs.truncateAfter(end.lastLsn());
    try {
      Truncation.finish(directory, before, end.lastLsn(), position);
    } catch (RuntimeException e) {
      throw fence(e);
    }
    markPending = true;
  }

  /// The batch that contains `lsn`; may be called by any thread.
  ///
  /// Throws [LogDamagedException] if what is found there is not that batch as it was written.
  public ReadResult read(long lsn) {
    while (true) {
      Extent seen = extent;
      long firstLsn = seen.segments().getFirst().header().baseLsn();
      if (lsn < firstLsn) {
        return new ReadResult.BelowFirstLsn(firstLsn);
      }
      if (lsn > seen.tail().lastLsn()) {
        return new ReadResult.BeyondAppended(seen.tail().lastLsn());
      }
      try {
        return new ReadResult.Found(segmentOf(seen.segments(), lsn).read(lsn).batch());
      } catch (LogDamagedException | StorageException e) {
        // A truncation may have taken the batch away under this reader: then ask again.
        if (extent.truncations() == seen.truncations()) {
          throw e;
        }
      }
    }
  }

  private static Segment segmentOf(List<Segment> segments, long lsn) {
    int low = 0;
    int high = segments.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (segments.get(middle).header().baseLsn() <= lsn) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return segments.get(low);
  }

  private LogFencedException fence(RuntimeException cause) {
    if (fencedBy == null) {
      fencedBy = cause instanceof LogFencedException ? (RuntimeException) cause.getCause() : cause;
    }
    return new LogFencedException(fencedBy);
  }

  private void checkUsable() {
    Check.that(!closed, "the log is closed");
    if (fencedBy != null) {
      throw new LogFencedException(fencedBy);
    }
  }

  /// Closes the files. What was not synced stays undecided.
  @Override
  public void close() {
    closed = true;
    extent.segments().forEach(Segment::close);
  }
}
