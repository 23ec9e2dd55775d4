package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.repair.Copies;
import io.tidemark.log.repair.Repair;
import io.tidemark.partition.Writer;
import io.tidemark.runtime.Replica.Command;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// A replica that is damaged: it takes no part, asks the others for the very bytes its log lost,
/// and is opened when they are there again, as who it was.
///
/// Until then it says nothing to anybody who elects or replicates: no vote, no acknowledgement and
/// no refusal either. So nobody counts it, and nobody need know that it was away. What is whole in
/// its log it gives to others that mend theirs. Where damage takes a majority away, the partition
/// stands still until one of them is whole.
///
/// Where it cannot be mended (what it promised is damaged, or nothing says what was at the end of
/// its log), or nobody has what it lost (all others have trimmed it, or it was never committed), it
/// asks for a [Successor], and goes on asking for what it lost as long as it knows what that is.
final class Mending extends AbstractBehavior<Command> {
  /// What a part of the work came to.
  ///
  /// @param refusal why what was offered is not what was lost; empty if it may be
  record Step(Repair repair, String refusal) {}

  private final ReplicaConfig config;
  private final Links links;
  private final ReplicaHandle handle;
  private final RuntimeException damage;
  private final Consumer<RuntimeException> onFailure;
  private final Function<ReplicaConfig, Behavior<Command>> next;
  private final Executor blocking;
  private final RepairQuestions questions;
  private final Successor successor;

  /// All that touches the files, one after the other.
  private CompletableFuture<?> work = CompletableFuture.completedFuture(null);

  /// While work is under way it belongs to that.
  private Optional<Repair> repair = Optional.empty();

  private Optional<RepairAnswers> answers = Optional.empty();
  private boolean working;
  private boolean succeeded;

