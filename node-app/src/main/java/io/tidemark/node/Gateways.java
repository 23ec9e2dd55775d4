package io.tidemark.node;

import io.tidemark.foundation.NodeId;
import io.tidemark.node.Gateway.NodeStatus;
import io.tidemark.node.kv.SnapshotAnswer;
import io.tidemark.node.kv.SnapshotPeers;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.Roster;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/// The doors of all nodes, which come and go. Safe for use by several threads.
public final class Gateways implements SnapshotPeers {
  /// How long a piece of a snapshot is waited for.
  private static final Duration PIECE_PATIENCE = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final ReplicatedNode node;
  private final ActorRef<Gateway.Command> own;
  private final Map<NodeId, ActorRef<Gateway.Command>> byNode = new ConcurrentHashMap<>();

  /// By number of guess.
  private volatile List<NodeId> nodes = List.of();

  /// @param own that of this node
  public Gateways(ActorSystem<?> system, ReplicatedNode node, ActorRef<Gateway.Command> own) {
    this.system = system;
    this.node = node;
    this.own = own;
    node.watchRoster(this::know);
    know(node.roster());
  }

  private synchronized void know(Roster roster) {
    for (NodeId id : roster.present()) {
      byNode.computeIfAbsent(id, this::resolve);
    }
    byNode.keySet().removeIf(id -> !roster.isPresent(id));
    nodes = roster.present();
  }

  private ActorRef<Gateway.Command> resolve(NodeId id) {
    InetSocketAddress address = node.address(id);
    return id.equals(node.config().self())
        ? own
        : ActorRefResolver.get(system)
            .resolveActorRef(
                "pekko://%s@%s:%d/user/%s"
                    .formatted(
                        system.name(), address.getHostString(), address.getPort(), Gateway.NAME));
  }

  boolean has(NodeId id) {
    return byNode.containsKey(id);
  }

  /// That of `id`; if that is gone, one that does not answer.
  ActorRef<Gateway.Command> of(NodeId id) {
    return Optional.ofNullable(byNode.get(id)).orElseGet(() -> system.deadLetters().unsafeUpcast());
  }

  /// One node after the other, as `guess` rises.
  NodeId any(int guess) {
    List<NodeId> all = nodes;
    return all.get(Math.floorMod(guess, all.size()));
  }

  @Override
  public List<NodeId> others() {
    return nodes.stream().filter(id -> !id.equals(node.config().self())).toList();
  }

  @Override
  public CompletionStage<SnapshotAnswer> ask(NodeId id, Wanted wanted) {
    return AskPattern.<Gateway.Command, SnapshotAnswer>ask(
        of(id),
        replyTo ->
            new Gateway.GetSnapshot(
                wanted.partition(), wanted.atLeastLsn(), wanted.lsn(), wanted.position(), replyTo),
        PIECE_PATIENCE,
        system.scheduler());
  }

  /// How the replicas of every node are; without those that do not answer in time.
  public CompletionStage<Map<NodeId, NodeStatus>> status(Duration patience) {
    Map<NodeId, NodeStatus> statuses = new ConcurrentHashMap<>();
    List<CompletableFuture<NodeStatus>> asked =
        byNode.entrySet().stream()
            .map(
                gateway ->
                    AskPattern.<Gateway.Command, NodeStatus>ask(
                            gateway.getValue(),
                            Gateway.GetStatus::new,
                            patience,
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

  /// The ids of the members of `partition`, from its leader `leader`, which confirms that it leads;
  /// none if it cannot, or does not answer in time.
  public CompletionStage<List<String>> confirmedMembers(
      NodeId leader, int partition, Duration patience) {
    return AskPattern.<Gateway.Command, Gateway.ConfirmedMembers>ask(
            of(leader),
            replyTo -> new Gateway.GetMembers(partition, replyTo),
            patience,
            system.scheduler())
        .handle((answer, failure) -> failure == null ? answer.ids() : List.of());
  }

  /// The roster of one other node, as text, if it is newer than `version`; empty if it is not, or
  /// there is no answer in time.
  public CompletionStage<String> newsSince(long version, Duration patience) {
    List<NodeId> others = others();
    return others.isEmpty()
        ? CompletableFuture.completedFuture("")
        : AskPattern.<Gateway.Command, Gateway.News>ask(
                of(others.get(ThreadLocalRandom.current().nextInt(others.size()))),
                replyTo -> new Gateway.GetNews(version, replyTo),
                patience,
                system.scheduler())
            .handle((answer, failure) -> failure == null ? answer.roster() : "");
  }
}
