package io.tidemark.node;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.RecordData;
import io.tidemark.log.writer.Refusal;
import io.tidemark.node.Gateway.GetAnswer;
import io.tidemark.node.Gateway.NodeStatus;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.Fact;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/// Finds the leader of a partition and brings it what only a leader can do.
///
/// A refusal is tried again elsewhere until the time is up. Silence is not: once an append has left
/// this node without an answer, its outcome is unknown. But one with a stamp is tried again then as
/// well, because it is there once however often it is appended. Safe for use by several threads.
public final class Router {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofMillis(20);

  /// After how much of it an append with a stamp is tried again, and who says nothing of itself is
  /// left out.
  private static final Duration SILENCE = Duration.ofSeconds(1);

  /// How long an answer may still come from a leader that has been replaced.
  private static final Duration AFTERGLOW = Duration.ofMillis(50);

  private final ActorSystem<?> system;
  private final ReplicatedNode node;
  private final Gateways gateways;
  private final AtomicInteger guesses = new AtomicInteger();

  /// Who was last seen to lead a partition of which no replica here knows.
  private final Map<Integer, NodeId> hints = new ConcurrentHashMap<>();

  private final Set<UnderWay> underWay = ConcurrentHashMap.newKeySet();

  /// An append that has left, and to whom.
  private record UnderWay(int partition, NodeId leader, CompletableFuture<AppendOutcome> outcome) {}

  /// An append until it has its outcome.
  private record Wanted(int partition, RecordData record, AckLevel level) {
    Gateway.Command message(ActorRef<AppendOutcome> replyTo) {
      byte[] payload = new byte[record.payload().remaining()];
      record.payload().duplicate().get(payload);
      return record
          .stamp()
          .<Gateway.Command>map(
              stamp ->
                  new Gateway.AppendOnce(
                      partition,
                      record.type(),
                      payload,
                      stamp.producer(),
                      stamp.sequence(),
                      level,
                      replyTo))
          .orElseGet(() -> new Gateway.Append(partition, record.type(), payload, level, replyTo));
    }

    boolean mayRetry(AppendOutcome outcome) {
      return switch (outcome) {
        case AppendOutcome.Acknowledged _ -> false;
        case AppendOutcome.Refused(Refusal reason, String _) ->
            reason == Refusal.NOT_LEADER || reason == Refusal.FENCED;
        case AppendOutcome.Unknown _ -> record.stamp().isPresent();
      };
    }

    /// How long one node is waited for.
    Duration patience() {
      return record.stamp().isPresent() ? SILENCE : PATIENCE;
    }
  }

  public Router(ActorSystem<?> system, ReplicatedNode node, Gateways gateways) {
    this.system = system;
    this.node = node;
    this.gateways = gateways;
    node.replicas().forEach(this::watch);
  }

  /// Follows who leads the partition of `replica`.
  public void watch(ReplicaHandle replica) {
    replica.watchLeader(() -> leaderChanged(replica));
  }

  /// Appends `record` to `partition`, wherever it is led.
  ///
  /// @param record of a user, with or without a stamp; without a key, and not optional
  public CompletionStage<AppendOutcome> append(int partition, RecordData record, AckLevel level) {
    return append(new Wanted(partition, record, level), System.nanoTime() + PATIENCE.toNanos());
  }

  private CompletionStage<AppendOutcome> append(Wanted wanted, long deadlineNanos) {
    Optional<NodeId> leader = leaderOf(wanted.partition());
    CompletionStage<AppendOutcome> outcome =
        leader
            .map(to -> ask(to, wanted, deadlineNanos))
            .orElseGet(
                () ->
                    CompletableFuture.completedFuture(
                        new AppendOutcome.Refused(Refusal.NOT_LEADER, "no leader is known")));
    return outcome.thenCompose(
        result ->
            wanted.mayRetry(result) && System.nanoTime() < deadlineNanos
                ? later(() -> append(wanted, deadlineNanos))
                : CompletableFuture.completedFuture(result));
  }

  private CompletionStage<AppendOutcome> ask(NodeId to, Wanted wanted, long deadlineNanos) {
    long leftNanos = Math.max(1, deadlineNanos - System.nanoTime());
    Duration left = Duration.ofNanos(Math.min(leftNanos, wanted.patience().toNanos()));
    CompletableFuture<AppendOutcome> outcome = new CompletableFuture<>();
    UnderWay append = new UnderWay(wanted.partition(), to, outcome);
    underWay.add(append);
    AskPattern.<Gateway.Command, AppendOutcome>ask(
            gateways.of(to), wanted::message, left, system.scheduler())
        .whenComplete(
            (answer, failure) ->
                outcome.complete(
                    failure == null
                        ? answer
                        : new AppendOutcome.Unknown("no answer from " + to + " in time")));
    return outcome.whenComplete(
        (answer, _) -> {
          underWay.remove(append);
          hint(wanted.partition(), to, answer instanceof AppendOutcome.Acknowledged);
        });
  }

  private void hint(int partition, NodeId node, boolean led) {
    if (led && !node.equals(hints.get(partition))) {
      hints.put(partition, node);
    } else if (!led) {
      hints.remove(partition, node);
    }
  }

  /// Whoever waits for an answer of a leader that has been replaced waits in vain, but for what is
  /// on its way already.
  private void leaderChanged(ReplicaHandle replica) {
    replica
        .leader()
        .ifPresent(
            leader ->
                system
                    .scheduler()
                    .scheduleOnce(
                        AFTERGLOW,
                        () -> giveUpOn(replica.partition(), leader),
                        system.executionContext()));
  }

  private void giveUpOn(int partition, NodeId newLeader) {
    for (UnderWay append : underWay) {
      if (append.partition() == partition && !append.leader().equals(newLeader)) {
        append.outcome().complete(new AppendOutcome.Unknown(append.leader() + " no longer leads"));
      }
    }
  }

