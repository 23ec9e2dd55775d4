package io.tidemark.benchmarks;

import io.tidemark.partition.AppendOutcome;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// Keeps a number of appends outstanding: each outcome is followed by the next append. No ask, no
/// future, no timer in between, so what is measured is messages and the log.
final class Producer extends AbstractBehavior<AppendOutcome> {
  private final OpenPartition partition;
  private final int count;
  private final CompletableFuture<Void> done;
  private int sent;
  private int answered;

  static Behavior<AppendOutcome> create(
      OpenPartition partition, int count, int outstanding, CompletableFuture<Void> done) {
    return Behaviors.setup(context -> new Producer(context, partition, count, outstanding, done));
  }

  private Producer(
      ActorContext<AppendOutcome> context,
      OpenPartition partition,
      int count,
      int outstanding,
      CompletableFuture<Void> done) {
    super(context);
    this.partition = partition;
    this.count = count;
    this.done = done;
    while (sent < Math.min(outstanding, count)) {
      send();
    }
  }

  private void send() {
    partition.append(sent, getContext().getSelf());
    sent++;
  }

  @Override
  public Receive<AppendOutcome> createReceive() {
    return newReceiveBuilder().onMessage(AppendOutcome.class, this::onOutcome).build();
  }

  private Behavior<AppendOutcome> onOutcome(AppendOutcome outcome) {
    if (!(outcome instanceof AppendOutcome.Acknowledged)) {
      done.completeExceptionally(new IllegalStateException("not acknowledged: " + outcome));
      return Behaviors.stopped();
    }
    answered++;
    if (sent < count) {
      send();
    } else if (answered == count) {
      done.complete(null);
      return Behaviors.stopped();
    }
    return this;
  }
}
