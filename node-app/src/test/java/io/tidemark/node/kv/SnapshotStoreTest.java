package io.tidemark.node.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.node.kv.SnapshotAnswer.Piece;
import io.tidemark.node.kv.SnapshotPeers.Wanted;
import io.tidemark.simkit.SimulatedDisk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A snapshot of another node is here as it is there, or is not here.
class SnapshotStoreTest {
  private static final LogConfig LOG = LogConfig.defaults(7, 3).withSizes(16384, 2048);
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final int PIECES = 4;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Log log = Log.open(disk.root(), LOG);
  private final SimulatedDisk otherDisk = new SimulatedDisk();
  private final Log otherLog = Log.open(otherDisk.root(), LOG);
  private final List<Wanted> asked = new ArrayList<>();
  private final SnapshotStore other =
      new SnapshotStore(otherLog, peers(List.of(), (_, _) -> new SnapshotAnswer.None("")));

  @AfterEach
  void close() {
    log.close();
    otherLog.close();
  }

  private SnapshotPeers peers(List<NodeId> nodes, BiFunction<NodeId, Wanted, SnapshotAnswer> told) {
    return new SnapshotPeers() {
      @Override
      public List<NodeId> others() {
        return nodes;
      }

      @Override
      public CompletionStage<SnapshotAnswer> ask(NodeId node, Wanted wanted) {
        asked.add(wanted);
        return CompletableFuture.supplyAsync(() -> told.apply(node, wanted), Runnable::run);
      }
    };
  }

  private SnapshotStore asking(BiFunction<NodeId, Wanted, SnapshotAnswer> told) {
    return new SnapshotStore(log, peers(List.of(B, C), told));
  }

  /// Of [#PIECES] pieces.
  private static KvState.View view(long lsn) {
    Map<String, KvState.Entry> entries = new HashMap<>();
    Random chance = new Random(lsn);
    for (int i = 0; i < PIECES * 10 - 5; i++) {
      byte[] value = new byte[SnapshotAnswer.PIECE_BYTES / 10];
      chance.nextBytes(value);
      entries.put("k" + i, new KvState.Entry(value, 1 + i));
    }
    return new KvState.View(lsn, entries);
  }

  private byte[] here() {
    return disk.copy().bytes(KvSnapshot.FILE);
  }

  private byte[] there() {
    return otherDisk.copy().bytes(KvSnapshot.FILE);
  }

  @Test
  void itIsFetchedPieceByPiece() {
    other.save(view(100));
    KvState fetched = asking((_, wanted) -> other.piece(wanted)).fetch(90).orElseThrow();
    assertThat(fetched.appliedLsn()).isEqualTo(100);
    assertThat(fetched.size()).isEqualTo(view(100).entries().size());
    assertThat(here()).isEqualTo(there());
    assertThat(asked).hasSize(PIECES);
    assertThat(asking((_, _) -> null).load().orElseThrow().appliedLsn()).isEqualTo(100);
    disk.crashLosingAllUnsynced();
    assertThat(here()).isEqualTo(there());
  }

  @Test
  void whoHasNoneOrDoesNotAnswerIsPassedOver() {
    other.save(view(100));
    for (boolean silent : List.of(true, false)) {
      SnapshotStore store =
          asking(
              (node, wanted) -> {
                if (node.equals(C)) {
                  return other.piece(wanted);
                }
                if (silent) {
                  throw new IllegalStateException("no answer in time");
                }
                return new SnapshotAnswer.None("no replica here");
              });
      assertThat(store.fetch(100).orElseThrow().appliedLsn()).isEqualTo(100);
    }
    assertThat(asking((_, _) -> new SnapshotAnswer.None("none")).fetch(100)).isEmpty();
  }

  /// A snapshot that is here stays until all of the other is.
  @Test
  void oneThatIsSpoiltOnItsWayOrTooOldIsNotTaken() {
    other.save(view(100));
    SnapshotStore store = asking((_, wanted) -> spoilt(other.piece(wanted)));
    store.save(view(50));
    byte[] before = here();
    assertThat(store.fetch(90)).isEmpty();
    assertThat(asking((_, wanted) -> other.piece(wanted)).fetch(101)).isEmpty();
    assertThat(here()).isEqualTo(before);
  }