  /// Reads `key` of `partition` as of now; empty if no leader could confirm itself in time.
  public CompletionStage<Optional<GetAnswer>> get(int partition, String key) {
    return get(partition, key, System.nanoTime() + PATIENCE.toNanos());
  }

  private CompletionStage<Optional<GetAnswer>> get(int partition, String key, long deadlineNanos) {
    CompletionStage<GetAnswer> answer =
        leaderOf(partition)
            .map(
                to ->
                    AskPattern.<Gateway.Command, GetAnswer>ask(
                            gateways.of(to),
                            replyTo -> new Gateway.Get(partition, key, replyTo),
                            RETRY.multipliedBy(50),
                            system.scheduler())
                        .exceptionally(_ -> new Gateway.NotLeader()))
            .orElseGet(() -> CompletableFuture.completedFuture(new Gateway.NotLeader()));
    return answer.thenCompose(
        result -> {
          if (!(result instanceof Gateway.NotLeader)) {
            return CompletableFuture.completedFuture(Optional.of(result));
          }
          return System.nanoTime() < deadlineNanos
              ? later(() -> get(partition, key, deadlineNanos))
              : CompletableFuture.completedFuture(Optional.empty());
        });
  }

  /// Asks whoever leads `partition` to hand it to `to`, or to any that can lead; false if it could
  /// not, or nobody leads.
  public CompletionStage<Boolean> handOver(int partition, Optional<NodeId> to) {
    return leaderAsToldOf(partition)
        .thenCompose(
            known ->
                known.isEmpty()
                    ? CompletableFuture.completedFuture(false)
                    : askToHandOver(known.get(), partition, to));
  }

  /// The same of `leader`.
  public CompletionStage<Boolean> askToHandOver(NodeId leader, int partition, Optional<NodeId> to) {
    String heir = to.map(NodeId::name).orElse("");
    return AskPattern.<Gateway.Command, Gateway.HandedOver>ask(
            gateways.of(leader),
            replyTo -> new Gateway.HandOver(partition, heir, replyTo),
            PATIENCE,
            system.scheduler())
        .handle((answer, failure) -> failure == null && answer.done());
  }

  /// Asks whoever leads `partition` to change its members; why it did not, or empty.
  ///
  /// @param change add, promote or remove
  public CompletionStage<String> changeMembers(int partition, String change, NodeId about) {
    return leaderAsToldOf(partition)
        .thenCompose(
            known ->
                known.isEmpty()
                    ? CompletableFuture.completedFuture("no leader is known")
                    : askToChange(known.get(), partition, change, about));
  }

  /// The same of `leader`.
  public CompletionStage<String> askToChange(
      NodeId leader, int partition, String change, NodeId about) {
    return AskPattern.<Gateway.Command, Gateway.MembersChanged>ask(
            gateways.of(leader),
            replyTo -> new Gateway.ChangeMembers(partition, change, about.name(), replyTo),
            PATIENCE,
            system.scheduler())
        .handle(
            (answer, failure) -> failure == null ? answer.refusal() : "no answer from " + leader);
  }

  /// Asks whoever leads the directory to append `fact`; why it does not hold, or empty.
  public CompletionStage<String> propose(Fact fact) {
    return leaderAsToldOf(node.roster().directory())
        .thenCompose(
            known ->
                known.isEmpty()
                    ? CompletableFuture.completedFuture("nobody leads the directory")
                    : askToPropose(known.get(), fact));
  }

  private CompletionStage<String> askToPropose(NodeId leader, Fact fact) {
    return AskPattern.<Gateway.Command, Gateway.Proposed>ask(
            gateways.of(leader),
            replyTo -> new Gateway.Propose(fact.text(), replyTo),
            PATIENCE,
            system.scheduler())
        .handle(
            (answer, failure) -> failure == null ? answer.refusal() : "no answer from " + leader);
  }

  /// How the replicas of every node are; without those that do not answer in time.
  public CompletionStage<Map<NodeId, NodeStatus>> status() {
    return gateways.status(SILENCE);
  }

  /// As far as this node knows. One that knows no leader, because it holds no replica, or one that
  /// is none any more, tries who led last, or one node after the other.
  private Optional<NodeId> leaderOf(int partition) {
    return node.replica(partition)
        .flatMap(ReplicaHandle::leader)
        .or(() -> Optional.ofNullable(hints.get(partition)))
        .filter(gateways::has)
        .or(() -> Optional.of(gateways.any(guesses.getAndIncrement())));
  }

  /// Who says of itself that it leads, in the highest epoch.
  private CompletionStage<Optional<NodeId>> leaderAsToldOf(int partition) {
    return status()
        .thenApply(
            statuses -> {
              Optional<NodeId> leader = Optional.empty();
              long epoch = -1;
              for (Map.Entry<NodeId, NodeStatus> one : statuses.entrySet()) {
                for (Gateway.ReplicaStatus replica : one.getValue().replicas()) {
                  if (replica.partition() == partition
                      && replica.leader().equals(one.getKey().name())
                      && replica.epoch() > epoch) {
                    leader = Optional.of(one.getKey());
                    epoch = replica.epoch();
                  }
                }
              }
              return leader;
            });
  }

  private <T> CompletionStage<T> later(Supplier<CompletionStage<T>> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    system
        .scheduler()
        .scheduleOnce(
            RETRY,
            () ->
                action
                    .get()
                    .whenComplete(
                        (value, failure) -> {
                          if (failure == null) {
                            result.complete(value);
                          } else {
                            result.completeExceptionally(failure);
                          }
                        }),
            system.executionContext());
    return result;
  }
}
