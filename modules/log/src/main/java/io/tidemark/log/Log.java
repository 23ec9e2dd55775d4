package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.EpochHistory;
import io.tidemark.log.Recovery.Recovered;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/// One partition's log in one directory.
///
/// One thread writes: it alone calls what changes the log. Any number of threads [#read], open
/// cursors and ask for LSNs meanwhile. Whoever opens it holds the lock of the directory.
///
/// `firstLsn - 1 <= durableLsn <= appendedLsn`. Truncations and new beginnings move them back.
public final class Log implements AutoCloseable {
  private final Directory directory;
  private final LogConfig config;
  private final RecoveryReport recovery;
  private final EpochHistory epochs;
  private final NextSegment next;
  private final Retention retention;
  private final Staging staging;
  private final Fence fence = new Fence();
  private final Damage damage = new Damage();

  // Published by the writing thread when the bytes and the index are in place.
  private volatile Extent extent;
  private volatile long durableLsn;

  private boolean markPending = true;
  private boolean closed;

  Log(Directory directory, LogConfig config, Optional<Executor> background, Recovered recovered) {
    this.directory = directory;
    this.config = config;
    this.recovery = recovered.report();
    this.epochs = recovered.epochs();
    this.next = new NextSegment(directory, config, background);
    this.retention = new Retention(directory, recovered.floor());
    this.staging = new Staging(config);
    this.extent = new Extent(List.copyOf(recovered.segments()), recovered.tail(), 0);
    this.durableLsn = recovered.tail().lastLsn();
  }

  /// Opens the log in `directory`, or begins one there; all it then holds is durable.
  ///
  /// Throws [LogDamagedException] or [LogRefusedException], and has then changed nothing, or
  /// [StorageException], and may then be tried again.
  ///
  /// @param background writes the zeros of the next segment; a task takes as long as the disk needs
  ///   for so many bytes
  public static Log open(Directory directory, LogConfig config, Executor background) {
    return new Log(directory, config, Optional.of(background), Recovery.run(directory, config));
  }

  /// The same; who appends makes the next segment when needed.
  public static Log open(Directory directory, LogConfig config) {
    return new Log(directory, config, Optional.empty(), Recovery.run(directory, config));
  }

  /// What opening found and did.
  public RecoveryReport recovery() {
    return recovery;
  }

  /// Its limits, and whose it is.
  public LogConfig config() {
    return config;
  }

  /// Where it is. What its owner keeps beside it has other names.
  public Directory directory() {
    return directory;
  }

