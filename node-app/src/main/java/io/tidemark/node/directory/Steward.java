package io.tidemark.node.directory;

import io.tidemark.foundation.NodeId;
import io.tidemark.node.Gateway.NodeStatus;
import io.tidemark.node.Gateways;
import io.tidemark.node.Router;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.Balance;
import io.tidemark.runtime.directory.DirectorySettings;
import io.tidemark.runtime.directory.Fact;
import io.tidemark.runtime.directory.Group;
import io.tidemark.runtime.directory.Roster;
import io.tidemark.runtime.directory.Spread;
import io.tidemark.runtime.directory.Step;
import io.tidemark.runtime.directory.Trials;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
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
  private record Tried(List<String> refusals, List<Step.Lead> taken, List<Step.Lead> refused)
      implements Command {}

  private static final Duration PATIENCE = Duration.ofSeconds(6);

  /// How long a node may take to say how it is before it counts as down.
  private static final Duration SILENCE = Duration.ofMillis(500);

  /// Where there is nothing to do, every how many looks it asks the nodes all the same, at least.
  private static final int RARELY = 10;

  /// The more there is to say, the rarer: so many partitions are one look more.
  private static final int PARTITIONS_OF_A_LOOK = 20;

  private final ReplicatedNode node;
  private final Router router;
  private final Gateways gateways;
  private final ActorRef<Registrar.Command> registrar;
  private final DirectorySettings settings;
  private final TimerScheduler<Command> timers;
  private final Trials trials;
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
    this.trials = new Trials(settings.leaderPause());
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
      case Tried(List<String> refusals, List<Step.Lead> taken, List<Step.Lead> refused) -> {
        taken.forEach(step -> trials.taken(step, System.nanoTime()));
        refused.forEach(step -> trials.refused(step, System.nanoTime()));
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
      trials.forget();
      lookLater();
    } else if (roster.version() == 0) {
      SortedMap<NodeId, InetSocketAddress> founders = new TreeMap<>();
      roster.founders().forEach(founder -> founders.put(founder, node.address(founder)));
      Fact founded = new Fact.Founded(roster.partitions(), roster.replicas(), founders);
      attempt(List.of(founded), List.of(), Map.of());
    } else if ((settings.leaders() == 0 && Balance.isSettled(roster))
        || (roster.version() == quietVersion && ++looksSkipped < rarely(roster))) {
      lookLater();
    } else {
      looksSkipped = 0;
      getContext()
          .pipeToSelf(
              gateways.status(SILENCE),
              (statuses, failure) -> new Seen(failure == null ? statuses : Map.of()));
    }
  }

  private static int rarely(Roster roster) {
    return Math.max(RARELY, roster.partitions() / PARTITIONS_OF_A_LOOK);
  }

  private boolean leads() {
    Optional<NodeId> self = Optional.of(node.config().self());
    return node.directory().filter(directory -> directory.leader().equals(self)).isPresent();
  }

  private void act(Map<NodeId, NodeStatus> statuses) {
    Roster roster = node.roster();
    SortedMap<Integer, Group> groups = new Sighting(statuses).groups();
    Balance.Plan plan = Balance.next(roster, groups, statuses.keySet(), settings.moves());
    Set<NodeId> unwilling = trials.unwilling(groups, System.nanoTime());
    List<Step> steps = new ArrayList<>(plan.steps());
    steps.addAll(Spread.next(roster, groups, plan, unwilling, settings.leaders()));
    boolean nothing = plan.facts().isEmpty() && steps.isEmpty();
    quietVersion = nothing && roster.moves().isEmpty() ? roster.version() : 0;
    if (nothing) {
      lookLater();
    } else {
      plan.facts().forEach(fact -> getContext().getLog().info("directory: {}", fact.text()));
      attempt(plan.facts(), steps, groups);
    }
  }

  private void attempt(List<Fact> facts, List<Step> steps, Map<Integer, Group> groups) {
    CompletionStage<String> recorded = CompletableFuture.completedStage("");
    for (Fact fact : facts) {
      recorded =
          recorded.thenCompose(
              refusal ->
                  refusal.isEmpty() ? propose(fact) : CompletableFuture.completedStage(refusal));
    }
    CompletableFuture<String> facted = recorded.toCompletableFuture();
    Map<Step, CompletableFuture<String>> tried = new LinkedHashMap<>();
    for (Step step : steps) {
      NodeId leader = groups.get(step.partition()).leader();
      tried.put(step, take(step, leader).toCompletableFuture());
    }
    List<CompletableFuture<String>> all = new ArrayList<>(tried.values());
    all.add(facted);
    getContext()
        .pipeToSelf(
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)),
            (_, failure) ->
                failure == null
                    ? new Tried(
                        all.stream()
                            .map(CompletableFuture::join)
                            .filter(refusal -> !refusal.isEmpty())
                            .toList(),
                        leads(tried, true),
                        leads(tried, false))
                    : new Tried(List.of(failure.toString()), List.of(), List.of()));
  }

  private static List<Step.Lead> leads(Map<Step, CompletableFuture<String>> tried, boolean taken) {
    return tried.entrySet().stream()
        .filter(one -> one.getValue().join().isEmpty() == taken)
        .flatMap(one -> one.getKey() instanceof Step.Lead lead ? Stream.of(lead) : Stream.empty())
        .toList();
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