  private static SnapshotAnswer spoilt(SnapshotAnswer answer) {
    Piece piece = (Piece) answer;
    byte[] bytes = piece.bytes().clone();
    bytes[bytes.length / 2] ^= 1;
    return new Piece(piece.lsn(), piece.lengthBytes(), piece.position(), bytes);
  }

  @Test
  void oneThatIsReplacedMeanwhileIsNotTaken() {
    other.save(view(100));
    SnapshotStore store =
        asking(
            (_, wanted) -> {
              if (wanted.position() > 0) {
                other.save(view(200));
              }
              return other.piece(wanted);
            });
    assertThat(store.fetch(90).orElseThrow().appliedLsn()).as("from c").isEqualTo(200);
    assertThat(here()).isEqualTo(there());
  }

  @Test
  void nonsenseIsNotTaken() {
    other.save(view(100));
    List<BiFunction<Piece, Wanted, SnapshotAnswer>> nonsense =
        List.of(
            (piece, _) -> new Piece(100, piece.lengthBytes(), piece.position(), new byte[0]),
            (piece, _) -> new Piece(100, 10, piece.position(), piece.bytes()),
            (piece, _) -> new Piece(100, piece.lengthBytes(), -1, piece.bytes()),
            (piece, wanted) ->
                new Piece(100, piece.lengthBytes(), wanted.position() + 1, piece.bytes()),
            (piece, _) ->
                new Piece(
                    100,
                    Long.MAX_VALUE,
                    piece.position(),
                    new byte[SnapshotAnswer.PIECE_BYTES + 1]));
    for (BiFunction<Piece, Wanted, SnapshotAnswer> one : nonsense) {
      SnapshotStore store = asking((_, wanted) -> one.apply((Piece) other.piece(wanted), wanted));
      assertThat(store.fetch(90)).isEmpty();
      assertThat(disk.root().list()).doesNotContain(KvSnapshot.FILE);
    }
  }

  @Test
  void aPieceIsRefusedInWords() {
    assertThat(other.piece(new Wanted(3, 1, 0, 0))).isInstanceOf(SnapshotAnswer.None.class);
    other.save(view(100));
    assertThat(other.piece(new Wanted(3, 1, 99, 0)))
        .isEqualTo(new SnapshotAnswer.None("it was replaced by one at LSN 100"));
    assertThat(other.piece(new Wanted(3, 1, 100, there().length)))
        .isEqualTo(new SnapshotAnswer.None("it ends at position " + there().length));
    assertThat(other.piece(new Wanted(3, 1, 100, -1))).isInstanceOf(SnapshotAnswer.None.class);
    otherDisk.flipBit(KvSnapshot.FILE, 8 * 30);
    assertThat(other.piece(new Wanted(3, 1, 100, 0)))
        .asString()
        .contains("kv-snapshot at position 12: expected crc32c");
  }

  @Test
  void theLogAndItsSnapshotLeaveEachOtherAlone() {
    SnapshotStore store = asking((_, _) -> new SnapshotAnswer.None("none"));
    store.save(view(100));
    byte[] before = here();
    log.close();
    disk.root().create(KvSnapshot.FILE + ".new").close();
    try (Log again = Log.open(disk.root(), LOG)) {
      assertThat(again.directory().list()).doesNotContain(KvSnapshot.FILE + ".new");
      assertThat(here()).isEqualTo(before);
    }
  }

  @Test
  void whatIsUnderWayEndsWhenItIsClosed() {
    other.save(view(100));
    SnapshotStore store = asking((_, wanted) -> other.piece(wanted));
    store.close();
    assertThatThrownBy(() -> store.fetch(90)).isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> store.save(view(9))).isInstanceOf(CancellationException.class);
    assertThat(store.load()).isEmpty();
  }
}