  private Mending(
      ActorContext<Command> context,
      ReplicaConfig config,
      Links links,
      ReplicaHandle handle,
      RuntimeException damage,
      Consumer<RuntimeException> onFailure,
      Function<ReplicaConfig, Behavior<Command>> next) {
    super(context);
    this.config = config;
    this.links = links;
    this.handle = handle;
    this.damage = damage;
    this.onFailure = onFailure;
    this.next = next;
    this.questions = new RepairQuestions(config.partition(), links);
    this.successor = new Successor(config, links);
    this.blocking =
        context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(Writer.DISPATCHER));
  }

  /// @param damage what opening found
  /// @param mayBeMended whether it is worth a try
  /// @param onFailure told why this replica cannot go on
  /// @param next opens what is to be opened then
  static Behavior<Command> create(
      ReplicaConfig config,
      Links links,
      ReplicaHandle handle,
      RuntimeException damage,
      boolean mayBeMended,
      Consumer<RuntimeException> onFailure,
      Function<ReplicaConfig, Behavior<Command>> next) {
    return Behaviors.setup(
        context -> {
          Mending mending = new Mending(context, config, links, handle, damage, onFailure, next);
          return mayBeMended ? mending.mend() : mending.giveUp(damage);
        });
  }

  private Behavior<Command> mend() {
    handle.view(ReplicaView.MENDING);
    getContext()
        .getLog()
        .error(
            "partition {} is damaged and takes no part until it is mended: {}",
            config.partition(),
            damage.getMessage());
    work(
        () -> {
          Repair begun = Repair.of(config.directory(), config.log());
          begun.begin();
          return new Step(begun, "");
        });
    return this;
  }

  private void work(Supplier<Step> part) {
    working = true;
    CompletableFuture<Step> step = work.thenApplyAsync(_ -> part.get(), blocking);
    work = step.exceptionally(_ -> null);
    getContext().pipeToSelf(step, Replica.MendingStep::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Command.class, this::onCommand)
        .onSignal(PostStop.class, _ -> onStop())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Replica.Tick _ -> tick();
      case Replica.RepairHeard(NodeId from, RepairWire.Ask ask) ->
          answers.ifPresent(one -> one.answer(from, ask));
      case Replica.RepairHeard(NodeId from, RepairWire.Answer answer) -> answered(from, answer);
      case Replica.Greeted(Greeting greeting) when successor.isInvitedBy(greeting) -> succeed();
      case Replica.Greeted _ -> {
        // Whom it has been a member with it does not say: nobody begins anew on its word.
      }
      case Replica.MendingStep(Step step, Throwable failure) -> {
        working = false;
        // What was being mended is set aside, once its successor is invited.
        return succeeded ? this : failure == null ? stepped(step) : failed(failure);
      }
      case Replica.Succeeded(ReplicaConfig anew, Throwable failure) -> {
        return failure == null ? next.apply(anew) : failed(failure);
      }
      default -> Callers.refuse(command, "the replica is damaged");
    }
    return this;
  }

  private void tick() {
    if (repair.isPresent()) {
      if (questions.tick()) {
        ask();
      }
      if (!working && questions.nobodyHas()) {
        needsSuccessor("nobody has LSN %d".formatted(wanted().fromLsn()));
      }
    }
    if (!succeeded) {
      successor.tick();
    }
  }

  private void needsSuccessor(String cause) {
    handle.view(ReplicaView.unmendable(config.fresh()));
    successor.isNeeded(cause);
  }

  private Behavior<Command> stepped(Step step) {
    if (repair.isEmpty()) {
      begun(step.repair());
    }
    if (step.repair().isDone()) {
      getContext().getLog().info("partition {} is mended", config.partition());
      return next.apply(config);
    }
    if (questions.isAlone()) {
      return end(damage);
    }
    questions.tried(step.refusal());
    ask();
    return this;
  }

  private void begun(Repair begun) {
    repair = Optional.of(begun);
    answers =
        Optional.of(new RepairAnswers(config.partition(), links, this::inTurn, Copies.of(begun)));
    getContext()
        .getLog()
        .info(
            "partition {} lacks {}",
            config.partition(),
            begun.gaps().isEmpty() ? "no record" : begun.gaps());
  }

  private void inTurn(Runnable part) {
    work = work.thenRunAsync(part, blocking).exceptionally(_ -> null);
  }

  private void ask() {
    if (!working) {
      questions.ask(wanted());
    }
  }

  private Repair.Wanted wanted() {
    return repair.orElseThrow().wanted().orElseThrow();
  }

  private void answered(NodeId from, RepairWire.Answer answer) {
    if (repair.isEmpty() || working || !questions.isAnswer(from, answer, wanted())) {
      return;
    }
    if (answer.batches().isEmpty()) {
      ask();
    } else {
      Repair whole = repair.orElseThrow();
      work(() -> new Step(whole, whole.offer(answer.batches())));
    }
  }

  /// Behind all that is under way.
  private void succeed() {
    if (!succeeded) {
      succeeded = true;
      close();
      CompletableFuture<ReplicaConfig> anew = work.thenApplyAsync(_ -> successor.begin(), blocking);
      getContext().pipeToSelf(anew, Replica.Succeeded::new);
    }
  }

  private Behavior<Command> failed(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause instanceof LogDamagedException unmendable ? giveUp(unmendable) : end(cause);
  }

  private Behavior<Command> giveUp(RuntimeException cause) {
    if (questions.isAlone()) {
      return end(cause);
    }
    close();
    needsSuccessor(cause.getMessage());
    return this;
  }

  private Behavior<Command> end(Throwable cause) {
    onFailure.accept(
        cause instanceof RuntimeException known ? known : new IllegalStateException(cause));
    return Behaviors.stopped();
  }

  private void close() {
    repair.ifPresent(one -> inTurn(one::close));
    repair = Optional.empty();
    answers = Optional.empty();
  }

  private Behavior<Command> onStop() {
    close();
    return this;
  }
}
