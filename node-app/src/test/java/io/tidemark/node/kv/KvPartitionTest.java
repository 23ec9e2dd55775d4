package io.tidemark.node.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.Verification;
import io.tidemark.node.kv.SnapshotPeers.Wanted;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store is what its records made it, from whichever snapshot it began.
class KvPartitionTest {
  private static final SnapshotSettings OFTEN = new SnapshotSettings(1 << 20, 0);
  private static final SnapshotSettings NEVER = new SnapshotSettings(SnapshotSettings.NEVER, 0);
  private static final int KEYS = 30;

  @TempDir private Path data;

  private final Random chance = new Random(1);
  private final Map<String, Optional<KvState.Entry>> expected = new HashMap<>();
  private long lastLsn;

  private static SnapshotPeers nobody() {
    return peers(_ -> new SnapshotAnswer.None("none"), List.of());
  }

  private static SnapshotPeers peers(Function<Wanted, SnapshotAnswer> told, List<NodeId> others) {
    return new SnapshotPeers() {
      @Override
      public List<NodeId> others() {
        return others;
      }

      @Override
      public CompletionStage<SnapshotAnswer> ask(NodeId node, Wanted wanted) {
        return CompletableFuture.completedFuture(told.apply(wanted));
      }
    };
  }

  private Path directory() {
    return data.resolve("partition-0000");
  }

  private Path snapshot() {
    return directory().resolve(KvSnapshot.FILE);
  }

  /// Puts and deletes that take three segments.
  private void write(OneStore store) {
    for (int i = 0; i < 120; i++) {
      String key = "k" + chance.nextInt(KEYS);
      if (chance.nextInt(5) == 0) {
        lastLsn = store.append(new KvOperation.Delete(key));
        expected.put(key, Optional.empty());
      } else {
        byte[] value = OneStore.value("v" + i, 50_000);
        lastLsn = store.append(new KvOperation.Put(key, value));
        expected.put(key, Optional.of(new KvState.Entry(value, lastLsn)));
      }
    }
  }

  private LogConfig config() {
    return LogConfig.defaults(Verification.of(directory(), true).logId(), 0)
        .withSizes(OneStore.SEGMENT_BYTES, (1 << 20) + 8192 + 256);
  }

  private static void awaitSnapshot(OneStore store, long atLeastLsn) {
    await()
        .atMost(OneStore.PATIENCE)
        .until(() -> store.replica().watermarks().snapshot() >= atLeastLsn);
  }

  /// Writes until it has trimmed; returns the LSN of the snapshot.
  private long trimmed() throws Exception {
    long snapshotLsn;
    try (OneStore store = new OneStore(data, OFTEN, nobody())) {
      write(store);
      store.assertIs(expected, lastLsn);
      await().atMost(OneStore.PATIENCE).until(() -> store.replica().watermarks().first() > 1);
      awaitSnapshot(store, lastLsn / 2);
      snapshotLsn = store.replica().watermarks().snapshot();
      assertThat(store.log().firstLsn()).isLessThanOrEqualTo(snapshotLsn + 1);
    }
    Report left = Verification.of(directory(), false);
    assertThat(left.isSound()).isTrue();
    assertThat(left.floor()).isGreaterThan(1);
    return snapshotLsn;
  }

  @Test
  void whatItSavedAndWhatCameAfterAreTheStore() throws Exception {
    trimmed();
    try (OneStore store = new OneStore(data, NEVER, nobody())) {
      store.assertIs(expected, lastLsn);
      write(store);
      store.assertIs(expected, lastLsn);
    }
    try (OneStore store = new OneStore(data, NEVER, nobody())) {
      store.assertIs(expected, lastLsn);
      assertThat(store.replica().watermarks().snapshot()).isPositive();
    }
  }

  @Test
  void aSpoiltSnapshotIsNotMissedWhereTheLogHasAll() throws Exception {
    SnapshotSettings keeping = new SnapshotSettings(1 << 20, 1L << 30);
    try (OneStore store = new OneStore(data, keeping, nobody())) {
      write(store);
      awaitSnapshot(store, 1);
      store.assertIs(expected, lastLsn);
    }
    byte[] bytes = Files.readAllBytes(snapshot());
    bytes[bytes.length / 2] ^= 4;
    Files.write(snapshot(), bytes);
    try (OneStore store = new OneStore(data, NEVER, nobody())) {
      store.assertIs(expected, lastLsn);
      assertThat(store.replica().watermarks().snapshot()).isZero();
    }
  }

  /// It is never answered from a store with a hole.
  @Test
  void whoLostItsSnapshotWaitsForThatOfAnother() throws Exception {
    long snapshotLsn = trimmed();
    Path elsewhere = Files.createDirectories(data.resolve("elsewhere"));
    Files.move(snapshot(), elsewhere.resolve(KvSnapshot.FILE));
    AtomicInteger asked = new AtomicInteger();
    AtomicReference<SnapshotStore> other = new AtomicReference<>();
    SnapshotPeers peers =
        peers(
            wanted -> {
              asked.incrementAndGet();
              return Optional.ofNullable(other.get())
                  .map(one -> one.piece(wanted))
                  .orElseGet(() -> new SnapshotAnswer.None("not yet"));
            },
            List.of(new NodeId("b")));
    try (OneStore store = new OneStore(data, NEVER, peers)) {
      CompletableFuture<Optional<KvState.Entry>> early =
          store.ask("k1", lastLsn).toCompletableFuture();
      await().atMost(OneStore.PATIENCE).until(() -> asked.get() >= 2);
      assertThat(early).isNotDone();
      assertThat(store.replica().lacksState()).isTrue();
      assertThat(store.replica().watermarks().applied()).isZero();
      assertThat(store.piece(new Wanted(0, 1, 0, 0)))
          .isEqualTo(new SnapshotAnswer.None("LSN 0 is applied"));
      try (Log log = Log.open(FileSystemDirectory.at(elsewhere), config())) {
        other.set(new SnapshotStore(log, nobody()));
        store.assertIs(expected, lastLsn);
        assertThat(early).isCompleted();
        assertThat(store.replica().lacksState()).isFalse();
      }
      assertThat(store.replica().watermarks().snapshot()).isEqualTo(snapshotLsn);
    }
    try (OneStore store = new OneStore(data, NEVER, nobody())) {
      store.assertIs(expected, lastLsn);
    }
  }

  /// Nobody has asked for one, and then another node does.
  @Test
  void whoIsAskedForASnapshotMakesOne() throws Exception {
    try (OneStore store = new OneStore(data, NEVER, nobody())) {
      write(store);
      store.assertIs(expected, lastLsn);
      assertThat(store.piece(new Wanted(0, lastLsn, 0, 0)))
          .isEqualTo(new SnapshotAnswer.None("one is being made"));
      awaitSnapshot(store, lastLsn);
      SnapshotAnswer.Piece piece = (SnapshotAnswer.Piece) store.piece(new Wanted(0, lastLsn, 0, 0));
      assertThat(piece.lsn()).isEqualTo(lastLsn);
      assertThat(piece.lengthBytes()).isEqualTo(Files.size(snapshot()));
      assertThat(store.piece(new Wanted(0, lastLsn + 1, 0, 0)))
          .isEqualTo(new SnapshotAnswer.None("LSN " + lastLsn + " is applied"));
      assertThat(store.log().firstLsn()).as("nothing is trimmed").isEqualTo(1);
    }
  }
}
