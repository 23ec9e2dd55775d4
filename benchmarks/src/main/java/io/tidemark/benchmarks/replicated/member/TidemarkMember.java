package io.tidemark.benchmarks.replicated.member;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tidemark.foundation.NodeId;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.Appender;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.Appends;
import io.tidemark.partition.Progress;
import io.tidemark.runtime.LogSettings;
import io.tidemark.runtime.NodeConfig;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.ReplicationSettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A node with one partition, and an [Appender] that asks for `QUORUM` in the leader's JVM: what an
/// application has that embeds Tidemark.
final class TidemarkMember implements Member {
  static final int PARTITION = 0;
  private static final String SYSTEM = "tidemark";
  private static final long SEGMENT_BYTES = 64 << 20;

  private final NodeId self;
  private final ReplicatedNode node;

  /// @param settings in HOCON, on top of the defaults
  TidemarkMember(Layout layout, String settings) {
    Config defaults = ConfigFactory.parseString(settings).withFallback(ConfigFactory.load());
    NodeConfig config = config(layout, defaults);
    self = config.self();
    node = ReplicatedNode.open(config, layout.ownShared());
    ActorSystem.create(guardian(node), SYSTEM, settings(config).withFallback(defaults));
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
        1,
        nodes.size(),
        SEGMENT_BYTES,
        LogSettings.of(settings),
        ReplicationSettings.of(settings));
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

  private Optional<Appends> appends() {
    return node.replicas().stream()
        .findFirst()
        .flatMap(ReplicaHandle::openNow)
        .map(ReplicaHandle.Open::appends);
  }

  @Override
  public boolean leads() {
    return node.replicas().stream().anyMatch(replica -> replica.leader().equals(Optional.of(self)))
        && appends().flatMap(appends -> appends.appender(AckLevel.QUORUM, _ -> {})).isPresent();
  }

  @Override
  public Optional<Producer> producer(Outcomes outcomes) {
    return Optional.of(new Embedded(outcomes));
  }

  /// Appends to the leader's ring, and hears once for each commit how far its records have come.
  private final class Embedded implements Producer {
    private final Outcomes outcomes;
    private Optional<Appender> appender = Optional.empty();
    private long appendedLsn;
    private long acknowledgedLsn;

    Embedded(Outcomes outcomes) {
      this.outcomes = outcomes;
    }

    @Override
    public boolean append(byte[] payload) {
      if (appender.isEmpty()) {
        appender = appends().flatMap(appends -> appends.appender(AckLevel.QUORUM, this::heard));
        if (appender.isEmpty()) {
          return false;
        }
      }
      long lsn =
          appendedLsn == 0 ? first(payload) : appender.get().append(RecordData.DATA, payload);
      if (lsn == AppendRing.FULL) {
        return false;
      }
      if (lsn < 0) {
        outcomes.failed("not appended: " + lsn);
        appender = Optional.empty();
        return false;
      }
      appendedLsn = lsn;
      return true;
    }

    /// Nobody else appends, so that the LSNs of the others follow that of the first without a gap.
    private synchronized long first(byte[] payload) {
      long lsn = appender.orElseThrow().append(RecordData.DATA, payload);
      acknowledgedLsn = lsn - 1;
      return lsn;
    }

    private synchronized void heard(Progress progress) {
      if (progress instanceof Progress.Acknowledged acknowledged) {
        outcomes.acknowledged(acknowledged.uptoLsn() - acknowledgedLsn);
        acknowledgedLsn = acknowledged.uptoLsn();
      } else {
        outcomes.failed(progress.toString());
      }
    }
  }
}
