package io.tidemark.protocol;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.ReplicaId;
import java.util.List;

/// Who takes part, and how patient they are. Times are in ticks.
///
/// @param self this replica's node
/// @param voters those with whom the partition begins, the same list everywhere; the first is the
///   preferred first leader. Empty for a replica that joins later
/// @param heartbeatTicks between a leader's heartbeats; more is slower detection, fewer is more
///   packets
/// @param electionTicks silence of the leader after which the first replica stands, unless its
///   [Rhythm] demands more, each further one a quarter of it later. Too low elects under load, too
///   high is slow fail-over
/// @param resendTicks without progress after which a leader sends again
/// @param maxInFlight sends to one peer that are not durable there; bounds what it and the network
///   hold
/// @param maxInFlightBytes of their records, not counting the last one; too few leave the network
///   idle while the peer syncs, too many fill the memory of both when it lags
/// @param restTicks without anything to do after which a leader and its followers rest: say
///   nothing, and need no ticks
/// @param seed of this replica's chance
public record ProtocolConfig(
    ReplicaId self,
    List<ReplicaId> voters,
    int heartbeatTicks,
    int electionTicks,
    int resendTicks,
    int maxInFlight,
    long maxInFlightBytes,
    int restTicks,
    long seed) {

  public ProtocolConfig {
    voters = List.copyOf(voters);
    Check.argument(
        voters.isEmpty() || voters.contains(self), "%s is not among the voters %s", self, voters);
    Check.argument(
        voters.stream().distinct().count() == voters.size(), "a voter twice in %s", voters);
    Check.argument(heartbeatTicks >= 1, "heartbeatTicks must be at least 1: %d", heartbeatTicks);
    Check.argument(
        electionTicks >= 4 * heartbeatTicks,
        "electionTicks (%d) must be at least 4 heartbeats (%d ticks each)",
        electionTicks,
        heartbeatTicks);
    Check.argument(
        resendTicks > heartbeatTicks,
        "resendTicks (%d) must exceed heartbeatTicks (%d)",
        resendTicks,
        heartbeatTicks);
    Check.argument(maxInFlight >= 1, "maxInFlight must be at least 1: %d", maxInFlight);
    Check.argument(
        maxInFlightBytes >= 1, "maxInFlightBytes must be at least 1: %d", maxInFlightBytes);
    Check.argument(restTicks >= 1, "restTicks must be at least 1: %d", restTicks);
  }

  /// Heartbeat every 2 ticks, election after 16 and a turn, resend after 8, 64 sends and 8 MiB in
  /// flight, rest after 40.
  public static ProtocolConfig of(ReplicaId self, List<ReplicaId> voters, long seed) {
    return new ProtocolConfig(self, voters, 2, 16, 8, 64, 8 << 20, 40, seed);
  }
}
