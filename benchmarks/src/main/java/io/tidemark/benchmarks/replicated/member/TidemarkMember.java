package io.tidemark.benchmarks.replicated.member;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tidemark.foundation.NodeId;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.Appends;
import io.tidemark.runtime.LogSettings;
import io.tidemark.runtime.NodeConfig;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.ReplicationSettings;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A node, and an [io.tidemark.log.writer.Appender] for each partition that asks for `QUORUM` in
/// the leader's JVM: what an application has that embeds Tidemark.
final class TidemarkMember implements SlowedMember, LimitedMember {
  static final int PARTITION = 0;
  private static final String SYSTEM = "tidemark";
  private static final long SEGMENT_BYTES = 64 << 20;
  private static final long ALL_SEGMENTS_BYTES = 512 << 20;
  private static final long BLOCK_BYTES = 4096;
  private static final int SMALL_BATCH_BYTES = 64 << 10;

  private static final Duration BETWEEN_TRIMS = Duration.ofMillis(500);

  private final NodeId self;
  private final AtomicLong syncDelayNanos = new AtomicLong();
  private final ReplicatedNode node;
  private final ActorSystem<Void> system;

  /// @param settings in HOCON, on top of the defaults
  TidemarkMember(Layout layout, String settings) {
    Config defaults = ConfigFactory.parseString(settings).withFallback(ConfigFactory.load());
    NodeConfig config = config(layout, defaults);
    self = config.self();
    Directory disk = new SlowDirectory(FileSystemDirectory.at(config.data()), syncDelayNanos);
    node = ReplicatedNode.open(config, disk, config.founding(), layout.ownShared());
    system = ActorSystem.create(guardian(node), SYSTEM, settings(config).withFallback(defaults));
  }

  static NodeConfig config(Layout layout, Config settings) {
    TreeMap<NodeId, InetSocketAddress> nodes = new TreeMap<>();
    layout
        .servers()
        .forEach(
            i ->
                nodes.put(
                    new NodeId(Layout.name(i)),
                    new InetSocketAddress(Layout.HOST, layout.port(i, 0))));
    return new NodeConfig(
        new NodeId(layout.name()),
        layout.own(),
        nodes,
        layout.partitions(),
        nodes.size(),
        segmentBytes(layout.partitions()),
        layout.partitions() == 1 ? LogSettings.of(settings) : small(LogSettings.of(settings)),
        ReplicationSettings.of(settings));
  }

  /// Those of all partitions together do not grow with their number: each begins with two.
  private static long segmentBytes(int partitions) {
    return Math.min(SEGMENT_BYTES, ALL_SEGMENTS_BYTES / partitions / BLOCK_BYTES * BLOCK_BYTES);
  }

  /// Batches that fit into the segments of a thousand partitions, and rings that fit into memory.
  private static LogSettings small(LogSettings log) {
    WriterConfig writer = log.writer();
    WriterConfig.Limits limits =
        WriterConfig.Limits.of(
            SMALL_BATCH_BYTES, writer.limits().maxBatchRecords(), 2 * SMALL_BATCH_BYTES);
    return new LogSettings(
        new WriterConfig(
            limits,
            writer.codec(),
            writer.syncPolicy(),
            writer.linger(),
            writer.delays(),
            writer.retain(),
            writer.producers()),
        log.access(),
        log.openCheck(),
        log.maxSegmentAge(),
        log.journal());
  }

  private static Config settings(NodeConfig config) {
    List<String> seeds =
        config.nodes().values().stream()
            .map(node -> "pekko://%s@%s:%d".formatted(SYSTEM, Layout.HOST, node.getPort()))
            .toList();
    return ConfigFactory.parseMap(
        Map.of(
            "pekko.actor.provider",
            "cluster",
            "pekko.remote.artery.canonical.hostname",
            Layout.HOST,
            "pekko.remote.artery.canonical.port",
            config.listen().getPort(),
            "pekko.cluster.seed-nodes",
            seeds,
            "pekko.cluster.roles",
            List.of(config.clusterRole())));
  }

  private static Behavior<Void> guardian(ReplicatedNode node) {
    return Behaviors.setup(
        context -> {
          node.start(context, failure -> failure.printStackTrace(System.err), _ -> {});
          return Behaviors.empty();
        });
  }

  private Optional<Appends> appends(int partition) {
    return node.replica(partition).flatMap(ReplicaHandle::openNow).map(ReplicaHandle.Open::appends);
  }

  private boolean leads(int partition) {
    return node.replica(partition).flatMap(ReplicaHandle::leader).equals(Optional.of(self))
        && appends(partition)
            .flatMap(appends -> appends.appender(AckLevel.QUORUM, _ -> {}))
            .isPresent();
  }

  @Override
  public boolean leads() {
    return leads(PARTITION);
  }

  private IntStream ledPartitions() {
    return IntStream.range(0, node.config().partitions()).filter(this::leads);
  }

  @Override
  public int led() {
    return (int) ledPartitions().count();
  }

  @Override
  public long durableLsn() {
    return node.replica(PARTITION).map(replica -> replica.watermarks().durable()).orElse(0L);
  }

  @Override
  public void slowSyncs(Duration delay) {
    syncDelayNanos.set(delay.toNanos());
  }

  @Override
  public void keep(long bytes) {
    system
        .scheduler()
        .scheduleWithFixedDelay(
            BETWEEN_TRIMS, BETWEEN_TRIMS, () -> trim(bytes), system.executionContext());
  }

  private void trim(long bytes) {
    ReplicaHandle replica = node.replica(PARTITION).orElseThrow();
    replica.openNow().ifPresent(open -> replica.trim(open.log().retainedFrom(bytes, 0)));
  }

  @Override
  public long epoch() {
    return node.replica(PARTITION).map(replica -> replica.view().epoch()).orElse(0L);
  }

  /// Of one partition it waits for this node to lead, of more it is of those led now.
  @Override
  public Optional<Producer> producer(Outcomes outcomes) {
    IntStream partitions =
        node.config().partitions() == 1 ? IntStream.of(PARTITION) : ledPartitions();
    return Optional.of(
        new ProducerInTurn(
            partitions
                .<Producer>mapToObj(
                    partition -> new EmbeddedProducer(() -> appends(partition), outcomes))
                .toList()));
  }
}
