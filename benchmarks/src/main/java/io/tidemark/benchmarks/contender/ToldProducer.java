package io.tidemark.benchmarks.contender;

import io.tidemark.benchmarks.contender.TidemarkPartitions.Job;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.Appender;
import io.tidemark.partition.Partition;
import io.tidemark.partition.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// Keeps a number of appends outstanding in each partition: whenever it hears that some are
/// acknowledged, it appends as many.
final class ToldProducer extends AbstractBehavior<ToldProducer.Heard> {
  /// `progress` of partition `index`.
  record Heard(int index, Progress progress) {}

  /// What one partition gets.
  private static final class Share {
    final Appender appender;
    final int records;
    final int outstanding;
    int sent;
    long lastLsn;
    long acknowledgedLsn;

    Share(Appender appender, int records, int outstanding) {
      this.appender = appender;
      this.records = records;
      this.outstanding = outstanding;
    }

    boolean hasRoom() {
      return sent < records && (sent == 0 || lastLsn - acknowledgedLsn < outstanding);
    }

    boolean isDone() {
      return sent == records && acknowledgedLsn >= lastLsn;
    }
  }

  private final Job job;
  private final CompletableFuture<Void> done;
  private final List<Share> shares = new ArrayList<>();
  private int open;
  private long sentAtNanos;

  static Behavior<Heard> create(Job job, CompletableFuture<Void> done) {
    return Behaviors.setup(context -> new ToldProducer(context, job, done));
  }

  private ToldProducer(ActorContext<Heard> context, Job job, CompletableFuture<Void> done) {
    super(context);
    this.job = job;
    this.done = done;
    ActorRef<Heard> self = context.getSelf();
    int count = job.partitions().size();
    this.open = count;
    for (int i = 0; i < count; i++) {
      int index = i;
      Partition.Handle handle = job.partitions().get(i);
      Appender appender =
          handle
              .appends()
              .appender(job.level(), progress -> self.tell(new Heard(index, progress)))
              .orElseThrow();
      shares.add(
          new Share(appender, job.load().records() / count, job.load().outstanding() / count));
    }
    for (int i = 0; i < count; i++) {
      fill(i);
    }
  }

  private void fill(int index) {
    Share share = shares.get(index);
    while (share.hasRoom()) {
      int record = share.sent * shares.size() + index;
      sentAtNanos = job.load().outstanding() == 1 ? System.nanoTime() : 0;
      long lsn = share.appender.append(RecordData.DATA, job.load().payloads().get(record));
      if (lsn == AppendRing.FULL) {
        // Acknowledged before the writer gave the room back; it will be told again.
        Thread.onSpinWait();
        continue;
      }
      if (lsn < 0) {
        throw new IllegalStateException("not appended: " + lsn);
      }
      if (share.sent == 0) {
        share.acknowledgedLsn = lsn - 1;
      }
      share.lastLsn = lsn;
      share.sent++;
    }
  }

  @Override
  public Receive<Heard> createReceive() {
    return newReceiveBuilder().onMessage(Heard.class, this::onHeard).build();
  }

  private Behavior<Heard> onHeard(Heard heard) {
    if (!(heard.progress() instanceof Progress.Acknowledged acknowledged)) {
      done.completeExceptionally(new IllegalStateException("not acknowledged: " + heard));
      return Behaviors.stopped();
    }
    job.load().waited(System.nanoTime() - sentAtNanos);
    Share share = shares.get(heard.index());
    share.acknowledgedLsn = acknowledged.uptoLsn();
    fill(heard.index());
    if (share.isDone() && --open == 0) {
      done.complete(null);
      return Behaviors.stopped();
    }
    return Behaviors.same();
  }
}
