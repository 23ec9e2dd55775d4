package io.tidemark.benchmarks.contender;

import io.tidemark.benchmarks.contender.TidemarkPartitions.Job;
import io.tidemark.log.RecordData;
import io.tidemark.partition.AppendOutcome;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// Keeps a number of appends outstanding: each outcome is followed by the next append. No ask, no
/// future, no timer in between, so what is measured is messages and the log.
final class AnsweredProducer extends AbstractBehavior<AppendOutcome> {
  private final Job job;
  private final Load load;
  private final CompletableFuture<Void> done;
  private int sent;
  private int answered;
  private long sentAtNanos;

  static Behavior<AppendOutcome> create(Job job, CompletableFuture<Void> done) {
    return Behaviors.setup(context -> new AnsweredProducer(context, job, done));
  }

  private AnsweredProducer(
      ActorContext<AppendOutcome> context, Job job, CompletableFuture<Void> done) {
    super(context);
    this.job = job;
    this.load = job.load();
    this.done = done;
    while (sent < load.outstanding()) {
      send();
    }
  }

  private void send() {
    sentAtNanos = System.nanoTime();
    job.partitions()
        .get(sent % job.partitions().size())
        .appends()
        .append(RecordData.DATA, load.payloads().get(sent), job.level(), getContext().getSelf());
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
    load.waited(System.nanoTime() - sentAtNanos);
    answered++;
    if (sent < load.records()) {
      send();
    } else if (answered == load.records()) {
      done.complete(null);
      return Behaviors.stopped();
    }
    return Behaviors.same();
  }
}
