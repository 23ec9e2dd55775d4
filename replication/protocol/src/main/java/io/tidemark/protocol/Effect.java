package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;
import java.util.List;
import java.util.Optional;

/// What a replica wants done, in this order.
///
/// Condition of every [Send] and [SendBatches]: all [SaveBallot] before it are durable.
public sealed interface Effect {
  /// Make the ballot durable, then say [Event.BallotSynced].
  record SaveBallot(Ballot ballot) implements Effect {}

  /// Say `message` to `to`.
  record Send(ReplicaId to, Message message) implements Effect {}

  /// Send [Message.Batches] with whole batches from `fromLsn` on, as many as one frame holds, at
  /// most through `uptoLsn`; then say [Event.Sent].
  ///
  /// The log may not have them yet, when the writer of a new leader is behind with what it received
  /// as a follower. Then [Event.Sent] says `fromLsn - 1`, and the leader asks again after a while.
  record SendBatches(
      ReplicaId to, long epoch, long fromLsn, long uptoLsn, long prevEpoch, long committed)
      implements Effect {}

  /// Send a [Message.Offer] to `to`, with all that whoever begins there needs to know: behind a
  /// record from `first - 1` to `committed`, with the newest of `members` that is not behind it. If
  /// none can be made now nothing need be sent: this is said again after a while.
  record SendOffer(ReplicaId to, long epoch, long committed, List<Membership> members)
      implements Effect {
    public SendOffer {
      members = List.copyOf(members);
    }
  }

  /// Make `membership` durable, before the record that it comes with is appended.
  record SaveMembers(Membership membership) implements Effect {}

  /// Append a record, alone in its batch, from which on `members` are the members; before it is
  /// appended make that durable, with its LSN. Then say [Event.Appended] with it, or
  /// [Event.MembersNotAppended].
  record AppendMembers(long epoch, Members members) implements Effect {}

  /// The change is not possible, now or ever.
  record MembersRefused(MemberChange change, String reason) implements Effect {}

  /// Append the batches that came with the message of this step, from `fromLsn` on.
  record AppendReceived(long fromLsn) implements Effect {}

  /// Drop every record after `lsn`, then say [Event.Settled].
  record TruncateAfter(long lsn) implements Effect {}

  /// Drop the whole log, and begin anew behind record `lsn`, which is committed, with what came
  /// with the message of this step; before that make `members` durable. Then say [Event.Settled].
  record BeginBehind(long lsn, Membership members) implements Effect {}

  /// Start appending in `epoch`; the first record is an anchor.
  record Lead(long epoch) implements Effect {}

  /// Append nothing more for producers in `epoch` for now, then say [Event.Held].
  record HoldAppends(long epoch) implements Effect {}

  /// Append for producers again: nobody took the leadership over.
  record ResumeAppends(long epoch) implements Effect {}

  /// Stop appending, then say [Event.Settled]. What callers wait for is unknown from now on.
  record StopLeading() implements Effect {}

  /// Records up to `lsn` are committed.
  record Commit(long lsn) implements Effect {}

  /// Leader only: records up to `lsn` are durable on every voter.
  record DurableEverywhere(long lsn) implements Effect {}

  /// The read `id` may be answered from a state that has applied `lsn`.
  record ReadReady(long id, long lsn) implements Effect {}

  /// The read `id` cannot be answered here.
  record ReadRefused(long id) implements Effect {}

  /// `leader` leads in `epoch`, or nobody is known to.
  record LeaderChanged(long epoch, Optional<ReplicaId> leader) implements Effect {}
}
