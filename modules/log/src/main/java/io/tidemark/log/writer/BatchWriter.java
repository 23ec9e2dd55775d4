package io.tidemark.log.writer;

import io.tidemark.foundation.Check;
import io.tidemark.log.Batch;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.WriterHost.Reminder;
import io.tidemark.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/// Takes records from a ring and writes them to one log, batch by batch.
///
/// It has no thread, clock or timer of its own: its [WriterHost] drives it, on one thread at a
/// time, and hears what came of it. After an exception from any call the host calls [#fence].
public final class BatchWriter {
  private final WriterConfig config;
  private final Log log;
  private final Entrance entrance;
  private final WriterHealth health;
  private final WriterHost host;
  private final BatchBuilder builder;
  private final Linger linger;
  private final Recollection recollection;
  private final Reception reception;
  private final Upkeep upkeep;
  private final Set<Reminder> awaited = EnumSet.noneOf(Reminder.class);
  private AppendRing ring = Entrance.NO_RING;
  private boolean leading;
  private boolean held;
  private boolean anchorDue;
  private long epoch;

  /// Something was appended and its sync not reported yet. Not the same as a log that is not
  /// synced: a roll syncs it on the way.
  private boolean syncDue;

  /// Of what is not synced something is waited for.
  private boolean syncAwaited;

  private long notedLsn;
  private long stalledLsn;
  private boolean fenced;

  /// @param log is read for what is not known of its producers; fails, as it was, if it cannot be
  /// @param waker makes the host call [#flush]; called by any thread
  public BatchWriter(
      WriterConfig config,
      Log log,
      Entrance entrance,
      WriterHealth health,
      Runnable waker,
      WriterHost host) {
    this.config = config;
    this.log = log;
    this.entrance = entrance;
    this.health = health;
    this.host = host;
    this.builder = new BatchBuilder(config.maxFrameBytes(), config.codec());
    this.linger = new Linger(config.linger());
    this.recollection = new Recollection(log, config.producers());
    this.reception = new Reception(log, recollection, health, host);
    this.upkeep = new Upkeep(log, recollection, this::sync);
    this.notedLsn = log.durableLsn();
    entrance.producers(recollection.producers());
    entrance.waker(waker);
  }

  /// The leadership epoch whose records it numbers, or numbered last.
  public long epoch() {
    return epoch;
  }

  /// Numbers records from now on, in `newEpoch`; the first is an anchor.
  public void lead(long newEpoch) {
    Check.that(newEpoch > log.lastEpoch(), "epoch %d is not above %d", newEpoch, log.lastEpoch());
    leading = true;
    held = false;
    anchorDue = true;
    epoch = newEpoch;
    takeRecords();
  }

  /// Appends the anchor, if it is not there yet, and opens a ring for what follows.
  private void takeRecords() {
    if (anchorDue) {
      if (!writeAlone(RecordData.anchor())) {
        return;
      }
      anchorDue = false;
    }
    ring = newRing();
    health.healthy();
    entrance.open(ring, log.durableLsn());
  }

  private boolean writeAlone(RecordData record) {
    builder.clear();
    builder.add(record);
    if (!write(List.of())) {
      return false;
    }
    syncAwaited = true;
    entrance.wake();
    return true;
  }

  private AppendRing newRing() {
    stalledLsn = AppendRing.NOT_STALLED;
    return new AppendRing(config.ring(), log.appendedLsn() + 1);
  }

  /// Numbers no more records; those that were not taken yet are refused. All is synced on return.
  public void stopLeading(String detail) {
    leading = false;
    close(Refusal.NOT_LEADER, detail);
    health.healthy();
    sync();
  }

  /// Appends `record` alone in a batch; `before` is told which LSN it will have. Refuses, for once,
  /// what was not taken yet. False if it was not appended: this does not lead, or there is no room.
  public boolean appendAlone(RecordData record, LongConsumer before) {
    if (!leading || held || anchorDue) {
      return false;
    }
    while (writeNextBatch()) {}
    close(Refusal.BUSY, "the members change");
    before.accept(log.appendedLsn() + 1);
    if (writeAlone(record)) {
      takeRecords();
      return true;
    }
    return false;
  }

