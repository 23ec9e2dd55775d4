package io.tidemark.runtime;

import io.tidemark.log.DamagedSegment;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.repair.Copies;
import io.tidemark.log.repair.Gap;
import io.tidemark.log.repair.Repair;
import io.tidemark.partition.Writer;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.storage.StorageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mends what is read as damaged while the replica runs, whoever reads it, and gives others what
/// they lost. Used by the replica's thread; what touches files is done by the writer's, so that
/// nothing is truncated, trimmed or appended meanwhile.
///
/// Unlike one that opens its log ([Mending]) a running replica knows where that ends, and with
/// what: damage changes neither, so it votes and receives as ever. What it may not do:
///
/// - *Count what is damaged.* While a record that is not committed may be damaged here, nothing
///   more is acknowledged: what was synced meanwhile is told to the core when it is mended. What is
///   committed has been counted, and needs no one's word any more.
/// - *Keep others from it.* A leader that cannot send a follower what it lacks is not fit: it hands
///   over, and stands last. If nobody has what is damaged and not committed, it leaves office: who
///   is elected without it has it truncated.
///
/// The road not taken is to close the log and to open it again by way of [Mending]: that gives the
/// vote away meanwhile, and everybody who reads the log here would have to be given another one.
final class LiveMending {
  /// A segment and its repair; while a part of the work is under way they are the writer's.
  private record Case(DamagedSegment segment, Repair repair) {}

  /// What a part of the work came to.
  ///
  /// @param open what is to be gone on with; none where nothing is damaged any more
  /// @param refusal why what was offered is not what was lost; empty if it may be
  /// @param lacksRoom whether the disk is full: it is to be begun again after a while
  record Step(Optional<Case> open, String refusal, boolean lacksRoom) {
    private static final Step MENDED = new Step(Optional.empty(), "", false);
    private static final Step LACKS_ROOM = new Step(Optional.empty(), "", true);
  }

  private static final Logger LOG = LoggerFactory.getLogger(LiveMending.class);
  private static final int TICKS_TO_BEGIN_AGAIN = 40;

  private final int partition;
  private final Log log;
  private final ReplicaCore core;
  private final ActorRef<Writer.Command> writer;
  private final ReplicaHandle handle;
  private final ActorRef<Replica.Command> self;
  private final RepairAnswers answers;
  private final RepairQuestions questions;

  /// One of each damaged file; the first is being mended.
  private final Deque<LogDamagedException> due = new ArrayDeque<>();

  private Optional<Case> open = Optional.empty();
  private boolean working;
  private int ticksToBegin;
  private boolean hinders;

  /// Nobody has it who can be asked, and perhaps nobody ever will.
  private boolean isForNothing;

  private Optional<Long> untold = Optional.empty();

  LiveMending(
      int partition,
      Links links,
      Log log,
      ReplicaCore core,
      ActorRef<Writer.Command> writer,
      ReplicaHandle handle,
      Executor blocking,
      ActorRef<Replica.Command> self) {
    this.partition = partition;
    this.log = log;
    this.core = core;
    this.writer = writer;
    this.handle = handle;
    this.self = self;
    this.answers = new RepairAnswers(partition, links, blocking, Copies.of(log));
    this.questions = new RepairQuestions(partition, links);
    log.damage()
        .mendedBy(
            damage -> {
              self.tell(new Replica.DamageRead(damage));
              // Alone it mends what needs nobody; who waited for more might wait for ever.
              return !questions.isAlone();
            });
  }

  /// Whether something is damaged.
  boolean isDue() {
    return !due.isEmpty();
  }

  /// Whether it keeps the replica from doing what a leader does.
  boolean hinders() {
    return hinders;
  }

  /// Carries out `command`; what the core is to be told then.
  Optional<Event> carryOut(Replica.OfMending command) {
    switch (command) {
      case Replica.DamageRead(LogDamagedException damage) -> found(damage);
      case Replica.RepairHeard heard -> heard(heard);
      case Replica.LiveMendingStep(Step step) -> stepped(step);
    }
    return toTell();
  }

  private void found(LogDamagedException damage) {
    if (due.stream().anyMatch(one -> one.file().equals(damage.file()))) {
      return;
    }
    LOG.error(
        "partition {}: damage in the running log, goes on beside it and mends it: {}",
        partition,
        damage.getMessage());
    due.addLast(damage);
    health(damage);
    if (due.size() == 1) {
      begin();
    }
  }

  private void health(LogDamagedException damage) {
    handle.openNow().ifPresent(it -> it.appends().health().damaged(damage.getMessage()));
  }

  /// A read for a follower came to `failure`; null if to none.
  void historyRead(Throwable failure) {
    hinders |= isDamage(failure) && isDue();
  }

  static boolean isDamage(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof LogDamagedException damage && damage.isBeingMended();
  }

  /// The log was truncated, trimmed or begun anew: what was damaged may be gone.
  void logChanged() {
    if (isDue() && !working) {
      begin();
    }
  }

  /// Nothing that was damaged is in the log.
  void begunAnew() {
    untold = Optional.empty();
    logChanged();
  }

  private void begin() {
    LogDamagedException damage = due.getFirst();
    Optional<Case> former = open;
    work(() -> begun(damage, former));
  }

