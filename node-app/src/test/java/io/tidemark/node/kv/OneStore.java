package io.tidemark.node.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.tidemark.foundation.NodeId;
import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.runtime.LogSettings;
import io.tidemark.runtime.NodeConfig;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A node alone with one partition and its store, and nothing else.
final class OneStore implements AutoCloseable {
  static final int SEGMENT_BYTES = 2 << 20;
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ReplicatedNode node;
  private final ActorSystem<Void> system;
  private final CompletableFuture<RuntimeException> failed = new CompletableFuture<>();
  private final CompletableFuture<ActorRef<KvPartition.Command>> store = new CompletableFuture<>();

  OneStore(Path data, SnapshotSettings settings, SnapshotPeers peers) {
    NodeConfig config =
        NodeConfig.embedded(new NodeId("a"), data, 1, SEGMENT_BYTES, LogSettings.defaults());
    node = ReplicatedNode.open(config, data);
    system =
        ActorSystem.create(
            Behaviors.setup(
                context -> {
                  node.start(context, failed::complete, _ -> {});
                  store.complete(
                      context.spawn(KvPartition.create(replica(), settings, peers), "kv"));
                  return Behaviors.empty();
                }),
            "one-store",
            ConfigFactory.load());
    store.join();
  }

  ReplicaHandle replica() {
    return node.replica(0).orElseThrow();
  }

  Log log() throws Exception {
    return replica().open().toCompletableFuture().get(10, TimeUnit.SECONDS).log();
  }

  /// Appends it when the node leads; returns its LSN.
  long append(KvOperation operation) {
    RecordData record = RecordData.of(KvOperation.RECORD_TYPE, operation.encode());
    long lsn = tryToAppend(record);
    if (lsn <= 0) {
      lsn =
          await()
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(5))
              .failFast(failed::isDone)
              .until(() -> tryToAppend(record), now -> now > 0);
    }
    return lsn;
  }

  /// Not positive while it does not lead, or has no room.
  private long tryToAppend(RecordData record) {
    return replica()
        .openNow()
        .flatMap(open -> open.appends().appender())
        .map(appender -> appender.append(record))
        .orElse(0L);
  }

  /// Answered when `lsn` is applied.
  CompletionStage<Optional<KvState.Entry>> ask(String key, long lsn) {
    return AskPattern.ask(
        store.join(), to -> new KvPartition.Get(key, lsn, to), PATIENCE, system.scheduler());
  }

  SnapshotAnswer piece(SnapshotPeers.Wanted wanted) throws Exception {
    return AskPattern.<KvPartition.Command, SnapshotAnswer>ask(
            store.join(), to -> new KvPartition.GetPiece(wanted, to), PATIENCE, system.scheduler())
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  /// Whether the store is `expected`, by key the value and the LSN of its record, once `lsn` is
  /// applied.
  void assertIs(Map<String, Optional<KvState.Entry>> expected, long lsn) throws Exception {
    for (Map.Entry<String, Optional<KvState.Entry>> one : expected.entrySet()) {
      Optional<KvState.Entry> seen =
          ask(one.getKey(), lsn).toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(seen.map(KvState.Entry::lsn))
          .as(one.getKey())
          .isEqualTo(one.getValue().map(KvState.Entry::lsn));
      assertThat(seen.map(KvState.Entry::value).orElse(null))
          .as(one.getKey())
          .isEqualTo(one.getValue().map(KvState.Entry::value).orElse(null));
    }
  }

  static byte[] value(String text, int bytes) {
    return (text + ".".repeat(Math.max(0, bytes - text.length()))).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    system.terminate();
    system
        .getWhenTerminated()
        .toCompletableFuture()
        .orTimeout(PATIENCE.multipliedBy(3).toSeconds(), TimeUnit.SECONDS)
        .join();
    node.close();
  }
}