  /// Takes no records until [#resume]; those that were not taken yet are refused. All is synced on
  /// return.
  public void hold(String detail) {
    held = true;
    close(Refusal.NOT_LEADER, detail);
    sync();
  }

  /// Takes records again, if it leads and there is room.
  public void resume() {
    if (leading && held) {
      held = false;
      lookForRoom();
    }
  }

  /// What was not taken from the ring is refused.
  private void close(Refusal reason, String detail) {
    close(ring.endLsn(), reason, detail);
  }

  private void close(long fromLsn, Refusal reason, String detail) {
    entrance.close(fromLsn, reason, detail);
    ring = Entrance.NO_RING;
  }

  /// Appends batches of another replica verbatim; those that are there already are skipped, and
  /// those for which there is no room dropped: [WriterHost#notReceived].
  public void appendReceived(List<Batch> batches) {
    if (reception.append(batches)) {
      syncDue = true;
      syncAwaited = true;
      entrance.wake();
    }
  }

  /// Drops every record after `lsn`, which it must not lead for. Where [LogDamagedException] says
  /// that it could not be done it may be tried again, before anything else.
  public void truncateAfter(long lsn) {
    long last = reception.lastToKeep(lsn);
    log.truncateAfter(last);
    recollection.truncatedAfter(last);
  }

  /// What is done to the log as a whole; of a writer that does not lead, but for a trim.
  public Upkeep upkeep() {
    return upkeep;
  }

  /// Takes and writes what is in the ring, and syncs as the policy says.
  public void flush() {
    entrance.looking();
    if (ring.claimedLsn() > ring.endLsn()) {
      linger.await(ring);
    }
    while (writeNextBatch()) {}
    for (Repeats.Repeated one : entrance.repeated(log.appendedLsn())) {
      syncAwaited |= host.repeated(one.waiting(), one.lsn());
    }
    syncAsPolicySays();
    if (!config.retain().isAll()) {
      remindLater(Reminder.TRIM, config.retain().interval());
    }
    if (ring.claimedLsn() > ring.endLsn()) {
      remindLater(Reminder.LOOK_AT_CLAIM, config.delays().claim());
    }
  }

  private void remindLater(Reminder reminder, Duration delay) {
    if (awaited.add(reminder)) {
      host.remindAfter(reminder, delay);
    }
  }

  /// The time is up that was asked for.
  public void remind(Reminder reminder) {
    awaited.remove(reminder);
    switch (reminder) {
      case SYNC -> sync();
      case LOOK_FOR_ROOM -> lookForRoom();
      case LOOK_IF_IDLE -> lookIfIdle();
      case LOOK_AT_CLAIM -> lookAtClaim();
      case TRIM -> upkeep.trim(config.retain(), host.wallMicros());
    }
  }

  /// Takes records from the ring and appends them as one batch; false if there are none.
  private boolean writeNextBatch() {
    builder.clear();
    long baseLsn = ring.endLsn();
    int bytes =
        ring.drain(
            builder.memory(),
            builder.bodyAt(),
            builder.roomBytes(),
            config.limits().maxBatchRecords());
    if (bytes == 0) {
      return false;
    }
    int count = (int) (ring.endLsn() - baseLsn);
    builder.added(count, bytes, ring.drainedStamped());
    List<Waiting> waiting = new ArrayList<>(count);
    for (long lsn = baseLsn; lsn < baseLsn + count; lsn++) {
      if (ring.attachment(lsn) instanceof Waiting one) {
        one.numbered(lsn, epoch);
        if (waiting.isEmpty() || !waiting.getLast().equals(one)) {
          waiting.add(one);
        }
      }
    }
    return write(waiting);
  }

