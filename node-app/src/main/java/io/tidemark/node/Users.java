package io.tidemark.node;

import io.tidemark.node.directory.News;
import io.tidemark.node.directory.Registrar;
import io.tidemark.node.kv.KvPartition;
import io.tidemark.node.kv.SnapshotPeers;
import io.tidemark.node.kv.SnapshotSettings;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/// Who applies the committed records of this node's replicas: a store for each partition of data,
/// the registrar for the directory. The guardian's.
final class Users {
  private final ActorContext<?> context;
  private final ReplicatedNode node;
  private final ActorRef<Registrar.Command> registrar;
  private final SnapshotSettings snapshots;
  private final Map<Integer, ActorRef<KvPartition.Command>> stores = new ConcurrentHashMap<>();

  Users(ActorContext<?> context, ReplicatedNode node, SnapshotSettings snapshots) {
    this.context = context;
    this.node = node;
    this.snapshots = snapshots;
    this.registrar = context.spawn(Registrar.create(node), "registrar", News.DISPATCHER);
  }

  /// @param peers who have snapshots
  void follow(ReplicaHandle replica, SnapshotPeers peers) {
    int partition = replica.partition();
    if (partition == node.roster().directory()) {
      registrar.tell(new Registrar.Follow(replica));
    } else {
      stores.put(
          partition,
          context.spawn(KvPartition.create(replica, snapshots, peers), "kv-" + partition));
    }
  }

  /// Ends the store of `replica`, so that nobody writes beside its log; returns it, to be watched.
  Optional<ActorRef<KvPartition.Command>> end(ReplicaHandle replica) {
    Optional<ActorRef<KvPartition.Command>> store =
        Optional.ofNullable(stores.remove(replica.partition()));
    store.ifPresent(one -> one.tell(new KvPartition.Leave()));
    return store;
  }

  ActorRef<Registrar.Command> registrar() {
    return registrar;
  }

  /// By partition; more may come. Safe for several threads.
  Map<Integer, ActorRef<KvPartition.Command>> stores() {
    return stores;
  }
}
