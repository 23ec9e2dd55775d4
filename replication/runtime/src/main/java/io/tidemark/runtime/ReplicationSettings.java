package io.tidemark.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.tidemark.foundation.Check;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.ProtocolConfig;
import io.tidemark.transport.TransportConfig;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/// How the replicas of one node watch each other: the settings under `tidemark.replication`, which
/// `reference.conf` explains. They should be the same on every node.
///
/// @param heartbeat between those of a leader
/// @param election silence of a leader after which another stands
/// @param rest how long nothing is to do until a leader and its followers rest
/// @param startPatience how long a node that starts waits for those who may know better than it how
///   old its data are
/// @param ageInterval between two times at which a node raises the age of its data
/// @param windowBytes of one partition on the way to one follower, not counting the last frame
/// @param linkBufferBytes of all partitions that wait for the wire to one node
/// @param recentBytes of all partitions that are kept in memory for followers
/// @param rounds of appends to one partition that are on their way to a majority
/// @param maxReads of one partition that wait at its leader to learn as of when they may read
/// @param mtuBytes largest UDP payload; empty for what the interface takes in one piece
public record ReplicationSettings(
    Duration heartbeat,
    Duration election,
    Duration rest,
    Duration startPatience,
    Duration ageInterval,
    long windowBytes,
    long linkBufferBytes,
    long recentBytes,
    int rounds,
    int maxReads,
    OptionalInt mtuBytes) {
  private static final String PATH = "tidemark.replication";
  static final int TICKS_PER_HEARTBEAT = 2;
  private static final int HEARTBEATS_TO_RESEND = 4;
  private static final int MAX_IN_FLIGHT = 64;

  public ReplicationSettings {
    Check.argument(
        heartbeat.compareTo(Duration.ofMillis(2)) >= 0,
        "a heartbeat every %s, at most every 2 ms",
        heartbeat);
    Check.argument(
        election.compareTo(heartbeat.multipliedBy(4)) >= 0,
        "an election after %s, at least after 4 heartbeats of %s",
        election,
        heartbeat);
    Check.argument(
        rest.compareTo(heartbeat) >= 0,
        "rest after %s, at least after a heartbeat of %s",
        rest,
        heartbeat);
    Check.argument(!startPatience.isNegative(), "a patience of %s, at least none", startPatience);
    Check.argument(
        ageInterval.compareTo(heartbeat) >= 0,
        "another age every %s, at most every heartbeat of %s",
        ageInterval,
        heartbeat);
    Check.argument(windowBytes >= 1, "a window of %d bytes, at least 1", windowBytes);
    Check.argument(
        linkBufferBytes >= windowBytes,
        "a link buffer of %d bytes, at least a window of %d",
        linkBufferBytes,
        windowBytes);
    Check.argument(recentBytes >= 0, "recent records of %d bytes, at least none", recentBytes);
    Check.argument(rounds >= 1, "%d rounds, at least 1", rounds);
    Check.argument(maxReads >= 1, "at most %d reads at once, at least 1", maxReads);
    mtuBytes.ifPresent(TransportConfig::checkMtu);
  }

  /// The settings of the JVM's configuration.
  public static ReplicationSettings defaults() {
    return of(ConfigFactory.load());
  }

  /// Throws [ConfigException], which names the setting and where it is from.
  public static ReplicationSettings of(Config all) {
    Config config = all.getConfig(PATH);
    try {
      return new ReplicationSettings(
          config.getDuration("heartbeat"),
          config.getDuration("election"),
          config.getDuration("rest"),
          config.getDuration("start-patience"),
          config.getDuration("age-interval"),
          config.getBytes("window"),
          config.getBytes("link-buffer"),
          config.getBytes("recent"),
          config.getInt("rounds"),
          config.getInt("max-reads"),
          config.getString("mtu").equals("interface")
              ? OptionalInt.empty()
              : OptionalInt.of(config.getInt("mtu")));
    } catch (IllegalArgumentException e) {
      throw new ConfigException.BadValue(config.origin(), PATH, e.getMessage(), e);
    }
  }

  /// What the protocol counts in.
  Duration tick() {
    return heartbeat.dividedBy(TICKS_PER_HEARTBEAT);
  }

  int electionTicks() {
    return (int) election.dividedBy(tick());
  }

  ProtocolConfig protocol(ReplicaId self, List<ReplicaId> voters, long seed) {
    return new ProtocolConfig(
        self,
        voters,
        TICKS_PER_HEARTBEAT,
        electionTicks(),
        TICKS_PER_HEARTBEAT * HEARTBEATS_TO_RESEND,
        MAX_IN_FLIGHT,
        windowBytes,
        (int) rest.dividedBy(tick()),
        seed);
  }
}
