package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.journal.Journal;
import io.tidemark.protocol.Recognition;
import io.tidemark.runtime.directory.Roster;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.transport.AeronTransport;
import io.tidemark.transport.Lane;
import io.tidemark.transport.TransportCounters;
import io.tidemark.transport.TransportExecutor;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/// All replicas of one node, and what connects them to their peers.
///
/// Start it inside an actor, which becomes the parent of the replicas; close it after the actor
/// system has stopped, when every log is closed.
public final class ReplicatedNode implements AutoCloseable {
  /// Where replicas and the streams between nodes run.
  static final DispatcherSelector REPLICA_DISPATCHER =
      DispatcherSelector.fromConfig("tidemark.replica-dispatcher");

  /// Room for what an application puts around the largest value it takes: kind, key, lengths.
  private static final int ENVELOPE_BYTES = 8 << 10;

  private final NodeConfig config;
  private final DataDirectory data;
  private final Optional<AeronTransport> transport;
  private final LocalReplicas replicas;
  private final ReplicaConfigs configs;
  private final SecureRandom chance = new SecureRandom();
  private final NodeClock clock = new NodeClock();
  private final Peers peers;
  private final Pulse pulse;
  private final Retirement retirement;
  private Runnable onTick = () -> {};
  private long ticks;
  private volatile boolean begun;
  private Cancellable ticker;

  private ReplicatedNode(
      NodeConfig config, DataDirectory data, Peers peers, Optional<AeronTransport> transport) {
    this.config = config;
    this.data = data;
    this.peers = peers;
    this.transport = transport;
    this.replicas = new LocalReplicas(partitions(config));
    this.retirement = new Retirement(replicas, data);
    this.configs =
        new ReplicaConfigs(
            config,
            data,
            peers,
            config.log().writer().withEnvelope(ENVELOPE_BYTES),
            replicas.partitions(),
            clock,
            chance);
    this.pulse =
        new Pulse(
            clock,
            config.replication(),
            peers::links,
            replicas::all,
            () -> peers.roster().version(),
            chance.nextLong());
  }

  /// The same of a cluster that begins with the nodes of `config`.
  public static ReplicatedNode open(NodeConfig config, Path aeronDirectory) {
    return open(config, config.founding(), aeronDirectory);
  }

  /// Takes the data directory and starts the transport; nothing is replicated yet.
  ///
  /// @param given the cluster it is to be one of, as long as its data directory knows no newer
  /// @param aeronDirectory where the media driver keeps its files, best in memory
  public static ReplicatedNode open(NodeConfig config, Roster given, Path aeronDirectory) {
    return open(config, FileSystemDirectory.at(config.data()), given, aeronDirectory);
  }

