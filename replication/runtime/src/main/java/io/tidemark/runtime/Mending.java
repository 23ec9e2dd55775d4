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
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// A replica whose log is damaged: it takes no part, asks the others for the very bytes it lost,
/// and is opened when they are there again, as who it was.
///
/// Until then it says nothing to anybody who elects or replicates: no vote, no acknowledgement and
/// no refusal either. So nobody counts it, and nobody need know that it was away. What is whole in
/// its log it gives to others that mend theirs. Where damage takes a majority away, the partition
/// stands still until one of them is whole.
final class Mending extends AbstractBehavior<Command> {
  /// What a part of the work came to.
  ///
  /// @param refusal why what was offered is not what was lost; empty if it may be
  record Step(Repair repair, String refusal) {}

  private final ReplicaConfig config;
  private final Links links;
  private final LogDamagedException damage;
  private final Consumer<RuntimeException> onFailure;
  private final Supplier<Behavior<Command>> next;
  private final Executor blocking;
  private final RepairQuestions questions;

  /// All that touches the files, one after the other.
  private CompletableFuture<?> work = CompletableFuture.completedFuture(null);

  /// While work is under way it belongs to that.
  private Optional<Repair> repair = Optional.empty();

  private Optional<RepairAnswers> answers = Optional.empty();
  private boolean working;

  /// @param damage what opening found
  /// @param onFailure told why this replica cannot go on
  /// @param next opens the log again
  Mending(
      ActorContext<Command> context,
      ReplicaConfig config,
      Links links,
      LogDamagedException damage,
      Consumer<RuntimeException> onFailure,
      Supplier<Behavior<Command>> next) {
    super(context);
    this.config = config;
    this.links = links;
    this.damage = damage;
    this.onFailure = onFailure;
    this.next = next;
    this.questions = new RepairQuestions(config.partition(), links);
    this.blocking =
        context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(Writer.DISPATCHER));
    context
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
      case Replica.Tick _ -> {
        if (questions.tick()) {
          ask();
        }
      }
      case Replica.RepairHeard(NodeId from, RepairWire.Ask ask) ->
          answers.ifPresent(one -> one.answer(from, ask));
      case Replica.RepairHeard(NodeId from, RepairWire.Answer answer) -> answered(from, answer);
      case Replica.MendingStep(Step step, Throwable failure) -> {
        working = false;
        return failure == null ? stepped(step) : failed(failure);
      }
      default -> Callers.refuse(command, "the replica is mended");
    }
    return this;
  }

  private Behavior<Command> stepped(Step step) {
    if (repair.isEmpty()) {
      begun(step.repair());
    }
    if (step.repair().isDone()) {
      getContext().getLog().info("partition {} is mended", config.partition());
      return next.get();
    }
    if (questions.isAlone()) {
      onFailure.accept(damage);
      return Behaviors.stopped();
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
    if (working || !questions.isAnswer(from, answer, wanted())) {
      return;
    }
    if (answer.batches().isEmpty()) {
      ask();
    } else {
      Repair whole = repair.orElseThrow();
      work(() -> new Step(whole, whole.offer(answer.batches())));
    }
  }

  private Behavior<Command> failed(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    onFailure.accept(
        cause instanceof RuntimeException known ? known : new IllegalStateException(failure));
    return Behaviors.stopped();
  }

  /// Behind all that is under way.
  private Behavior<Command> onStop() {
    repair.ifPresent(one -> inTurn(one::close));
    return this;
  }
}