  /// The LSN of the oldest record it holds or, if it is empty, will hold.
  public long firstLsn() {
    return extent.firstLsn();
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

  Extent extent() {
    return extent;
  }

  /// What its readers find damaged.
  public Damage damage() {
    return damage;
  }

  /// Builds and appends the batch of the records in `builder`; durable only after [#sync]. Returns
  /// the LSN of the first. Fails as [#append(List)]; what is built is then still in `builder`.
  ///
  /// @param epoch not below [#lastEpoch]
  /// @param wallMicros the time by the wall clock; the batch gets a later one if need be
  public long append(BatchBuilder builder, long epoch, long wallMicros) {
    checkUsable();
    Tail tail = extent.tail();
    long time = Math.max(wallMicros, tail.timeMicros() + 1);
    builder.seal(tail.nextLsn(), epoch, time, tail.checksum());
    Batch batch = builder.view();
    tail.checkContinued(List.of(batch), config.maxBatchBytes());
    if (staging.runEnd(extent.active(), mark(extent.active()), List.of(batch), 0) == 0) {
      roll();
    }
    Segment active = extent.active();
    ByteBuffer frames = builder.frames(mark(active), active.header(), active.endPosition());
    write(active, frames, List.of(batch));
    return batch.baseLsn();
  }

  /// See [#append(List)].
  public void append(Batch batch) {
    append(List.of(batch));
  }

  /// Writes `batches` as they are behind the last one; durable only after [#sync].
  ///
  /// Each must continue the one before and be within [LogConfig#maxBatchBytes], else
  /// [io.tidemark.foundation.CheckFailure] before anything is written.
  ///
  /// [StorageException] of category `FULL` says that there is no room for another segment: the log
  /// is usable and holds those of `batches` that [#appendedLsn] says; the others may be appended
  /// again when [#hasRoom]. Any other failure fences the log: [LogFencedException].
  public void append(List<Batch> batches) {
    checkUsable();
    extent.tail().checkContinued(batches, config.maxBatchBytes());
    int from = 0;
    while (from < batches.size()) {
      Segment active = extent.active();
      int to = staging.runEnd(active, mark(active), batches, from);
      if (to == from) {
        roll();
      } else {
        List<Batch> run = batches.subList(from, to);
        write(active, staging.stage(active, mark(active), run), run);
      }
      from = to;
    }
  }

  /// The mark in front of the next write. Past the page cache each write begins with one: that
  /// brings the batch behind it to an address that is free in the builder's memory.
  private Optional<Mark> mark(Segment active) {
    return markPending || active.header().isInBlocks()
        ? Optional.of(new Mark(durableLsn, extent.tail().nextLsn()))
        : Optional.empty();
  }

  private void write(Segment active, ByteBuffer frames, List<Batch> run) {
    long position = active.endPosition() + (mark(active).isPresent() ? Mark.BYTES : 0);
    fence.guard(() -> active.write(frames));
    markPending = false;
    for (Batch batch : run) {
      active.took(batch, position);
      epochs.append(batch.epoch(), batch.baseLsn());
      position = active.endPosition();
    }
    publish(extent.segments(), extent.tail().after(run.getLast()), 0);
    if (active.roomBytes() < active.header().segmentBytes() / 2) {
      next.prepare();
    }
  }

  /// Goes on in a new segment, if the active one is not empty; all is durable then. Fails as
  /// [#append(List)].
  public void roll() {
    checkUsable();
    Segment old = extent.active();
    boolean empty = old.content().batches() == 0;
    // First, so that what is refused for want of room leaves the old one as it is.
    fence.guardNames(directory, next::await);
    if (!empty && !old.isSealed()) {
      // Synced first: a later segment is the evidence that all before it had been synced.
      fence.guard(old::seal);
      durableLsn = appendedLsn();
    }
    Tail tail = extent.tail();
    long previousBaseLsn = empty ? old.header().previousBaseLsn() : old.header().baseLsn();
    List<Segment> segments = new ArrayList<>(extent.segments());
    fence.guardNames(
        directory,
        () -> segments.add(Recovery.create(directory, config, next, previousBaseLsn, tail)));
    if (empty) {
      // It takes the name of the old one, which was made for smaller batches than are allowed now.
      segments.remove(old);
      old.close();
    }
    markPending = true;
    publish(segments, tail, 0);
  }

  void publish(List<Segment> segments, Tail tail, int changes) {
    extent = new Extent(List.copyOf(segments), tail, extent.changes() + changes);
  }

  /// How many bytes of frames the active segment still takes.
  public long roomBytes() {
    return extent.active().roomBytes();
  }

  /// Whether the next segment is there already; begins to make it, in the background, if not. For
  /// an owner whose append was refused with `FULL`, now and then.
  public boolean hasRoom() {
    checkUsable();
    next.prepare();
    return next.isReady();
  }

  /// Makes everything appended durable: on return `durableLsn == appendedLsn`.
  public void sync() {
    checkUsable();
    if (durableLsn < appendedLsn()) {
      fence.guard(extent.active()::sync);
      durableLsn = appendedLsn();
      markPending = true;
    }
  }

  /// Notes durably what is durable, for when nothing is written for a while: only from then on is
  /// damage to the last batch told from a tear. Costs a sync if something was appended since.
  public void noteSynced() {
    sync();
    fence.guard(extent.active()::writeNote);
  }

  /// Drops every record after `lsn`, which is the last of a batch or `firstLsn - 1`; durable on
  /// return. After a crash in between it is done when the log is opened again.
  ///
  /// [StorageException] of category `FULL`, for want of room to note the intent, and
  /// [LogDamagedException] leave all as it is and the log usable. Any other failure fences it.
  public void truncateAfter(long lsn) {
    checkUsable();
    Check.that(
        lsn >= firstLsn() - 1 && lsn <= appendedLsn(), "LSN %d of %d records", lsn, appendedLsn());
    sync();
    if (lsn == appendedLsn()) {
      return;
    }
    Segment last = extent.segmentOf(Math.max(lsn, firstLsn()));
    SegmentContent kept = Extent.look(this, _ -> last.contentUpTo(lsn, config));
    fence.guardNames(directory, () -> Truncation.begin(directory, config, kept.tail()));
    List<Segment> before = extent.segments();
    durableLsn = lsn;
    publish(before.subList(0, before.indexOf(last) + 1), kept.tail(), 1);
    epochs.truncateAfter(lsn);
    fence.guard(() -> Truncation.finish(directory, before, last, kept));
    markPending = true;
  }

  /// Drops every record and begins anew behind `tail`, the end of a batch of this log that is
  /// elsewhere; durable on return. After a crash in between it is done when the log is opened
  /// again. Who holds what stays, also below. Fails as [#truncateAfter] does.
  ///
  /// @param producers what [LogCopy#PRODUCERS_FILE] is to hold; empty: there is to be none
  public void beginBehind(Tail tail, ByteBuffer producers) {
    checkUsable();
    BeginningIntent intent = BeginningIntent.of(config, tail, producers);
    fence.guardNames(directory, () -> Beginning.begin(directory, intent));
    List<Segment> before = extent.segments();
    // Never above what a reader finds, whichever extent it looks at.
    durableLsn = Math.min(durableLsn, tail.lastLsn());
    publish(List.of(), tail, 1);
    durableLsn = tail.lastLsn();
    epochs.beginWith(tail.epoch(), tail.lastLsn());
    fence.guard(
        () -> {
          before.forEach(Segment::close);
          Segment first = Beginning.finish(directory, config, next, intent, retention::beginAt);
          publish(List.of(first), tail, 0);
        });
    markPending = true;
  }

  /// Who forbids to trim.
  public Retention retention() {
    return retention;
  }

  /// Deletes the oldest segments, as far as all their records are below `lsn` and no holder needs
  /// them; the active one always stays. Returns the new [#firstLsn]. [StorageException] of category
  /// `FULL`, for want of room to note the floor, leaves all as it is. Any other failure fences it.
  public long trimBelow(long lsn) {
    checkUsable();
    List<Segment> before = extent.segments();
    int gone = segmentsBelow(lsn);
    if (gone > 0) {
      long floor = before.get(gone).header().baseLsn();
      fence.guardNames(directory, () -> retention.raise(floor));
      publish(before.subList(gone, before.size()), extent.tail(), 1);
      epochs.trimBelow(floor);
      fence.guard(() -> before.subList(0, gone).forEach(Segment::delete));
    }
    return firstLsn();
  }

  private int segmentsBelow(long lsn) {
    return extent.segmentsBelow(Math.min(Math.min(lsn, retention.heldLsn()), durableLsn + 1));
  }

  /// Behind which batch the log would begin after [#trimBelow]; with 1, behind which it does.
  public Tail startAfterTrim(long lsn) {
    return extent.startAt(segmentsBelow(lsn));
  }

  /// The lowest LSN that is worth keeping for one who wants at most `maxBytes` of segment files and
  /// nothing older than `sinceMicros`: what to give to [#trimBelow].
  public long retainedFrom(long maxBytes, long sinceMicros) {
    return extent.retainedFrom(maxBytes, sinceMicros);
  }

  /// The batch that contains `lsn`; may be called by any thread.
  ///
  /// Throws [LogDamagedException] if what is found there is not that batch as it was written.
  public ReadResult read(long lsn) {
    return Extent.look(this, seen -> seen.read(lsn));
  }

  /// A cursor that begins before the first durable record from `lsn` on; may be called by any
  /// thread.
  public LogCursor cursor(long lsn) {
    return cursor(lsn, Selection.ALL);
  }

  /// A cursor that shows only what `selection` selects.
  public LogCursor cursor(long lsn, Selection selection) {
    return new LogCursor(this, lsn, selection);
  }

  /// A cursor that goes on where another was.
  ///
  /// Throws [BelowFirstLsnException] or [ResumeRefusedException] if that is not in the log.
  public LogCursor cursor(ResumeToken token, Selection selection) {
    return LogCursor.resume(this, token, selection);
  }

  /// The LSN of the first record that is not older than `timeMicros`, `appendedLsn + 1` if there is
  /// none; may be called by any thread.
  public long firstLsnSince(long timeMicros) {
    return Extent.look(this, seen -> seen.firstLsnSince(timeMicros));
  }

  private void checkUsable() {
    Check.that(!closed, "the log is closed");
    fence.check();
  }

  /// Makes everything durable, unless the log failed before, and closes the files.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      if (!fence.isUp()) {
        noteSynced();
      }
    } finally {
      closed = true;
      next.close();
      extent.segments().forEach(Segment::close);
      damage.close();
    }
  }
}
