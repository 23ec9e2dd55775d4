package io.tidemark.node.kv;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Log;
import io.tidemark.node.kv.SnapshotAnswer.Piece;
import io.tidemark.node.kv.SnapshotPeers.Wanted;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The snapshots of one partition on this node's disk, and those that other nodes have. All of it
/// blocks. One thread writes at a time, which the owner sees to; any number may read pieces.
final class SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStore.class);

  private final Directory directory;
  private final KvSnapshot.Origin origin;
  private final SnapshotPeers peers;
  private volatile boolean closed;

  /// Of the partition whose log is `log`.
  SnapshotStore(Log log, SnapshotPeers peers) {
    this.directory = log.directory();
    this.origin = KvSnapshot.Origin.of(log);
    this.peers = peers;
  }

  /// Makes `view` durable as the only snapshot.
  void save(KvState.View view) {
    KvSnapshot.write(directory, origin, view, () -> closed);
  }

  /// The store of the snapshot that is here; empty if there is none, or none that is of use.
  Optional<KvState> load() {
    try {
      return KvSnapshotReader.read(directory, origin);
    } catch (SnapshotRefusedException | StorageException e) {
      LOG.warn("partition {}: a snapshot is of no use: {}", origin.partition(), e.getMessage());
      return Optional.empty();
    }
  }

  /// The same of another node, at record `atLeastLsn` or above, which is then here as well: under
  /// its name only when all of it was read. Empty if no node has one now.
  Optional<KvState> fetch(long atLeastLsn) {
    for (NodeId node : peers.others()) {
      try {
        KvState fetched = fetch(node, atLeastLsn);
        LOG.info(
            "partition {}: the snapshot of {} at LSN {} is here",
            origin.partition(),
            node,
            fetched.appliedLsn());
        return Optional.of(fetched);
      } catch (NotFetched | SnapshotRefusedException | StorageException | CompletionException e) {
        LOG.info(
            "partition {}: no snapshot at LSN {} or above from {}: {}",
            origin.partition(),
            atLeastLsn,
            node,
            e.getMessage());
      }
    }
    return Optional.empty();
  }

  private KvState fetch(NodeId node, long atLeastLsn) {
    Piece first = ask(node, new Wanted(origin.partition(), atLeastLsn, 0, 0));
    KvState[] state = new KvState[1];
    DurableNames.replace(
        directory,
        KvSnapshot.FILE,
        file -> {
          for (Piece piece = first; ; piece = after(node, atLeastLsn, piece)) {
            file.write(ByteBuffer.wrap(piece.bytes()), piece.position());
            if (piece.position() + piece.bytes().length == piece.lengthBytes()) {
              break;
            }
          }
          state[0] = KvSnapshotReader.read(file, origin);
          if (state[0].appliedLsn() < atLeastLsn) {
            throw new NotFetched("it is at LSN " + state[0].appliedLsn());
          }
        });
    return state[0];
  }

  private Piece after(NodeId node, long atLeastLsn, Piece before) {
    long position = before.position() + before.bytes().length;
    Piece next = ask(node, new Wanted(origin.partition(), atLeastLsn, before.lsn(), position));
    if (next.lsn() != before.lsn() || next.lengthBytes() != before.lengthBytes()) {
      throw new NotFetched("it was replaced by another");
    }
    return next;
  }

  private Piece ask(NodeId node, Wanted wanted) {
    if (closed) {
      throw new CancellationException("the snapshot is not wanted any more");
    }
    return switch (peers.ask(node, wanted).toCompletableFuture().join()) {
      case SnapshotAnswer.None(String reason) -> throw new NotFetched(reason);
      case Piece piece -> {
        int bytes = piece.bytes().length;
        if (piece.position() != wanted.position()
            || bytes == 0
            || bytes > SnapshotAnswer.PIECE_BYTES
            || bytes > piece.lengthBytes() - piece.position()) {
          throw new NotFetched(
              "expected bytes from %d on, found %d at %d of %d"
                  .formatted(wanted.position(), bytes, piece.position(), piece.lengthBytes()));
        }
        yield piece;
      }
    };
  }

  /// What another node wants of the snapshot that is here.
  SnapshotAnswer piece(Wanted wanted) {
    try (StoredFile file = directory.open(KvSnapshot.FILE)) {
      long lsn = KvSnapshotReader.lsnOf(file, origin);
      if (wanted.lsn() != 0 && wanted.lsn() != lsn) {
        return new SnapshotAnswer.None("it was replaced by one at LSN " + lsn);
      }
      long left = file.lengthBytes() - wanted.position();
      if (wanted.position() < 0 || left <= 0) {
        return new SnapshotAnswer.None("it ends at position " + file.lengthBytes());
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(left, SnapshotAnswer.PIECE_BYTES));
      file.read(bytes, wanted.position());
      return new Piece(lsn, file.lengthBytes(), wanted.position(), bytes.array());
    } catch (SnapshotRefusedException | StorageException e) {
      return new SnapshotAnswer.None(e.getMessage());
    }
  }

  /// What is under way ends soon, and does not change what is durable.
  void close() {
    closed = true;
  }

  /// This node does not give it, now.
  private static final class NotFetched extends RuntimeException {
    NotFetched(String reason) {
      super(reason);
    }
  }
}
