package io.tidemark.protocol;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What happens to a replica.
public sealed interface Event {
  /// One unit of time has passed; the nodes `heard` are there, whatever their replicas say: a
  /// leader on one of them is busy rather than gone, and so are its followers.
  record Tick(Set<NodeId> heard) implements Event {
    /// Where nothing is known of nodes.
    public Tick() {
      this(Set.of());
    }
  }

  /// A peer said something.
  record Received(ReplicaId from, Message message) implements Event {}

  /// The writer, leading in `epoch`, has appended records up to `lastLsn` to the local log, with
  /// `members` among them.
  record Appended(long epoch, long lastLsn, List<Membership> members) implements Event {
    /// Without a change of members.
    public Appended(long epoch, long lastLsn) {
      this(epoch, lastLsn, List.of());
    }
  }

  /// The members are to be changed. Ends with [Effect.AppendMembers] or [Effect.MembersRefused].
  record ChangeRequested(MemberChange change) implements Event {}

  /// [Effect.AppendMembers] of `epoch` was not carried out, and will not be.
  record MembersNotAppended(long epoch) implements Event {}

  /// There was no room for all that [Effect.AppendReceived] asked for: the log ends with record
  /// `lastLsn`, and what came behind that was dropped.
  record NotReceived(long lastLsn) implements Event {}

  /// The local log is synced up to `lsn`.
  record Synced(long lsn) implements Event {}

  /// The ballot of `epoch` is durable.
  record BallotSynced(long epoch) implements Event {}

  /// A [Effect.StopLeading], [Effect.TruncateAfter] or [Effect.BeginBehind] was carried out: no
  /// append of the old leadership will follow, and the log now ends at `lastLsn`, synced up to
  /// `durableLsn`.
  record Settled(long lastLsn, long durableLsn) implements Event {}

  /// Records below `firstLsn`, all committed, were deleted from the local log.
  record Trimmed(long firstLsn) implements Event {}

  /// A [Effect.SendBatches] was carried out up to record `throughLsn`; the records take `bytes`.
  record Sent(ReplicaId to, long epoch, long throughLsn, long bytes) implements Event {}

  /// A caller wants to read what is committed now; answered by [Effect.ReadReady] or
  /// [Effect.ReadRefused] with the same `id`.
  record ReadRequested(long id) implements Event {}

  /// The leadership is to go to `to`, or, if that is empty, to the peer that has most of the log.
  /// Ends with another leader or [Effect.ResumeAppends].
  record HandOverRequested(Optional<ReplicaId> to) implements Event {}

  /// [Effect.HoldAppends] of `epoch` was carried out: no [Appended] follows.
  record Held(long epoch) implements Event {}

  /// The leadership, if there is one, is to end now, whoever may be able to follow.
  record ResignRequested() implements Event {}

  /// Whether the disk is good enough for a leader's: not full, and not stalled. An unfit leader
  /// hands over, and an unfit follower lets others stand first.
  record FitnessChanged(boolean fit) implements Event {}

  /// Whether what is built from the log is there: if not, a learner does not count as caught up,
  /// and so does not become a voter.
  record ReadinessChanged(boolean ready) implements Event {}

  /// A replica that is no member says that it is there: the same node as a member, perhaps, that
  /// lost its disk.
  record StrangerHeard(ReplicaId stranger) implements Event {}

  /// Who rests does so no longer without having heard that the leader does: to be said at long
  /// intervals, and after a long pause of the process.
  record Stirred() implements Event {}

  /// A hint that no replica runs on `node` at the moment, or none that did a while ago. Costs at
  /// most an election if wrong.
  record NodeLost(NodeId node) implements Event {}

  /// A hint from the cluster that `peer` can be reached again. Costs at most a message if wrong.
  record PeerReachable(ReplicaId peer) implements Event {}
}
