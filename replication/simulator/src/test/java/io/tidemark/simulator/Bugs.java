package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.LongStream;

/// The bugs that are planted to see whether the simulator finds them: each is one a shell or a core
/// could well have.
enum Bugs {
  ACKNOWLEDGE_AT_APPEND(_ -> new AcknowledgeAtAppend()),
  ACKNOWLEDGE_AT_LOCAL_SYNC(_ -> new AcknowledgeAtLocalSync()),
  SEND_BEFORE_BALLOT_IS_DURABLE(_ -> new SendFirst()),
  FORGET_BALLOT_AT_RESTART(_ -> new ForgetBallot()),
  FORGET_VOTE_AT_RESTART(_ -> new ForgetVote()),
  COUNT_OWN_LOG_BEFORE_ITS_SYNC(_ -> new OwnLogEarly()),
  FOLLOWER_REPORTS_RECEIVED_AS_DURABLE(_ -> new ReceivedAsDurable()),
  SKIP_TRUNCATION(_ -> new SkipTruncation()),
  TRUNCATE_TOO_MUCH(_ -> new TruncateTooMuch()),
  VOTE_TWICE(_ -> new VoteTwice()),
  VOTE_FOR_ANY_LOG(_ -> new VoteForAnyLog()),
  COMMIT_RECORDS_OF_OLDER_EPOCHS(CommitOlderEpochs::new),
  HEAR_ALL_EPOCHS_AS_ITS_OWN(_ -> new HearAllEpochs()),
  KEEP_LEADING(_ -> new KeepLeading()),
  READ_WITHOUT_A_ROUND(_ -> new CallerBugs.ReadWithoutRound()),
  COMMIT_AS_THE_LEADER_SAYS(_ -> new CommitAsTold()),
  NEVER_REPAIR(_ -> new NeverRepair()),
  HOLD_NOTHING(_ -> new HoldNothing()),
  COUNT_LEARNERS(_ -> new MemberBugs.CountLearners()),
  CHANGE_TWO_AT_ONCE(_ -> new MemberBugs.ChangeTwoAtOnce()),
  FORGET_MEMBERS_AT_RESTART(_ -> new MemberBugs.ForgetAtRestart()),
  SAVE_NO_MEMBERS(_ -> MemberBugs.saveNone()),
  MEMBERS_UNSEEN(_ -> new MemberBugs.MembersUnseen()),
  REMOVE_TWO(_ -> new MemberBugs.RemoveTwo()),
  CHANGE_BEFORE_THE_ANCHOR(_ -> new MemberBugs.ChangeBeforeAnchor()),
  APPEND_BEFORE_MEMBERS_ARE_SAVED(_ -> new MemberBugs.AppendFirst()),
  COUNT_THE_REMOVED(_ -> new MemberBugs.CountTheRemoved()),
  COUNT_REFUSED_VOTES(_ -> new ElectionBugs.CountRefusedVotes()),
  COUNT_VOTES_OF_OLD_EPOCHS(_ -> new ElectionBugs.CountVotesOfOldEpochs()),
  COUNT_ANYBODYS_VOTE(_ -> new ElectionBugs.CountAnybodysVote()),
  SEND_NO_HEARTBEATS(_ -> ElectionBugs.noHeartbeats()),
  BOAST_OF_ITS_LOG(_ -> new ElectionBugs.Boast()),
  RAISE_THE_EPOCH_UNSAVED(_ -> ElectionBugs.raiseUnsaved()),
  SAVE_THE_EPOCH_WITHOUT_THE_VOTE(_ -> new ElectionBugs.SaveWithoutVote()),
  NEVER_RESUME(_ -> ElectionBugs.neverResume()),
  TRIM_WHAT_IS_NOT_COMMITTED(_ -> new TrimBugs.TrimUncommitted()),
  TRIM_BEFORE_THE_STATE_IS_DURABLE(_ -> DiskBugs.syncNoState()),
  OFFER_WHAT_IS_NOT_COMMITTED(_ -> new TrimBugs.OfferUncommitted()),
  OFFER_IN_ITS_OWN_EPOCH(_ -> new TrimBugs.OfferOwnEpoch()),
  OFFER_THE_NEWEST_MEMBERS(_ -> new TrimBugs.OfferNewestMembers()),
  OFFER_AN_OLDER_STATE(_ -> new TrimBugs.OfferOlderState()),
  NEVER_OFFER(_ -> TrimBugs.neverOffer()),
  BEGIN_WITH_THE_OLD_MEMBERS_SAVED(_ -> new TrimBugs.KeepMembers()),
  BEGIN_WITH_THE_OLD_MEMBERS(_ -> new TrimBugs.GoByOldMembers()),
  SETTLE_BEFORE_IT_HAS_BEGUN(_ -> new TrimBugs.SettleEarly()),
  ANSWER_BEFORE_IT_HAS_BEGUN(_ -> new TrimBugs.AnswerEarly()),
  TAKE_AN_OFFER_IN_VAIN(_ -> new TrimBugs.TakeAnyOffer()),
  BID_REST_TOO_SOON(_ -> new RestBugs.BidTooSoon()),
  WRONG_EPOCH_OF_THE_RECORD_BEFORE(_ -> new RecordBugs.WrongEpochBefore()),
  REPORT_OWN_TAIL(_ -> new RecordBugs.ReportOwnTail()),
  TRUNCATE_TOO_LITTLE(_ -> new RecordBugs.TruncateTooLittle()),
  COUNT_ON_WHAT_HAD_NO_ROOM(_ -> new RecordBugs.ForgetLackOfRoom()),
  COMMIT_AT_OWN_SYNC(_ -> new RecordBugs.CommitAtOwnSync()),
  ANNOUNCE_OWN_DURABLE_AS_COMMITTED(_ -> new RecordBugs.AnnounceOwnDurable()),
  EVERYWHERE_IS_HERE(_ -> new RecordBugs.EverywhereIsHere()),
  SETTLE_TWICE(_ -> new RecordBugs.SettleTwice()),
  SYNCED_BEFORE_APPENDED(_ -> new RecordBugs.SyncedBeforeAppended()),
  HINT_TOO_HIGH(_ -> new RecordBugs.HintTooHigh()),
  GAP_IN_A_FRAME(_ -> new RecordBugs.GapInFrame()),
  APPEND_THE_LAST_BATCH_ONLY(_ -> new RecordBugs.AppendTheLastOnly()),
  ACKNOWLEDGE_ONE_TOO_MANY(_ -> new CallerBugs.OneTooMany()),
  ANSWER_OLD_CALLERS(_ -> new CallerBugs.AnswerOldCallers()),
  REFUSE_AT_STEP_DOWN(_ -> new CallerBugs.RefuseAtStepDown()),
  APPEND_TWICE(_ -> new CallerBugs.AppendTwice()),
  APPEND_ANOTHER(_ -> new CallerBugs.AppendAnother()),
  READ_UNCOMMITTED(_ -> new CallerBugs.ReadUncommitted()),
  READ_AT_A_FOLLOWER(_ -> new CallerBugs.ReadAtFollower()),
  COUNT_ANY_ROUND(_ -> new CallerBugs.CountAnyRound()),
  SYNC_NOTHING(_ -> DiskBugs.syncNothing()),
  SYNC_NO_NAMES(_ -> DiskBugs.syncNoNames()),
  SYNC_NO_BALLOT(_ -> DiskBugs.syncNoBallot()),
  SYNC_NO_NAME_OF_THE_BALLOT(_ -> DiskBugs.syncNoNameOfBallot()),
  FORGET_A_SYNC_IN_FORTY(_ -> DiskBugs.syncNowAndThen()),
  SWALLOW_FAILED_SYNCS(_ -> DiskBugs.swallowFailures()),
  SWALLOW_FAILED_WRITES(_ -> DiskBugs.swallowFailedWrites()),
  SWALLOW_THAT_THE_DISK_IS_FULL(_ -> DiskBugs.swallowFull()),
  LOSE_A_WRITE_IN_FORTY(_ -> DiskBugs.loseWrites()),
  CLOSE_NOTHING(_ -> DiskBugs.closeNothing()),
  READ_DAMAGE_AS_THE_END(_ -> new MendingBugs.DamageIsTheEnd()),
  BEGIN_AFRESH_AFTER_DAMAGE(_ -> new MendingBugs.BeginAfresh()),
  VOTE_WHILE_MENDING(_ -> new MendingBugs.Vote()),
  ACKNOWLEDGE_WHILE_MENDING(_ -> new MendingBugs.Acknowledge()),
  REFUSE_WHILE_MENDING(_ -> new MendingBugs.Refuse()),
  GIVE_NOTHING_TO_WHO_MENDS(_ -> new MendingBugs.GiveNothing()),
  MEND_WITHOUT_PROOF(_ -> new MendingBugs.TakeWithoutProof()),
  BEGIN_ANEW_UNINVITED(_ -> new MendingBugs.BeginUninvited()),
  INVITE_BEFORE_IT_IS_COMMITTED(_ -> new MendingBugs.InviteEarly()),
  MEND_WITHOUT_A_SYNC(_ -> DiskBugs.syncNoMendedSegment()),
  TAKE_ANY_DATA_FOR_THE_NEWEST(_ -> new AgeBugs.RecognizeNothing()),
  NEVER_RENEW_THE_AGE(_ -> new AgeBugs.NeverRenew()),
  SAVE_NO_AGES_OF_OTHERS(_ -> new AgeBugs.SaveNoAges());

