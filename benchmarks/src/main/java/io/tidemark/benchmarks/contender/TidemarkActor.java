package io.tidemark.benchmarks.contender;

import com.typesafe.config.ConfigFactory;
import io.tidemark.log.RecordData;
import io.tidemark.log.writer.SyncPolicy;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.partition.Partition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A [Partition] behind actor messages, with the default dispatchers; a [Producer] asks for
/// `LOCAL`, or for `RECEIVED` where an append need not wait for the disk.
final class TidemarkActor implements Contender {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "Tidemark actor";
  }

  @Override
  public Kind kind() {
    return Kind.TIDEMARK;
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.of(Ability.NOT_SYNCED, Ability.PARTITIONS);
  }

  @Override
  public Store open(Path directory, Setup setup) {
    return new Partitions(directory, setup);
  }

  /// Open partitions in an actor system of their own.
  static final class Partitions implements Store {
    private final ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "benchmark",
            ConfigFactory.parseString("pekko { loglevel = WARNING, daemonic = on }")
                .withFallback(ConfigFactory.load()));
    private final List<Partition.Handle> partitions = new ArrayList<>();
    private final AckLevel level;
    private int producers;

    Partitions(Path directory, Setup setup) {
      level = setup.synced() ? AckLevel.LOCAL : AckLevel.RECEIVED;
      WriterConfig config =
          setup.synced()
              ? WriterConfig.defaults()
              : WriterConfig.defaults().withSyncPolicy(new SyncPolicy.OperatingSystem());
      for (int i = 0; i < setup.partitions(); i++) {
        int partition = i;
        ActorRef<Partition.Command> owner =
            system.systemActorOf(
                Partition.create(
                    config,
                    () -> System.currentTimeMillis() * 1000,
                    () -> TidemarkLog.open(directory, setup, partition)),
                "partition-" + partition,
                Props.empty());
        partitions.add(
            AskPattern.ask(owner, Partition.GetHandle::new, PATIENCE, system.scheduler())
                .toCompletableFuture()
                .join());
      }
    }

    @Override
    public void append(Load load) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      system.systemActorOf(
          Producer.create(this, load, done), "producer-" + producers++, Props.empty());
      done.join();
    }

    Partition.Handle handle(int record) {
      return partitions.get(record % partitions.size());
    }

    void append(int record, byte[] payload, ActorRef<AppendOutcome> replyTo) {
      handle(record).appends().append(RecordData.DATA, payload, level, replyTo);
    }

    @Override
    public void close() {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }
}
