package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.partition.Writer;
import io.tidemark.runtime.Replica.Command;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// A replica without data that does not know yet whether there ever was any: it asks those with
/// whom the partition is to begin, and promises nothing before it knows.
///
/// If they are all as new as it is, they have now agreed who begins. If one of them knows who
/// began, this replica is among those, or it is the successor of one that was and lost its disk:
/// then it may only join. So a partition begins when all its first nodes are up; afterwards a
/// majority is enough. Those who were to begin may all have been replaced since, so it asks every
/// node it knows: whoever knows who began will do. Crash story: a voter's disk is replaced, it
/// comes back empty under its old name, and votes again in an epoch in which it has voted, for a
/// log that lacks what it had acknowledged.
final class Founding extends AbstractBehavior<Command> {
  private static final int TICKS_BETWEEN_HELLOS = 8;

  private final ReplicaConfig config;
  private final Links links;
  private final Replica.Files files;
  private final Consumer<RuntimeException> onFailure;
  private final Supplier<Behavior<Command>> next;
  private final Map<NodeId, ReplicaId> fresh = new TreeMap<>();
  private final Executor blocking;
  private boolean agreed;
  private int ticks;

  /// @param onFailure told why this replica cannot go on
  /// @param next the phase that follows; until then the files are this one's
  Founding(
      ActorContext<Command> context,
      ReplicaConfig config,
      Links links,
      Replica.Files files,
      Consumer<RuntimeException> onFailure,
      Supplier<Behavior<Command>> next) {
    super(context);
    this.config = config;
    this.links = links;
    this.files = files;
    this.onFailure = onFailure;
    this.next = next;
    this.blocking =
        context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(Writer.DISPATCHER));
    fresh.put(self().node(), self());
    context
        .getLog()
        .info(
            "partition {}: {} has no data; waits for {}",
            config.partition(),
            self(),
            config.placed());
    sayHello();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Command.class, this::onCommand)
        .onSignal(
            PostStop.class,
            _ -> {
              files.close();
              return this;
            })
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Replica.Tick _ -> {
        if (++ticks % TICKS_BETWEEN_HELLOS == 0) {
          sayHello();
        }
      }
      case Replica.Greeted(Greeting greeting) -> greeted(greeting);
      case Replica.FoundersSaved(Throwable failure) -> {
        if (failure == null) {
          return next.get();
        }
        onFailure.accept(new IllegalStateException("founders not durable", failure));
        return Behaviors.stopped();
      }
      default -> Callers.refuse(command, "the partition has not begun");
    }
    return this;
  }

  private ReplicaId self() {
    return files.members().self();
  }

  private void sayHello() {
    links.byNode().keySet().forEach(node -> greet(node, Greeting.Kind.HELLO));
  }

  private void greet(NodeId to, Greeting.Kind kind) {
    links.greet(to, config.partition(), new Greeting(kind, self(), Optional.empty()));
  }

  private void greeted(Greeting greeting) {
    switch (greeting.kind()) {
      case HELLO -> {
        greet(greeting.from().node(), Greeting.Kind.ANSWER);
        introduced(greeting);
      }
      case ANSWER -> introduced(greeting);
      case INVITATION -> agree(List.of());
      case SUCCEEDS -> {
        // It has data, if damaged: the partition has begun, and it cannot say with whom.
      }
    }
  }

  private void introduced(Greeting greeting) {
    greeting.founders().ifPresentOrElse(this::heardOf, () -> isFresh(greeting.from()));
  }

  /// @param founders nobody, as told by one that is to join: that does not say who began
  private void heardOf(List<ReplicaId> founders) {
    if (!founders.isEmpty()) {
      agree(founders.contains(self()) ? founders : List.of());
    }
  }

  private void isFresh(ReplicaId other) {
    if (config.placed().contains(other.node())) {
      fresh.put(other.node(), other);
    }
    if (fresh.size() == config.placed().size()) {
      agree(config.placed().stream().map(fresh::get).toList());
    }
  }

  private void agree(List<ReplicaId> founders) {
    if (agreed) {
      return;
    }
    agreed = true;
    getContext()
        .getLog()
        .info(
            founders.isEmpty() ? "partition {}: {} joins" : "partition {}: {} begins with {}",
            config.partition(),
            self(),
            founders);
    getContext()
        .pipeToSelf(
            CompletableFuture.runAsync(() -> files.members().agree(founders), blocking),
            (_, failure) -> new Replica.FoundersSaved(failure));
  }
}
