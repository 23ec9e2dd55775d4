package io.tidemark.node.directory;

import io.tidemark.log.Batch;
import io.tidemark.node.Following;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.partition.Watermarks;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.Fact;
import io.tidemark.runtime.directory.Roster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// Applies the facts of the directory partition, if a replica of it is here, and appends new ones,
/// if that leads.
///
/// Its log is never trimmed: it grows by a few records for each node that comes or goes, and all of
/// it is read at each start.
///
/// Whether a fact holds is known when it is applied, so whoever proposes one waits for that. One
/// fact is appended at a time: they are rare.
public final class Registrar extends AbstractBehavior<Registrar.Command> {
  /// What it is told.
  public sealed interface Command {}

  /// A replica of the directory is here.
  public record Follow(ReplicaHandle replica) implements Command {}

  /// Append `fact`; `replyTo` is told why it does not hold, or nothing.
  public record Propose(Fact fact, ActorRef<String> replyTo) implements Command {}

  private record Opened(ReplicaHandle replica, ReplicaHandle.Open open) implements Command {}

  private record Apply(Batch batch, ActorRef<Done> replyTo) implements Command {}

  private record Appended(AppendOutcome outcome) implements Command {}

  private record Ended(Throwable failure) implements Command {}

  private static final int MAX_WAITING = 256;

  /// Of the newest facts is remembered why they do not hold: the answer may come later than they.
  private static final int REFUSALS_KEPT = 256;

  private final ReplicatedNode node;
  private final ActorRef<AppendOutcome> outcomes;
  private final ArrayDeque<Propose> waiting = new ArrayDeque<>();
  private final TreeMap<Long, String> refusals = new TreeMap<>();
  private Optional<ReplicaHandle.Open> open = Optional.empty();
  private Optional<Watermarks> watermarks = Optional.empty();
  private Optional<Long> awaitedLsn = Optional.empty();
  private Roster roster;
  private long appliedLsn;

  public static Behavior<Command> create(ReplicatedNode node) {
    return Behaviors.setup(context -> new Registrar(context, node));
  }

  private Registrar(ActorContext<Command> context, ReplicatedNode node) {
    super(context);
    this.node = node;
    this.outcomes = context.messageAdapter(AppendOutcome.class, Appended::new);
    Roster known = node.roster();
    this.roster =
        new Roster(0, known.partitions(), known.replicas(), new TreeMap<>(), new TreeMap<>());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Follow(ReplicaHandle replica) -> {
        getContext()
            .pipeToSelf(
                replica.open(),
                (one, failure) -> failure == null ? new Opened(replica, one) : new Ended(failure));
      }
      case Opened(ReplicaHandle replica, ReplicaHandle.Open opened) -> {
        open = Optional.of(opened);
        watermarks = Optional.of(replica.watermarks());
        Following.follow(
            getContext(), replica, opened, opened.log().firstLsn(), Apply::new, Ended::new);
      }
      case Apply(Batch batch, ActorRef<Done> replyTo) -> {
        apply(batch);
        replyTo.tell(Done.getInstance());
      }
      case Propose propose -> propose(propose);
      case Appended(AppendOutcome outcome) -> appended(outcome);
      case Ended(Throwable failure) -> end(failure);
    }
    return this;
  }

  private void end(Throwable failure) {
    getContext().getLog().error("the directory is not applied", failure);
    open = Optional.empty();
    waiting.forEach(propose -> propose.replyTo().tell("the directory is not applied here"));
    waiting.clear();
    awaitedLsn = Optional.empty();
  }

  private void apply(Batch batch) {
    batch
        .records()
        .forEach(
            record -> {
              if (record.type() == Fact.RECORD_TYPE) {
                String text = StandardCharsets.UTF_8.decode(record.payload()).toString();
                apply(record.lsn(), Fact.parse(text));
              }
            });
    appliedLsn = batch.lastLsn();
    watermarks.ifPresent(marks -> marks.applied(appliedLsn));
    node.learn(roster);
    answer();
  }

  private void apply(long lsn, Fact fact) {
    switch (roster.after(lsn, fact)) {
      case Roster.Taken(Roster next) -> roster = next;
      case Roster.Refused(String reason) -> {
        refusals.put(lsn, reason);
        if (refusals.size() > REFUSALS_KEPT) {
          refusals.pollFirstEntry();
        }
      }
    }
  }

  private void propose(Propose propose) {
    if (open.isEmpty() || waiting.size() == MAX_WAITING) {
      propose.replyTo().tell(open.isEmpty() ? "the directory is not here" : "busy");
      return;
    }
    waiting.addLast(propose);
    if (waiting.size() == 1) {
      appendNext();
    }
  }

  private void appendNext() {
    byte[] text = waiting.getFirst().fact().text().getBytes(StandardCharsets.UTF_8);
    open.orElseThrow().appends().append(Fact.RECORD_TYPE, text, AckLevel.QUORUM, outcomes);
  }

  private void appended(AppendOutcome outcome) {
    switch (outcome) {
      case AppendOutcome.Acknowledged acknowledged -> {
        awaitedLsn = Optional.of(acknowledged.lsn());
        answer();
      }
      case AppendOutcome.Refused refused -> answered(refused.detail());
      case AppendOutcome.Unknown unknown ->
          answered("not known whether it is: " + unknown.detail());
    }
  }

  private void answer() {
    awaitedLsn
        .filter(lsn -> lsn <= appliedLsn)
        .ifPresent(
            lsn -> {
              awaitedLsn = Optional.empty();
              answered(refusals.getOrDefault(lsn, ""));
            });
  }

  private void answered(String refusal) {
    Optional.ofNullable(waiting.pollFirst()).ifPresent(propose -> propose.replyTo().tell(refusal));
    if (!waiting.isEmpty()) {
      appendNext();
    }
  }
}
