package io.tidemark.node.kv;

import io.tidemark.log.Batch;
import io.tidemark.node.Following;
import io.tidemark.runtime.ReplicaHandle;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// Applies the committed records of one partition on one node, and answers from the state.
///
/// Rebuilt by replay: at every start it applies the log from its first record on.
public final class KvPartition extends AbstractBehavior<KvPartition.Command> {
  /// What it is told.
  public sealed interface Command {}

  /// Answer with the value of `key` once `atLeastLsn` is applied.
  public record Get(String key, long atLeastLsn, ActorRef<Optional<KvState.Entry>> replyTo)
      implements Command {}

  private record Apply(Batch batch, ActorRef<Done> replyTo) implements Command {}

  private record Opened(ReplicaHandle.Open open) implements Command {}

  private record Ended(Throwable failure) implements Command {}

  private final ReplicaHandle replica;
  private final KvState state = new KvState();
  private final PriorityQueue<Get> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Get::atLeastLsn));

  public static Behavior<Command> create(ReplicaHandle replica) {
    return Behaviors.setup(context -> new KvPartition(context, replica));
  }

  private KvPartition(ActorContext<Command> context, ReplicaHandle replica) {
    super(context);
    this.replica = replica;
    context.pipeToSelf(
        replica.open(), (open, failure) -> failure == null ? new Opened(open) : new Ended(failure));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Opened(ReplicaHandle.Open open) ->
          Following.follow(getContext(), replica, open, Apply::new, Ended::new);
      case Apply(Batch batch, ActorRef<Done> replyTo) -> {
        state.apply(batch);
        replica.watermarks().applied(state.appliedLsn());
        replyTo.tell(Done.getInstance());
        answerWaiting();
      }
      case Get get -> {
        waiting.add(get);
        answerWaiting();
      }
      case Ended(Throwable failure) -> {
        getContext().getLog().error("partition {} is not applied", replica.partition(), failure);
        return Behaviors.stopped();
      }
    }
    return this;
  }

  private void answerWaiting() {
    while (!waiting.isEmpty() && waiting.peek().atLeastLsn() <= state.appliedLsn()) {
      Get get = waiting.remove();
      get.replyTo().tell(state.get(get.key()));
    }
  }
}
