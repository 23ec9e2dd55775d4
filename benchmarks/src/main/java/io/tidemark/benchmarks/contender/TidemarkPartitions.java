package io.tidemark.benchmarks.contender;

import com.typesafe.config.ConfigFactory;
import io.tidemark.log.Log;
import io.tidemark.log.journal.Journal;
import io.tidemark.log.journal.JournalConfig;
import io.tidemark.log.writer.SyncPolicy;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.log.writer.WriterConfig.Limits;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.Partition;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BiFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Open [Partition]s in an actor system of their own, with the default dispatchers, and with a
/// journal for all, as a node has them. A producer, an actor too, asks for `LOCAL`, or for
/// `RECEIVED` where an append need not wait for the disk.
final class TidemarkPartitions implements Store {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MANY = 10;

  /// For many partitions: each has memory of this order for itself.
  private static final Limits SMALL = Limits.of(64 << 10, 4096, 256 << 10);

  /// What a producer works with.
  record Job(List<Partition.Handle> partitions, AckLevel level, Load load) {}

  private final ActorSystem<Void> system =
      ActorSystem.create(
          Behaviors.empty(),
          "benchmark",
          ConfigFactory.parseString("pekko { loglevel = WARNING, daemonic = on }")
              .withFallback(ConfigFactory.load()));
  private final ExecutorService background = Executors.newSingleThreadExecutor();
  private final Journal journal;
  private final List<Partition.Handle> partitions = new ArrayList<>();
  private final AckLevel level;
  private final BiFunction<Job, CompletableFuture<Void>, Behavior<?>> producer;
  private int producers;

  TidemarkPartitions(
      Path directory, Setup setup, BiFunction<Job, CompletableFuture<Void>, Behavior<?>> producer) {
    this.producer = producer;
    this.level = setup.synced() ? AckLevel.LOCAL : AckLevel.RECEIVED;
    WriterConfig config =
        setup.partitions() > MANY ? WriterConfig.of(SMALL) : WriterConfig.defaults();
    WriterConfig policed =
        setup.synced() ? config : config.withSyncPolicy(new SyncPolicy.OperatingSystem());
    journal = Journal.open(FileSystemDirectory.at(directory), JournalConfig.defaults(), background);
    for (int i = 0; i < setup.partitions(); i++) {
      int partition = i;
      ActorRef<Partition.Command> owner =
          system.systemActorOf(
              Partition.create(
                  policed, () -> System.currentTimeMillis() * 1000, () -> open(setup, partition)),
              "partition-" + partition,
              Props.empty());
      partitions.add(
          AskPattern.ask(owner, Partition.GetHandle::new, PATIENCE, system.scheduler())
              .toCompletableFuture()
              .join());
    }
  }

  private Log open(Setup setup, int partition) {
    return Log.open(
        journal.directory("log-" + partition),
        TidemarkLog.config(setup, partition),
        ForkJoinPool.commonPool());
  }

  @Override
  public void append(Load load) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    system.systemActorOf(
        producer.apply(new Job(partitions, level, load), done),
        "producer-" + producers++,
        Props.empty());
    done.join();
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    journal.close();
    background.shutdown();
  }
}