  private final IntFunction<Meddler> plant;

  Bugs(IntFunction<Meddler> plant) {
    this.plant = plant;
  }

  /// Fresh for each run, in a cluster of `nodes`.
  Meddler plant(int nodes) {
    return plant.apply(nodes);
  }

  private static final class AcknowledgeAtAppend implements Meddler {
    @Override
    public long acknowledgeable(ReplicaId node, long committed, long appended, long durable) {
      return appended;
    }
  }

  private static final class AcknowledgeAtLocalSync implements Meddler {
    @Override
    public long acknowledgeable(ReplicaId node, long committed, long appended, long durable) {
      return durable;
    }
  }

  private static final class SendFirst implements Meddler {
    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      List<Effect> sends = new ArrayList<>(effects);
      sends.removeIf(effect -> !(effect instanceof Effect.Send));
      List<Effect> reordered = new ArrayList<>(effects);
      reordered.removeAll(sends);
      reordered.addAll(0, sends);
      return reordered;
    }
  }

  private static final class ForgetBallot implements Meddler {
    @Override
    public Ballot recovered(ReplicaId node, Ballot ballot) {
      return Ballot.NONE;
    }
  }

  private static final class ForgetVote implements Meddler {
    @Override
    public Ballot recovered(ReplicaId node, Ballot ballot) {
      return new Ballot(ballot.epoch(), Optional.empty());
    }
  }

  private static final class OwnLogEarly implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.Appended(long _, long lastLsn, var _)
          ? List.of(event, new Event.Synced(lastLsn))
          : List.of(event);
    }
  }

  private static final class ReceivedAsDurable implements Meddler {
    @Override
    public Message message(ReplicaId from, ReplicaId to, Message message, ReplicaCore core) {
      return message instanceof Message.Progress p
          ? new Message.Progress(p.epoch(), p.received(), p.received(), p.round())
          : message;
    }
  }

  private static final class SkipTruncation implements Meddler {
    private final Map<ReplicaId, Long> skipped = new HashMap<>();

    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      List<Effect> left = new ArrayList<>();
      for (Effect effect : effects) {
        if (effect instanceof Effect.TruncateAfter(long lsn)) {
          skipped.put(node, lsn);
        } else {
          left.add(effect);
        }
      }
      return left;
    }

    /// The core is told that it is done, with the next tick.
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      Long lsn = event instanceof Event.Tick ? skipped.remove(node) : null;
      return lsn == null ? List.of(event) : List.of(new Event.Settled(lsn, lsn), event);
    }
  }

  private static final class TruncateTooMuch implements EachEffect {
    @Override
    public Optional<Effect> instead(Effect effect, ReplicaCore core) {
      return Optional.of(
          effect instanceof Effect.TruncateAfter
              ? new Effect.TruncateAfter(core.committed())
              : effect);
    }
  }

  private static final class VoteTwice implements Meddler {
    @Override
    public Message message(ReplicaId from, ReplicaId to, Message message, ReplicaCore core) {
      return message instanceof Message.Vote vote ? new Message.Vote(vote.epoch(), true) : message;
    }
  }

  private static final class VoteForAnyLog implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      if (event instanceof Event.Received(ReplicaId from, Message.AskVote ask)) {
        Message better = new Message.AskVote(ask.epoch(), Long.MAX_VALUE, ask.epoch(), false);
        return List.of(new Event.Received(from, better));
      }
      if (event instanceof Event.Received(ReplicaId from, Message.AskPreVote ask)) {
        Message better = new Message.AskPreVote(ask.epoch(), Long.MAX_VALUE, ask.epoch());
        return List.of(new Event.Received(from, better));
      }
      return List.of(event);
    }
  }

  /// Figure 8 of the Raft paper: counts copies of records that an earlier leader wrote.
  private static final class CommitOlderEpochs implements Meddler {
    private final int nodes;
    private final Map<ReplicaId, Map<ReplicaId, Long>> durable = new HashMap<>();
    private final Map<ReplicaId, Long> epochs = new HashMap<>();

    private CommitOlderEpochs(int nodes) {
      this.nodes = nodes;
    }

    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      if (!core.isLeader()
          || !(event instanceof Event.Received(ReplicaId from, Message.Progress progress))) {
        return effects;
      }
      if (epochs.getOrDefault(node, 0L) != core.epoch()) {
        epochs.put(node, core.epoch());
        durable.put(node, new HashMap<>());
      }
      Map<ReplicaId, Long> peers = durable.get(node);
      peers.merge(from, progress.durable(), Math::max);
      long[] reachedByNode =
          LongStream.concat(
                  LongStream.of(core.durable()), peers.values().stream().mapToLong(Long::longValue))
              .sorted()
              .toArray();
      int quorum = nodes / 2 + 1;
      long reached =
          reachedByNode.length < quorum ? 0 : reachedByNode[reachedByNode.length - quorum];
      reached = Math.min(reached, core.durable());
      if (reached <= core.committed()) {
        return effects;
      }
      List<Effect> more = new ArrayList<>(effects);
      more.add(new Effect.Commit(reached));
      return more;
    }
  }

  /// Takes every message of leaders and followers for one of its own epoch. To hear lower epochs
  /// only is hardly ever fatal: the answer, the resignation of a lonely leader and the chain of
  /// checksums each stand in the way.
  private static final class HearAllEpochs implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.Received(ReplicaId from, Message message)
          ? List.of(new Event.Received(from, moved(message, core.epoch())))
          : List.of(event);
    }

    private static Message moved(Message message, long own) {
      return switch (message) {
        case Message.Batches b ->
            new Message.Batches(
                own, b.prevLsn(), b.prevEpoch(), b.runs(), b.committed(), b.members());
        case Message.Heartbeat h -> new Message.Heartbeat(own, h.committed(), h.round());
        case Message.Committed c -> new Message.Committed(own, c.committed());
        case Message.Progress p -> new Message.Progress(own, p.durable(), p.received(), p.round());
        case Message.Mismatch m ->
            new Message.Mismatch(own, m.prevLsn(), m.hintLsn(), m.hintEpoch());
        case Message.Fenced _ -> new Message.Fenced(own);
        case Message.StandNow _ -> new Message.StandNow(own);
        case Message.Resigned _ -> new Message.Resigned(own);
        case Message.Offer m -> new Message.Offer(own, m.lsn(), m.lsnEpoch(), m.members());
        case Message.Rest m -> new Message.Rest(own, m.lastLsn());
        case Message.Rested m -> new Message.Rested(own, m.lastLsn());
        case Message.AskVote _, Message.Vote _, Message.AskPreVote _, Message.PreVote _ -> message;
      };
    }
  }

  /// The writer of a leader that stepped down is not told, but the core that it was.
  private static final class KeepLeading implements Meddler {
    private final Map<ReplicaId, Long> ends = new HashMap<>();
    private final Map<ReplicaId, Long> settles = new HashMap<>();

    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      if (event instanceof Event.Appended(long _, long lastLsn, var _)) {
        ends.put(node, lastLsn);
      }
      List<Effect> left = new ArrayList<>(effects);
      if (left.removeIf(effect -> effect instanceof Effect.StopLeading)) {
        settles.put(node, core.durable());
      }
      return left;
    }

    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      Long durable = event instanceof Event.Tick ? settles.remove(node) : null;
      return durable == null
          ? List.of(event)
          : List.of(new Event.Settled(ends.getOrDefault(node, 0L), durable), event);
    }
  }

  /// The writer is not told to hold appends, but the core that it does.
  private static final class HoldNothing implements Meddler {
    private final Map<ReplicaId, Long> held = new HashMap<>();

    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      List<Effect> left = new ArrayList<>(effects);
      if (left.removeIf(effect -> effect instanceof Effect.HoldAppends)) {
        held.put(node, core.epoch());
      }
      return left;
    }

    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      Long epoch = event instanceof Event.Tick ? held.remove(node) : null;
      return epoch == null ? List.of(event) : List.of(new Event.Held(epoch), event);
    }
  }

  /// Takes the leader's commit point for its own, though its log may still differ from the
  /// leader's.
  private static final class CommitAsTold implements Meddler {
    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      if (event instanceof Event.Received(ReplicaId _, Message.Heartbeat heartbeat)
          && !core.isLeader()
          && heartbeat.epoch() == core.epoch()) {
        long told = Math.min(heartbeat.committed(), core.durable());
        if (told > core.committed()) {
          List<Effect> more = new ArrayList<>(effects);
          more.add(new Effect.Commit(told));
          return more;
        }
      }
      return effects;
    }
  }

  private static final class NeverRepair implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.Received(ReplicaId _, Message.Mismatch _)
          ? List.of()
          : List.of(event);
    }
  }
}
