package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.simulator.VirtualApplication.State;
import io.tidemark.simulator.check.Checkers;
import io.tidemark.simulator.check.Operations;
import io.tidemark.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Writes one log, one command after the other, each after a while: the simulated counterpart of
/// the partition's writer, with the same order of steps.
///
/// What it reports reaches its owner in order and late, so that the core lives in the past of its
/// own disk as it does in production.
final class VirtualWriter {
  private static final ByteBuffer NO_PRODUCERS = ByteBuffer.allocate(0);
  private static final int FULL_RETRY_MICROS = 5 * Temper.TICK_MICROS;

  /// What a writer is asked to do.
  sealed interface Command {}

  /// Append one record for a producer.
  record Append(long operation) implements Command {}

  /// Number records from now on, in `epoch`; the first is an anchor.
  record Lead(long epoch) implements Command {}

  /// Stop numbering; answered by [WriterReport.Settled].
  record StopLeading() implements Command {}

  /// Number nothing more until [Resume], and refuse what comes; answered by [WriterReport.Held].
  record Hold() implements Command {}

  /// Number records again.
  record Resume() implements Command {}

  /// Save who takes part from a record on that is about to be appended.
  record SaveMembers(Membership membership) implements Command {}

  /// Append a record, alone in its batch, from which on these are the members.
  record AppendMembers(long ofEpoch, Members members) implements Command {}

  /// Append batches of another replica verbatim; those that are there already are skipped.
  record AppendReceived(List<Batch> batches) implements Command {}

  /// Drop every record after `lsn`; answered by [WriterReport.Settled].
  record TruncateAfter(long lsn) implements Command {}

  /// Drop whole segments below `lsn`, as far as is allowed; [WriterReport.Trimmed] if any went.
  record Trim(long lsn) implements Command {}

  /// Drop the whole log, and begin anew behind `state`, where those are `members`; answered by
  /// [WriterReport.Began].
  record BeginBehind(State state, Membership members) implements Command {}

  private record Flush() implements Command {}

  private final Machine machine;
  private final Log log;
  private final VirtualMembers members;
  private final VirtualApplication application;
  private final Consumer<WriterReport> owner;
  private final VirtualReception reception;
  private final ArrayDeque<Command> commands = new ArrayDeque<>();
  private final ArrayDeque<Append> pending = new ArrayDeque<>();
  private boolean busy;
  private boolean flushing;
  private boolean leading;
  private boolean held;
  private boolean anchorDue;
  private boolean full;
  private long epoch;
  private long lastReportMicros;

  VirtualWriter(
      Machine machine,
      Log log,
      VirtualMembers members,
      VirtualApplication application,
      Consumer<WriterReport> owner) {
    this.machine = machine;
    this.log = log;
    this.members = members;
    this.application = application;
    this.owner = owner;
    this.reception = new VirtualReception(machine, log);
  }

  void tell(Command command) {
    commands.addAll(machine.world().meddler().commands(machine.id(), command));
    if (!busy && !commands.isEmpty()) {
      busy = true;
      takeNext();
    }
  }

  /// What was asked for and is not done yet.
  int waiting() {
    return commands.size() + pending.size();
  }

  private void takeNext() {
    int micros =
        switch (commands.getFirst()) {
          case Append _, Lead _, Hold _, Resume _, AppendReceived _ ->
              machine.temper().writeMicros();
          case StopLeading _,
              SaveMembers _,
              AppendMembers _,
              TruncateAfter _,
              Trim _,
              BeginBehind _,
              Flush _ ->
              machine.temper().syncMicros();
        };
    machine.after(
        machine.diskMicros(micros),
        () -> {
          carryOut(commands.removeFirst());
          busy = !commands.isEmpty();
          if (busy) {
            takeNext();
          }
        });
  }

