package io.tidemark.node;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.writer.Refusal;
import io.tidemark.node.Gateway.GetAnswer;
import io.tidemark.node.Gateway.NodeStatus;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/// Finds the leader of a partition and brings it what only a leader can do.
///
/// A refusal is tried again elsewhere until the time is up; silence is not: once an append has left
/// this node without an answer, its outcome is unknown. Safe for use by several threads.
public final class Router {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofMillis(20);

  /// How long an answer may still come from a leader that has been replaced.
  private static final Duration AFTERGLOW = Duration.ofMillis(50);

  private final ActorSystem<?> system;
  private final ReplicatedNode node;
  private final Map<NodeId, ActorRef<Gateway.Command>> gateways = new HashMap<>();
  private final AtomicInteger guesses = new AtomicInteger();
  private final Set<UnderWay> underWay = ConcurrentHashMap.newKeySet();

  /// An append that has left, and to whom.
  private record UnderWay(int partition, NodeId leader, CompletableFuture<AppendOutcome> outcome) {}

  public Router(ActorSystem<?> system, ReplicatedNode node, ActorRef<Gateway.Command> own) {
    this.system = system;
    this.node = node;
    ActorRefResolver resolver = ActorRefResolver.get(system);
    node.config()
        .nodes()
        .forEach(
            (id, address) ->
                gateways.put(
                    id,
                    id.equals(node.config().self())
                        ? own
                        : resolver.resolveActorRef(gatewayPath(system.name(), address))));
    node.replicas().forEach(this::watch);
  }

  /// Follows who leads the partition of `replica`.
  public void watch(ReplicaHandle replica) {
    replica.watchLeader(() -> leaderChanged(replica));
  }

  private static String gatewayPath(String system, InetSocketAddress address) {
    return "pekko://%s@%s:%d/user/%s"
        .formatted(system, address.getHostString(), address.getPort(), Gateway.NAME);
  }

  /// Appends one record to `partition`, wherever it is led.
  public CompletionStage<AppendOutcome> append(
      int partition, int type, byte[] payload, AckLevel level) {
    return append(partition, type, payload, level, System.nanoTime() + PATIENCE.toNanos());
  }

  private CompletionStage<AppendOutcome> append(
      int partition, int type, byte[] payload, AckLevel level, long deadlineNanos) {
    Optional<NodeId> leader = leaderOf(partition);
    CompletionStage<AppendOutcome> outcome =
        leader
            .map(to -> ask(to, partition, type, payload, level, deadlineNanos))
            .orElseGet(
                () ->
                    CompletableFuture.completedFuture(
                        new AppendOutcome.Refused(Refusal.NOT_LEADER, "no leader is known")));
    return outcome.thenCompose(
        result ->
            mayRetry(result) && System.nanoTime() < deadlineNanos
                ? later(() -> append(partition, type, payload, level, deadlineNanos))
                : CompletableFuture.completedFuture(result));
  }

  private static boolean mayRetry(AppendOutcome outcome) {
    return outcome instanceof AppendOutcome.Refused(Refusal reason, String _)
        && (reason == Refusal.NOT_LEADER || reason == Refusal.FENCED);
  }

  private CompletionStage<AppendOutcome> ask(
      NodeId to, int partition, int type, byte[] payload, AckLevel level, long deadlineNanos) {
    Duration left = Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
    CompletableFuture<AppendOutcome> outcome = new CompletableFuture<>();
    UnderWay append = new UnderWay(partition, to, outcome);
    underWay.add(append);
    AskPattern.<Gateway.Command, AppendOutcome>ask(
            gateways.get(to),
            replyTo -> new Gateway.Append(partition, type, payload, level, replyTo),
            left,
            system.scheduler())
        .whenComplete(
            (answer, failure) ->
                outcome.complete(
                    failure == null
                        ? answer
                        : new AppendOutcome.Unknown("no answer from " + to + " in time")));
    return outcome.whenComplete((_, _) -> underWay.remove(append));
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
                            gateways.get(to),
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

  private CompletionStage<Boolean> askToHandOver(
      NodeId leader, int partition, Optional<NodeId> to) {
    String heir = to.map(NodeId::name).orElse("");
    return AskPattern.<Gateway.Command, Gateway.HandedOver>ask(
            gateways.get(leader),
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

  private CompletionStage<String> askToChange(
      NodeId leader, int partition, String change, NodeId about) {
    return AskPattern.<Gateway.Command, Gateway.MembersChanged>ask(
            gateways.get(leader),
            replyTo -> new Gateway.ChangeMembers(partition, change, about.name(), replyTo),
            PATIENCE,
            system.scheduler())
        .handle(
            (answer, failure) -> failure == null ? answer.refusal() : "no answer from " + leader);
  }

  /// How the replicas of every node are; without those that do not answer in time.
  public CompletionStage<Map<NodeId, NodeStatus>> status() {
    Map<NodeId, NodeStatus> statuses = new ConcurrentHashMap<>();
    List<CompletableFuture<NodeStatus>> asked =
        gateways.entrySet().stream()
            .map(
                gateway ->
                    AskPattern.<Gateway.Command, NodeStatus>ask(
                            gateway.getValue(),
                            Gateway.GetStatus::new,
                            Duration.ofSeconds(1),
                            system.scheduler())
                        .whenComplete(
                            (status, failure) -> {
                              if (failure == null) {
                                statuses.put(gateway.getKey(), status);
                              }
                            })
                        .toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .handle((_, _) -> statuses);
  }

  /// As far as this node knows. One that knows no leader, because it holds no replica, or one that
  /// is none any more, tries one node after the other.
  private Optional<NodeId> leaderOf(int partition) {
    Optional<NodeId> known = node.replica(partition).flatMap(ReplicaHandle::leader);
    List<NodeId> nodes = node.config().sortedNodes();
    return known.or(
        () -> Optional.of(nodes.get(Math.floorMod(guesses.getAndIncrement(), nodes.size()))));
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