  private void work(Supplier<Step> part) {
    working = true;
    ticksToBegin = 0;
    writer.tell(new Writer.Mend(() -> self.tell(new Replica.LiveMendingStep(part.get()))));
  }

  /// The writer's, as what it calls.
  private Step begun(LogDamagedException damage, Optional<Case> former) {
    former.ifPresent(it -> it.repair().close());
    Optional<DamagedSegment> segment;
    try {
      segment = DamagedSegment.of(log, damage);
    } catch (StorageException e) {
      return lacksRoom(e);
    }
    if (segment.isEmpty()) {
      return Step.MENDED;
    }
    Case one = new Case(segment.get(), Repair.of(segment.get()));
    return tried(
        one,
        () -> {
          one.repair().begin();
          return "";
        });
  }

  private Step offered(LogDamagedException damage, Case one, RepairWire.Answer answer) {
    return one.segment().isThere()
        ? tried(one, () -> one.repair().offer(answer.batches()))
        : begun(damage, Optional.of(one));
  }

  private static Step tried(Case one, Supplier<String> part) {
    try {
      String refusal = part.get();
      if (!one.repair().isDone()) {
        return new Step(Optional.of(one), refusal, false);
      }
      one.segment().replaced();
      return Step.MENDED;
    } catch (StorageException e) {
      Step step = lacksRoom(e);
      one.repair().close();
      return step;
    }
  }

  /// Where somebody else made room what was gathered is missing.
  private static Step lacksRoom(StorageException e) {
    return switch (e.category()) {
      case FULL, MISSING -> Step.LACKS_ROOM;
      default -> throw e;
    };
  }

  /// A part of the work is done.
  private void stepped(Step step) {
    working = false;
    boolean isNew = open.isEmpty();
    open = step.open();
    if (step.lacksRoom()) {
      LOG.warn("partition {} has no room to be mended: tries again", partition);
      ticksToBegin = TICKS_TO_BEGIN_AGAIN;
    } else if (open.isEmpty()) {
      mended();
    } else {
      if (isNew) {
        LOG.info("partition {} lacks {}", partition, open.get().repair().gaps());
      }
      questions.tried(step.refusal());
      ask();
    }
  }

  private void mended() {
    LogDamagedException damage = due.removeFirst();
    LOG.info("partition {} is mended: {}", partition, damage.file());
    if (isDue()) {
      begin();
      return;
    }
    hinders = false;
    isForNothing = false;
    handle.openNow().ifPresent(it -> it.appends().health().mended());
    handle.watermarks().mended();
  }

  /// Time has passed.
  List<Event> tick() {
    List<Event> events = new ArrayList<>();
    if (ticksToBegin > 0 && --ticksToBegin == 0) {
      begin();
    }
    if (isDue() && questions.tick()) {
      ask();
    }
    if (isForNothing) {
      isForNothing = false;
      events.add(new Event.ResignRequested());
    }
    toTell().ifPresent(events::add);
    return events;
  }

  private void ask() {
    if (!working
        && open.isPresent()
        && questions.ask(open.get().repair().wanted().orElseThrow())
        && isInDoubt()) {
      hinders = true;
      isForNothing = true;
    }
  }

  /// Somebody lost something, or gives what was lost here.
  private void heard(Replica.RepairHeard heard) {
    switch (heard.message()) {
      case RepairWire.Ask ask -> answers.answer(heard.from(), ask);
      case RepairWire.Answer answer -> {
        if (!working && open.isPresent()) {
          heard(heard, answer, open.get());
        }
      }
    }
  }

  private void heard(Replica.RepairHeard heard, RepairWire.Answer answer, Case one) {
    if (!questions.isAnswer(heard.from(), answer, one.repair().wanted().orElseThrow())) {
      return;
    }
    if (answer.batches().isEmpty()) {
      ask();
    } else {
      LogDamagedException damage = due.getFirst();
      work(() -> offered(damage, one, answer));
    }
  }

  /// Whether a record may be damaged that is not committed.
  private boolean isInDoubt() {
    boolean isKnown = due.size() == 1 && open.isPresent();
    return isDue()
        && (!isKnown
            || open.get().repair().gaps().stream().mapToLong(Gap::uptoLsn).max().orElse(0)
                > core.committed());
  }

  /// What the core is told of a sync up to `lsn`: nothing, while it may not count.
  Optional<Event> synced(long lsn) {
    untold = isInDoubt() ? Optional.of(lsn) : Optional.empty();
    return untold.isPresent() ? Optional.empty() : Optional.of(new Event.Synced(lsn));
  }

  /// The same of a log that now ends with `lastLsn`.
  Event settled(long lastLsn, long durableLsn) {
    boolean waits = isInDoubt();
    untold = waits ? Optional.of(durableLsn) : Optional.empty();
    return new Event.Settled(lastLsn, waits ? Math.min(durableLsn, core.durable()) : durableLsn);
  }

  /// What the core was not told and now may be.
  private Optional<Event> toTell() {
    if (untold.isEmpty() || isInDoubt()) {
      return Optional.empty();
    }
    Event event = new Event.Synced(untold.get());
    untold = Optional.empty();
    return Optional.of(event);
  }
}