  private void carryOut(Command command) {
    switch (command) {
      case Append append -> accept(append);
      case Lead(long newEpoch) -> lead(newEpoch);
      case StopLeading _ -> stopLeading();
      case Hold _ -> hold();
      case Resume _ -> held = false;
      case SaveMembers(Membership membership) -> members.save(membership);
      case AppendMembers append -> appendMembers(append);
      case AppendReceived(List<Batch> batches) -> appendReceived(batches);
      case TruncateAfter(long lsn) -> truncateAfter(lsn);
      case Trim(long lsn) -> trim(lsn);
      case BeginBehind(State state, Membership at) -> beginBehind(state, at);
      case Flush _ -> flush();
    }
  }

  private void accept(Append append) {
    if (leading && !held && !anchorDue && !full) {
      pending.addLast(append);
      scheduleFlush();
    } else {
      refuse(append);
    }
  }

  private void refuse(Append append) {
    machine.world().producers().refused(append.operation());
  }

  private void lead(long newEpoch) {
    leading = true;
    held = false;
    epoch = newEpoch;
    checkers().tell(checker -> checker.leading(machine.id(), newEpoch));
    anchorDue = true;
    full = false;
    takeRecords();
  }

  private void takeRecords() {
    anchorDue = anchorDue && !write(List.of(RecordData.anchor()), List.of());
    scheduleFlush();
  }

  /// No room for the next segment: what waits is refused, nothing more is taken until there is.
  private void full(List<Batch> unwritten, List<Long> operations) {
    machine.world().tally().count(Happening.APPEND_HAD_NO_ROOM);
    checkers().tell(checker -> checker.notAppended(machine.id(), unwritten));
    if (!full) {
      report(new WriterReport.Fitness(false));
    }
    full = true;
    operations.forEach(machine.world().producers()::refused);
    refuseWaiting();
    machine.after(FULL_RETRY_MICROS, this::lookForRoom);
  }

  private void lookForRoom() {
    if (!leading || !full) {
      return;
    }
    if (!held && log.hasRoom()) {
      full = false;
      report(new WriterReport.Fitness(true));
      takeRecords();
    } else {
      machine.after(FULL_RETRY_MICROS, this::lookForRoom);
    }
  }

  private void stopLeading() {
    leading = false;
    if (full) {
      full = false;
      report(new WriterReport.Fitness(true));
    }
    refuseWaiting();
    sync();
    report(new WriterReport.Settled(log.appendedLsn(), log.durableLsn()));
  }

  private void hold() {
    held = true;
    refuseWaiting();
    report(new WriterReport.Held(epoch));
  }

  private void refuseWaiting() {
    pending.forEach(this::refuse);
    pending.clear();
  }

  private void appendReceived(List<Batch> batches) {
    boolean lackedRoom = reception.lacksRoom();
    if (!reception.append(batches)) {
      report(new WriterReport.NotReceived(log.appendedLsn()));
    }
    if (reception.lacksRoom() != lackedRoom) {
      report(new WriterReport.Fitness(lackedRoom));
    }
    scheduleFlush();
  }

  private void append(List<Batch> batches) {
    checkers().tell(checker -> checker.appending(machine.id(), batches));
    log.append(batches);
  }

  private void truncateAfter(long wanted) {
    ReplicaId id = machine.id();
    long lsn = reception.lastToKeep(wanted);
    if (lsn < log.appendedLsn()) {
      machine.world().tally().count(Happening.DIVERGENT_TRUNCATION);
    }
    checkers().tell(checker -> checker.truncating(id, lsn));
    log.truncateAfter(lsn);
    members.truncatedAfter(lsn);
    checkers().tell(checker -> checker.truncated(id, lsn));
    // Truncation begins with a sync of the whole log.
    checkers().tell(checker -> checker.synced(id, log.durableLsn()));
    report(new WriterReport.Settled(log.appendedLsn(), log.durableLsn()));
  }