  /// The same of data that are in `root`: the directory `config` names, or what stands before it.
  public static ReplicatedNode open(
      NodeConfig config, Directory root, Roster given, Path aeronDirectory) {
    Peers peers = Peers.of(config, root, given);
    DataDirectory data =
        DataDirectory.take(root, config.self(), peers.roster().clusterId(), config.log().journal());
    try {
      Optional<AeronTransport> transport = Optional.empty();
      if (config.isClustered()) {
        peers.keep();
        transport = Optional.of(NodeTransport.start(config, peers, aeronDirectory));
      }
      return new ReplicatedNode(config, data, peers, transport);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  /// The newest roster in the data directory `data`, if there is one.
  public static Optional<Roster> lastKnown(Path data) {
    return Files.isDirectory(data)
        ? RosterFile.read(FileSystemDirectory.at(data))
        : Optional.empty();
  }

  /// Those of data and, where there is anybody else, the directory.
  private static int partitions(NodeConfig config) {
    return config.partitions() + (config.isClustered() ? 1 : 0);
  }

  /// Starts the replicas as children of `context`: those that are placed here, and those that came
  /// here later. Of a node that has peers they open when it is known that its data are the newest
  /// it ever spoke for, see [Admission].
  ///
  /// @param onFailure told, on any thread, of each replica that cannot be opened, if this node was
  ///   removed from the cluster, and if this process has too little memory for its replicas
  /// @param onInvitation told, on any thread, of a partition that a leader wants a replica of here;
  ///   to be answered by [#join]
  public void start(
      ActorContext<?> context, Consumer<RuntimeException> onFailure, IntConsumer onInvitation) {
    transport.ifPresent(t -> TransportExecutor.attach(context.getSystem().classicSystem(), t));
    transport.ifPresent(t -> link(context, t));
    peers.watch(roster -> checkPresent(roster, onFailure));
    for (int partition = 0; partition < replicas.partitions(); partition++) {
      if (configs.isHere(partition)) {
        ReplicaHandle handle = new ReplicaHandle(partition);
        spawn(context, handle, Replica.waiting(peers.links(), handle, onFailure));
        replicas.add(handle);
      }
    }
    try {
      DirectMemory.checkHoldsRings(
          replicas.all().size(), configs.writer().limits().ringBytes(), DirectMemory.limitBytes());
    } catch (IllegalStateException e) {
      onFailure.accept(e);
      return;
    }
    if (transport.isPresent()) {
      Admission.Door door = admission(context, onFailure);
      Inbound.start(
          context.getSystem(),
          transport.get(),
          peers::numbered,
          door,
          replicas::of,
          onInvitation,
          pulse,
          configs.maxEncodedBatchBytes());
      transport.get().watchPeers(this::lost);
      context.spawn(ClusterHints.create(this::reachable), "cluster-hints");
    } else {
      begin(onFailure);
    }
    startTicking(context);
  }

  /// On the thread of the replicas: that is the transport's, if there is one.
  private void startTicking(ActorContext<?> context) {
    Duration period = config.replication().tick();
    if (transport.isPresent()) {
      transport.get().every(period, this::tick);
    } else {
      ActorSystem<?> system = context.getSystem();
      var thread = system.dispatchers().lookup(REPLICA_DISPATCHER);
      ticker = system.scheduler().scheduleWithFixedDelay(period, period, this::tick, thread);
    }
  }

  private Admission.Door admission(ActorContext<?> context, Consumer<RuntimeException> onFailure) {
    AgeStore ages = data.ages();
    // Not 0, which is nobody's.
    long process = 1 + (chance.nextLong() >>> 1);
    Recognition recognition =
        new Recognition(ages.own(), data.isBlank(), process, peers.links().byNode().keySet());
    Set<NodeId> introduced = ConcurrentHashMap.newKeySet();
    ActorRef<Admission.Command> admission =
        context.spawn(
            Admission.create(
                recognition,
                ages,
                peers.links(),
                introduced,
                config.replication(),
                new Applicant(
                    config.replicas(), data, replicas::all, () -> begin(onFailure), onFailure)),
            "admission");
    onTick = () -> admission.tell(Admission.Tick.INSTANCE);
    return new Admission.Door(admission, introduced);
  }

  private void begin(Consumer<RuntimeException> onFailure) {
    try {
      for (ReplicaHandle replica : replicas.all()) {
        replica.replica().tell(new Replica.Admitted(configs.of(replica.partition())));
      }
      begun = true;
    } catch (RuntimeException e) {
      onFailure.accept(e);
    }
  }

  /// Starts a replica that knows no members yet, unless there is one, or this node does not know
  /// yet whether there is; returns it if it is new.
  public Optional<ReplicaHandle> join(
      ActorContext<?> context, int partition, Consumer<RuntimeException> onFailure) {
    if (!begun || replica(partition).isPresent()) {
      return Optional.empty();
    }
    ReplicaHandle joined = new ReplicaHandle(partition);
    spawn(context, joined, Replica.create(configs.of(partition), peers.links(), joined, onFailure));
    replicas.add(joined);
    return Optional.of(joined);
  }

  /// How replicas leave this node.
  public Retirement retirement() {
    return retirement;
  }

  private void checkPresent(Roster roster, Consumer<RuntimeException> onFailure) {
    if (!roster.isPresent(config.self())) {
      onFailure.accept(
          new DataRefusedException("node " + config.self() + " was removed from its cluster"));
    }
  }

  private void link(ActorContext<?> context, AeronTransport aeron) {
    Offers.checkFits(configs.writer().producers(), aeron.maxPayloadBytes(Lane.BULK));
    long bufferBytes = config.replication().linkBufferBytes();
    peers.link(
        aeron.maxPayloadBytes(Lane.BULK),
        (_, address) ->
            PeerLink.start(context.getSystem(), aeron, peers.number(), address, bufferBytes));
  }

  private static void spawn(
      ActorContext<?> context, ReplicaHandle handle, Behavior<Replica.Command> replica) {
    handle.replica(context.spawn(replica, "partition-" + handle.partition(), REPLICA_DISPATCHER));
  }

  private void tick() {
    if (++ticks % Admission.TICKS_OF_PROTOCOL == 0) {
      onTick.run();
    }
    pulse.tick();
  }

  private void reachable(NodeId node) {
    if (!node.equals(config.self()) && peers.roster().isPresent(node)) {
      replicas.all().forEach(replica -> replica.replica().tell(new Replica.PeerReachable(node)));
    }
  }

  /// The system of the node at `address` says that its process has ended.
  private void lost(InetSocketAddress address) {
    for (NodeId node : peers.roster().present()) {
      if (peers.address(node).equals(address)) {
        pulse.lost(node);
      }
    }
  }

  /// Hands the leadership of all its partitions over, before it stops; does not wait longer than
  /// `patience`.
  public void handOverAll(Duration patience) {
    replicas.all().forEach(ReplicaHandle::ends);
    CompletableFuture<?>[] all =
        replicas.all().stream()
            .filter(replica -> replica.leader().equals(Optional.of(config.self())))
            .map(replica -> replica.handOver(Optional.empty()).toCompletableFuture())
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(all)
        .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  public NodeConfig config() {
    return config;
  }

  /// The replica of `partition` on this node, if it holds one.
  public Optional<ReplicaHandle> replica(int partition) {
    return replicas.of(partition);
  }

  /// All replicas of this node.
  public List<ReplicaHandle> replicas() {
    return replicas.all();
  }

  /// What the wire to the other nodes has seen, if there are any.
  public Optional<TransportCounters> transport() {
    return transport.map(AeronTransport::counters);
  }

  /// What the logs of this node are synced through, if they share a journal.
  public Optional<Journal> journal() {
    return data.journal();
  }

  /// The newest roster that this node knows.
  public Roster roster() {
    return peers.roster();
  }

  /// Whether another node knows a newer roster, as far as this one has heard.
  public boolean hearsOfNewerRoster() {
    return pulse.newestRoster() > peers.roster().version();
  }

  /// Takes a roster that is newer than its own; writes a file.
  public void learn(Roster roster) {
    peers.learn(roster);
  }

  /// Calls `watcher`, on any thread, with each roster that this node learns.
  public void watchRoster(Consumer<Roster> watcher) {
    peers.watch(watcher);
  }

  /// Lets go of what is left of removed nodes in Pekko Cluster.
  public void dismissRemoved(ActorSystem<?> system) {
    ClusterHints.dismissRemoved(system, roster());
  }

  /// Where `node`, of the roster, listens.
  public InetSocketAddress address(NodeId node) {
    return peers.address(node);
  }

  /// The replica of the directory partition on this node, if it holds one.
  public Optional<ReplicaHandle> directory() {
    return config.isClustered() ? replica(roster().directory()) : Optional.empty();
  }

  /// The nodes that `partition` began with; the first is the preferred leader.
  public List<NodeId> replicasOf(int partition) {
    return configs.replicasOf(partition);
  }

  @Override
  public void close() {
    if (ticker != null) {
      ticker.cancel();
    }
    transport.ifPresent(AeronTransport::close);
    data.close();
  }
}
