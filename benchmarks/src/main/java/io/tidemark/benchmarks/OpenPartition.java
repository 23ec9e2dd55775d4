package io.tidemark.benchmarks;

import com.typesafe.config.ConfigFactory;
import io.tidemark.log.RecordData;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.partition.Appends;
import io.tidemark.partition.Partition;
import io.tidemark.partition.WriterConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A [Partition] in an actor system of its own, with the default dispatchers.
@State(Scope.Benchmark)
public class OpenPartition {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Param("67108864")
  long segmentBytes;

  private Scratch scratch;
  private ActorSystem<Partition.Command> system;
  private Appends appends;
  private int producers;

  @Setup(Level.Trial)
  public void open(Scratch scratch) {
    this.scratch = scratch;
    system =
        ActorSystem.create(
            Partition.create(
                WriterConfig.defaults(),
                () -> System.currentTimeMillis() * 1000,
                () -> OpenLog.openIn(scratch.directory(), segmentBytes)),
            "benchmark",
            ConfigFactory.parseString("pekko { loglevel = WARNING, daemonic = on }")
                .withFallback(ConfigFactory.load()));
    appends =
        AskPattern.ask(system, Partition.GetHandle::new, PATIENCE, system.scheduler())
            .toCompletableFuture()
            .join()
            .appends();
  }

  /// Appends `count` records at `LOCAL`, `outstanding` at a time, and waits for the last outcome.
  void append(int count, int outstanding) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    system.systemActorOf(
        Producer.create(this, count, outstanding, done), "producer-" + producers++, Props.empty());
    done.join();
  }

  void append(int i, ActorRef<AppendOutcome> replyTo) {
    appends.append(RecordData.DATA, scratch.payload(i), AckLevel.LOCAL, replyTo);
  }

  @TearDown(Level.Trial)
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
