package io.tidemark.node.directory;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.node.Gateway.NodeStatus;
import io.tidemark.node.Gateways;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.Retirement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Removes from a node the replicas whose partitions have moved away, which nobody tells that they
/// are members no more: one after the other, in this order, each step when the one before is done.
///
/// ```
///  look        no move of it in the roster, and its leader says that nobody here is a member
///  again       the same for a while, see [Remains]
///  store ends  nobody writes beside the log
///  replica stops   it votes and acknowledges no more
///  ask         the leader confirms its leadership, and its members, which are committed
///  erase       or, if this node is a member again or nobody answers, begin again as before
/// ```
///
/// An old roster does no harm: it is a reason to wait, never one to delete. The replica of the
/// directory stays, which is small.
public final class Leftovers extends AbstractBehavior<Leftovers.Command> {
  /// What it is told.
  public sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private record Seen(Map<NodeId, NodeStatus> statuses) implements Command {}

  private record StoreEnded(Leaver leaver) implements Command {}

  private record Stopped(Leaver leaver) implements Command {}

  private record Confirmed(Leaver leaver, List<String> members) implements Command {}

  private record Erased(Leaver leaver, Throwable failure) implements Command {}

  /// A replica on its way out; `leader` is who leads its partition.
  private record Leaver(ReplicaHandle replica, ReplicaId id, NodeId leader) {}

  /// What of it is done for a node by others.
  public interface Host {
    /// Ends who applies the log of `replica`; returns it, if there is one.
    Optional<? extends ActorRef<?>> endStore(ReplicaHandle replica);

    /// Stops `replica`.
    void stop(ReplicaHandle replica);

    /// Begins a replica of `partition`, with the files that are there.
    void begin(int partition);
  }

  /// How long nodes and leaders are waited for.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ReplicatedNode node;
  private final Retirement retirement;
  private final Gateways gateways;
  private final Host host;
  private final Duration after;
  private final Executor blocking;

  /// Since when they are known to be of no use.
  private final Map<ReplicaId, Long> sinceNanos = new HashMap<>();

  private boolean busy;

  /// @param host may be called on any thread
  /// @param every between two looks
  /// @param after how long a replica must have been of no use
  public static Behavior<Command> create(
      ReplicatedNode node, Gateways gateways, Host host, Duration every, Duration after) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Leftovers(context, timers, node, gateways, host, every, after)));
  }

  private Leftovers(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ReplicatedNode node,
      Gateways gateways,
      Host host,
      Duration every,
      Duration after) {
    super(context);
    this.node = node;
    this.retirement = node.retirement();
    this.gateways = gateways;
    this.host = host;
    this.after = after;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    timers.startTimerWithFixedDelay(Look.INSTANCE, every);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Look _ -> look();
      case Seen(Map<NodeId, NodeStatus> statuses) -> seen(statuses);
      case StoreEnded(Leaver leaver) -> {
        retirement.watch(getContext(), leaver.replica(), new Stopped(leaver));
        host.stop(leaver.replica());
      }
      case Stopped(Leaver leaver) -> {
        retirement.stopped(getContext(), leaver.replica());
        int partition = leaver.replica().partition();
        getContext()
            .pipeToSelf(
                gateways.confirmedMembers(leaver.leader(), partition, PATIENCE),
                (members, failure) -> new Confirmed(leaver, failure == null ? members : List.of()));
      }
      case Confirmed(Leaver leaver, List<String> members) -> confirmed(leaver, members);
      case Erased(Leaver leaver, Throwable failure) -> erased(leaver, failure);
    }
    return this;
  }

  private Map<Integer, ReplicaHandle> suspects() {
    return node.replicas().stream()
        .filter(replica -> replica.partition() != node.roster().directory())
        .filter(replica -> replica.view().id().isPresent())
        .filter(replica -> replica.leader().isEmpty() || replica.view().isDismissed())
        .collect(Collectors.toMap(ReplicaHandle::partition, Function.identity()));
  }

  private void look() {
    if (busy) {
      return;
    }
    if (suspects().isEmpty()) {
      sinceNanos.clear();
      return;
    }
    busy = true;
    getContext()
        .pipeToSelf(
            gateways.status(PATIENCE),
            (statuses, failure) -> new Seen(failure == null ? statuses : Map.of()));
  }

  private void seen(Map<NodeId, NodeStatus> statuses) {
    busy = false;
    Map<ReplicaId, Leaver> leavers = new HashMap<>();
    Remains remains = new Remains(node.config().self(), node.roster(), statuses);
    suspects()
        .forEach(
            (partition, replica) ->
                replica
                    .view()
                    .id()
                    .ifPresent(
                        id ->
                            remains
                                .leaderWithout(partition)
                                .ifPresent(
                                    leader -> leavers.put(id, new Leaver(replica, id, leader)))));
    sinceNanos.keySet().retainAll(leavers.keySet());
    long now = System.nanoTime();
    leavers.keySet().forEach(id -> sinceNanos.putIfAbsent(id, now));
    leavers.values().stream()
        .filter(leaver -> now - sinceNanos.get(leaver.id()) >= after.toNanos())
        .findFirst()
        .ifPresent(this::begin);
  }

  private void begin(Leaver leaver) {
    busy = true;
    sinceNanos.remove(leaver.id());
    host.endStore(leaver.replica())
        .ifPresentOrElse(
            store -> getContext().watchWith(store, new StoreEnded(leaver)),
            () -> getContext().getSelf().tell(new StoreEnded(leaver)));
  }

  private void confirmed(Leaver leaver, List<String> members) {
    boolean isMember =
        members.stream()
            .map(ReplicaId::parse)
            .anyMatch(one -> one.node().equals(leaver.id().node()));
    if (members.isEmpty() || isMember) {
      retirement.release(leaver.replica());
      host.begin(leaver.replica().partition());
      busy = false;
      return;
    }
    getContext()
        .pipeToSelf(
            CompletableFuture.runAsync(
                () -> retirement.erase(leaver.replica(), leaver.id()), blocking),
            (_, failure) -> new Erased(leaver, failure));
  }

  private void erased(Leaver leaver, Throwable failure) {
    busy = false;
    int partition = leaver.replica().partition();
    if (failure == null) {
      getContext()
          .getLog()
          .info(
              "partition {}: {} is no member any more, and its files are deleted",
              partition,
              leaver.id());
    } else {
      retirement.release(leaver.replica());
      getContext()
          .getLog()
          .warn(
              "partition {}: the files of {}, which is no member any more, are not all deleted",
              partition,
              leaver.id(),
              failure);
    }
  }
}