  /// Appends what is in the builder; false if the disk is full and `waiting` were refused.
  private boolean write(List<Waiting> waiting) {
    try {
      log.append(builder, epoch, host.wallMicros());
    } catch (StorageException e) {
      if (e.category() != StorageException.Category.FULL) {
        waiting.forEach(one -> one.unknown(e.getMessage()));
        throw e;
      }
      long fromLsn = log.appendedLsn() + 1;
      full(fromLsn, e.getMessage());
      waiting.forEach(one -> one.refused(fromLsn, Refusal.FULL, e.getMessage()));
      return false;
    } catch (RuntimeException e) {
      waiting.forEach(one -> one.unknown(e.getMessage()));
      throw e;
    }
    recollection.wrote(builder);
    syncDue = true;
    health.appended(builder.records());
    syncAwaited |= host.appended(builder, waiting);
    return true;
  }

  /// No room for the next segment. The LSNs from `fromLsn` on are void, of what waits in the ring
  /// and of what was taken just now; none was written anywhere. Nothing more is taken until there
  /// is room.
  private void full(long fromLsn, String detail) {
    close(fromLsn, Refusal.FULL, detail);
    health.readOnly(detail);
    host.readOnly(detail);
    remindLater(Reminder.LOOK_FOR_ROOM, config.delays().fullRetry());
  }

  private void lookForRoom() {
    if (!leading || held || ring != Entrance.NO_RING) {
      return;
    }
    if (log.hasRoom()) {
      takeRecords();
    } else {
      remindLater(Reminder.LOOK_FOR_ROOM, config.delays().fullRetry());
    }
  }

  private void syncAsPolicySays() {
    syncAwaited |= entrance.isDurableAwaited() || recollection.isSaveDue();
    switch (config.syncPolicy()) {
      case SyncPolicy.EveryBatch _ -> sync();
      case SyncPolicy.AtMost(var delay) -> {
        if (syncAwaited) {
          sync();
        } else if (syncDue) {
          remindLater(Reminder.SYNC, delay);
        }
      }
      case SyncPolicy.OperatingSystem _ -> {
        if (syncAwaited) {
          sync();
        }
      }
    }
  }

  private void sync() {
    if (syncDue) {
      long startNanos = System.nanoTime();
      log.sync();
      health.synced(System.nanoTime() - startNanos);
      syncDue = false;
      syncAwaited = false;
      entrance.durable(log.durableLsn());
      host.synced(log.durableLsn());
      recollection.synced();
      remindLater(Reminder.LOOK_IF_IDLE, config.delays().note());
    }
  }

  /// Notes what is synced when nothing came since it looked last.
  private void lookIfIdle() {
    if (notedLsn != log.durableLsn()) {
      notedLsn = log.durableLsn();
      remindLater(Reminder.LOOK_IF_IDLE, config.delays().note());
    } else if (!syncDue) {
      log.noteSynced();
    }
  }

  /// A producer that claimed a record and neither commits nor aborts it holds up all behind it.
  /// When it has had time enough, it is left behind with its ring, and who came after it is
  /// refused; new ones get a new ring.
  private void lookAtClaim() {
    long stalled = ring.stalledLsn();
    if (stalled == AppendRing.NOT_STALLED) {
      // Ended meanwhile, maybe by one who told nobody.
      flush();
    } else if (stalled != stalledLsn) {
      stalledLsn = stalled;
      remindLater(Reminder.LOOK_AT_CLAIM, config.delays().claim());
    } else {
      health.claimLost();
      ring = newRing();
      entrance.replace(
          ring,
          log.durableLsn(),
          Refusal.BUSY,
          "LSN %d was claimed and not committed for %s"
              .formatted(stalled, config.delays().claim()));
    }
  }

  /// The first failure is the last: what is not taken yet is surely not there.
  public void fence(RuntimeException cause) {
    fenced = true;
    awaited.clear();
    health.fenced(cause.getMessage());
    close(Refusal.FENCED, cause.getMessage());
    entrance.lose(cause);
  }

  public boolean isFenced() {
    return fenced;
  }

  /// Refuses what is not taken yet, makes the rest durable unless it is fenced, and closes the log.
  public void stop(String detail) {
    close(Refusal.NOT_LEADER, detail);
    try {
      if (!fenced) {
        sync();
        recollection.close();
      }
    } catch (RuntimeException e) {
      fence(e);
      throw e;
    } finally {
      log.close();
    }
  }
}