  /// The state that was made of what goes is saved before. No room for that, or for the note of
  /// what may go: nothing is trimmed.
  private void trim(long lsn) {
    ReplicaId id = machine.id();
    long before = log.firstLsn();
    checkers().tell(checker -> checker.trimming(id, lsn));
    try {
      application.save(application.now());
      log.trimBelow(lsn);
    } catch (StorageException e) {
      if (e.category() != StorageException.Category.FULL) {
        throw e;
      }
    }
    if (log.firstLsn() > before) {
      machine.world().tally().count(Happening.TRIMMED);
      checkers().tell(checker -> checker.trimmed(id, log.firstLsn()));
      report(new WriterReport.Trimmed(log.firstLsn()));
    }
  }

  /// In this order: whoever has an old log and newer members wins no election, and a state that is
  /// ahead of the log is one of committed records all the same.
  private void beginBehind(State state, Membership at) {
    ReplicaId id = machine.id();
    checkers().tell(checker -> checker.beginning(id, state.tail()));
    machine.hardware().begins();
    members.save(at);
    application.save(state);
    log.beginBehind(state.tail(), NO_PRODUCERS);
    checkers().tell(checker -> checker.began(id, state.tail()));
    report(new WriterReport.Began(state));
  }

  private void appendMembers(AppendMembers append) {
    if (!leading || held || anchorDue || epoch != append.ofEpoch()) {
      report(new WriterReport.MembersNotAppended(append.ofEpoch()));
      return;
    }
    while (!pending.isEmpty()) {
      writeNextBatch();
    }
    members.save(new Membership(log.appendedLsn() + 1, epoch, append.members()));
    byte[] payload = append.members().text().getBytes(StandardCharsets.UTF_8);
    if (!write(List.of(RecordData.of(RecordData.MEMBERS, payload)), List.of())) {
      members.truncatedAfter(log.appendedLsn());
      report(new WriterReport.MembersNotAppended(append.ofEpoch()));
    }
    scheduleFlush();
  }

  private void scheduleFlush() {
    if (!flushing) {
      flushing = true;
      tell(new Flush());
    }
  }

  private void flush() {
    flushing = false;
    while (!pending.isEmpty()) {
      writeNextBatch();
    }
    sync();
  }

  private void writeNextBatch() {
    List<RecordData> records = new ArrayList<>();
    List<Long> operations = new ArrayList<>();
    while (!pending.isEmpty() && records.size() < machine.temper().maxBatchRecords()) {
      long operation = pending.removeFirst().operation();
      operations.add(operation);
      records.add(
          Operations.record(operation, machine.chance().below(machine.temper().payloadBytes())));
    }
    write(records, operations);
  }

  /// False if the disk is full: then `operations` were refused.
  private boolean write(List<RecordData> records, List<Long> operations) {
    long baseLsn = log.appendedLsn() + 1;
    long now = Math.max(log.lastTimeMicros(), machine.wallMicros());
    Batch batch = Batch.encode(baseLsn, epoch, now, log.lastChecksum(), records);
    try {
      append(List.of(batch));
    } catch (StorageException e) {
      if (e.category() != StorageException.Category.FULL) {
        throw e;
      }
      full(List.of(batch), operations);
      return false;
    }
    List<WriterReport.Waiter> waiters = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      waiters.add(new WriterReport.Waiter(baseLsn + i, operations.get(i)));
    }
    report(new WriterReport.Appended(batch, waiters));
    return true;
  }

  private void sync() {
    if (log.durableLsn() < log.appendedLsn()) {
      log.sync();
      checkers().tell(checker -> checker.synced(machine.id(), log.durableLsn()));
      report(new WriterReport.Synced(log.durableLsn()));
    }
  }

  private void report(WriterReport report) {
    long now = machine.world().time().nowMicros();
    lastReportMicros =
        Math.max(lastReportMicros, now + machine.chance().below(machine.temper().reportMicros()));
    machine.after(lastReportMicros - now, () -> owner.accept(report));
  }

  private Checkers checkers() {
    return machine.world().checkers();
  }
}
