package io.tidemark.protocol;

import java.util.List;

/// What replicas of one partition say to each other. Every message may be lost, repeated or late.
public sealed interface Message {
  /// The epoch the sender speaks in; for the pre-vote pair, the epoch that would be stood for.
  long epoch();

  /// "Would you vote for me in `epoch`?" Promises nothing, raises no epoch.
  record AskPreVote(long epoch, long lastLsn, long lastEpoch) implements Message {}

  /// Answer to [AskPreVote]; if refused, `epoch` is the highest one promised by the sender.
  record PreVote(long epoch, boolean granted) implements Message {}

  /// "Vote for me in `epoch`." The log ends with record `lastLsn` of `lastEpoch`. `handedOver`: the
  /// leader asked for it, so that it may be unseated although it is alive.
  record AskVote(long epoch, long lastLsn, long lastEpoch, boolean handedOver) implements Message {}

  /// Answer to [AskVote].
  record Vote(long epoch, boolean granted) implements Message {}

  /// From the leader: records that follow record `prevLsn` of `prevEpoch`; none is a probe.
  /// `members` are the changes of members among them.
  record Batches(
      long epoch,
      long prevLsn,
      long prevEpoch,
      List<Run> runs,
      long committed,
      List<Membership> members)
      implements Message {
    public Batches {
      runs = List.copyOf(runs);
      members = List.copyOf(members);
    }

    /// Without a change of members.
    public Batches(long epoch, long prevLsn, long prevEpoch, List<Run> runs, long committed) {
      this(epoch, prevLsn, prevEpoch, runs, committed, List.of());
    }

    /// The last LSN this message speaks of.
    public long lastLsn() {
      return runs.isEmpty() ? prevLsn : runs.getLast().lastLsn();
    }
  }

  /// From the leader: it is alive, and `committed` holds. `round` comes back in [Progress].
  record Heartbeat(long epoch, long committed, long round) implements Message {}

  /// From the leader, between heartbeats: `committed` holds. Not answered.
  record Committed(long epoch, long committed) implements Message {}

  /// From a follower: its log agrees with the leader's up to `received` and is synced up to
  /// `durable`; `round` is the last round of reads it heard of in this epoch.
  record Progress(long epoch, long durable, long received, long round) implements Message {}

  /// From a follower: it does not have record `prevLsn` of the epoch the leader named; the records
  /// up to `hintLsn`, of epoch `hintEpoch`, may be common.
  record Mismatch(long epoch, long prevLsn, long hintLsn, long hintEpoch) implements Message {}

  /// From the leader, to who lacks records that it has trimmed: begin behind record `lsn`, of epoch
  /// `lsnEpoch`, which is committed, with those as members; the records behind it follow.
  record Offer(long epoch, long lsn, long lsnEpoch, Membership members) implements Message {}

  /// From the leader, in place of a heartbeat: nothing is left to do, the log ends with record
  /// `lastLsn`, and all of it is committed. Who has just that may rest. Also what a leader that
  /// rests answers to [Progress].
  record Rest(long epoch, long lastLsn) implements Message {}

  /// From a follower: its log ends with record `lastLsn`, and it rests until it hears something
  /// else.
  record Rested(long epoch, long lastLsn) implements Message {}

  /// From the leader, which takes no more appends: "you have everything, stand."
  record StandNow(long epoch) implements Message {}

  /// From a leader that leaves office by itself: nobody need wait for its silence.
  record Resigned(long epoch) implements Message {}

  /// "I have promised `epoch`, which is higher than yours."
  record Fenced(long epoch) implements Message {}

  /// Consecutive records of one epoch: `firstLsn..lastLsn`, both included.
  record Run(long epoch, long firstLsn, long lastLsn) {}
}
