package io.tidemark.node.directory;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.node.Gateway.NodeStatus;
import io.tidemark.node.Gateway.ReplicaStatus;
import io.tidemark.node.Gateways;
import io.tidemark.node.Router;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.Balance;
import io.tidemark.runtime.directory.DirectorySettings;
import io.tidemark.runtime.directory.Fact;
import io.tidemark.runtime.directory.Group;
import io.tidemark.runtime.directory.Roster;
import io.tidemark.runtime.directory.Step;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Where the directory is led: looks where the replicas are, does what is next, looks again.
///
/// It remembers nothing that matters: every look begins from the roster and from what the nodes
/// say. So another one goes on after it, and two at once, one of which does not know yet that it
/// leads no more, are refused what the other has done.
public final class Steward extends AbstractBehavior<Steward.Command> {
  /// What it is told.
  public sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private record Seen(Map<NodeId, NodeStatus> statuses) implements Command {}

  /// All that was next was tried; `refusals` of it were not done.
  private record Tried(List<String> refusals) implements Command {}

  private static final Duration PATIENCE = Duration.ofSeconds(6);

  /// How long a node may take to say how it is before it counts as down.
  private static final Duration SILENCE = Duration.ofMillis(500);

  /// Where there is nothing to do, every how many looks it asks the nodes all the same.
  private static final int RARELY = 10;

  private final ReplicatedNode node;
  private final Router router;
  private final Gateways gateways;
  private final ActorRef<Registrar.Command> registrar;
  private final DirectorySettings settings;
  private final TimerScheduler<Command> timers;
  private long quietVersion;
  private int looksSkipped;

  public static Behavior<Command> create(
      ReplicatedNode node,
      Router router,
      Gateways gateways,
      ActorRef<Registrar.Command> registrar,
      DirectorySettings settings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new Steward(context, node, router, gateways, registrar, settings, timers)));
  }

  private Steward(
      ActorContext<Command> context,
      ReplicatedNode node,
      Router router,
      Gateways gateways,
      ActorRef<Registrar.Command> registrar,
      DirectorySettings settings,
      TimerScheduler<Command> timers) {
    super(context);
    this.node = node;
    this.router = router;
    this.gateways = gateways;
    this.registrar = registrar;
    this.settings = settings;
    this.timers = timers;
    lookLater();
  }

  private void lookLater() {
    timers.startSingleTimer(Look.INSTANCE, settings.look());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Look _ -> look(node.roster());
      case Seen(Map<NodeId, NodeStatus> statuses) -> act(statuses);
      case Tried(List<String> refusals) -> {
        if (refusals.isEmpty()) {
          look(node.roster());
        } else {
          getContext().getLog().debug("not yet: {}", refusals);
          lookLater();
        }
      }
    }
    return this;
  }

  private void look(Roster roster) {
    if (!leads()) {
      lookLater();
    } else if (roster.version() == 0) {
      SortedMap<NodeId, InetSocketAddress> founders = new TreeMap<>();
      roster.founders().forEach(founder -> founders.put(founder, node.address(founder)));
      Fact founded = new Fact.Founded(roster.partitions(), roster.replicas(), founders);
      attempt(List.of(founded), List.of(), Map.of());
    } else if (Balance.isSettled(roster)
        || (roster.version() == quietVersion && ++looksSkipped < RARELY)) {
      lookLater();
    } else {
      looksSkipped = 0;
      getContext()
          .pipeToSelf(
              gateways.status(SILENCE),
              (statuses, failure) -> new Seen(failure == null ? statuses : Map.of()));
    }
  }

  private boolean leads() {
    Optional<NodeId> self = Optional.of(node.config().self());
    return node.directory().filter(directory -> directory.leader().equals(self)).isPresent();
  }

  private void act(Map<NodeId, NodeStatus> statuses) {
    Roster roster = node.roster();
    SortedMap<Integer, Group> groups = groups(statuses);
    Balance.Plan plan = Balance.next(roster, groups, statuses.keySet(), settings.moves());
    quietVersion = plan.isEmpty() && roster.moves().isEmpty() ? roster.version() : 0;
    if (plan.isEmpty()) {
      lookLater();
    } else {
      plan.facts().forEach(fact -> getContext().getLog().info("directory: {}", fact.text()));
      attempt(plan.facts(), plan.steps(), groups);
    }
  }

  /// Of each partition what its leader says; of two, that of the higher epoch.
  private static SortedMap<Integer, Group> groups(Map<NodeId, NodeStatus> statuses) {
    SortedMap<Integer, ReplicaStatus> leaders = new TreeMap<>();
    statuses.forEach(
        (id, status) ->
            status.replicas().stream()
                .filter(replica -> replica.leader().equals(id.name()))
                .forEach(
                    replica ->
                        leaders.merge(
                            replica.partition(),
                            replica,
                            (one, other) -> one.epoch() > other.epoch() ? one : other)));
    SortedMap<Integer, Group> groups = new TreeMap<>();
    leaders.forEach(
        (partition, leader) ->
            groups.put(
                partition,
                new Group(
                    nodes(leader.voters()),
                    nodes(leader.learners()),
                    new NodeId(leader.leader()))));
    return groups;
  }

  private static List<NodeId> nodes(List<String> replicas) {
    return replicas.stream().map(one -> ReplicaId.parse(one).node()).toList();
  }

  private void attempt(List<Fact> facts, List<Step> steps, Map<Integer, Group> groups) {
    CompletionStage<String> recorded = CompletableFuture.completedStage("");
    for (Fact fact : facts) {
      recorded =
          recorded.thenCompose(
              refusal ->
                  refusal.isEmpty() ? propose(fact) : CompletableFuture.completedStage(refusal));
    }
    List<CompletableFuture<String>> tried = new ArrayList<>();
    tried.add(recorded.toCompletableFuture());
    for (Step step : steps) {
      NodeId leader = groups.get(step.partition()).leader();
      tried.add(take(step, leader).toCompletableFuture());
    }
    getContext()
        .pipeToSelf(
            CompletableFuture.allOf(tried.toArray(CompletableFuture[]::new)),
            (_, failure) ->
                new Tried(
                    failure == null
                        ? tried.stream()
                            .map(CompletableFuture::join)
                            .filter(refusal -> !refusal.isEmpty())
                            .toList()
                        : List.of(failure.toString())));
  }

  private CompletionStage<String> propose(Fact fact) {
    return AskPattern.<Registrar.Command, String>ask(
        registrar,
        replyTo -> new Registrar.Propose(fact, replyTo),
        PATIENCE,
        getContext().getSystem().scheduler());
  }

  private CompletionStage<String> take(Step step, NodeId leader) {
    return switch (step) {
      case Step.Learn(int partition, NodeId who) ->
          router.askToChange(leader, partition, "add", who);
      case Step.Vote(int partition, NodeId who) ->
          router.askToChange(leader, partition, "promote", who);
      case Step.Go(int partition, NodeId who) ->
          router.askToChange(leader, partition, "remove", who);
      case Step.Lead(int partition, NodeId who) ->
          router
              .askToHandOver(leader, partition, Optional.of(who))
              .thenApply(done -> done ? "" : "not handed over");
    };
  }
}
