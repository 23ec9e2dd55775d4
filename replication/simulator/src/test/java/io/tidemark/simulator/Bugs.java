package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
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
import java.util.function.Supplier;

/// The bugs that are planted to see whether the simulator finds them: each is one a shell or a core
/// could well have.
enum Bugs {
  ACKNOWLEDGE_AT_APPEND(AcknowledgeAtAppend::new),
  ACKNOWLEDGE_AT_LOCAL_SYNC(AcknowledgeAtLocalSync::new),
  SEND_BEFORE_BALLOT_IS_DURABLE(SendFirst::new),
  FORGET_BALLOT_AT_RESTART(ForgetBallot::new),
  FORGET_VOTE_AT_RESTART(ForgetVote::new),
  COUNT_OWN_VOTE_BEFORE_ITS_SYNC(OwnVoteEarly::new),
  COUNT_OWN_LOG_BEFORE_ITS_SYNC(OwnLogEarly::new),
  FOLLOWER_REPORTS_RECEIVED_AS_DURABLE(ReceivedAsDurable::new),
  SKIP_TRUNCATION(SkipTruncation::new),
  TRUNCATE_TOO_MUCH(TruncateTooMuch::new),
  VOTE_TWICE(VoteTwice::new),
  VOTE_FOR_ANY_LOG(VoteForAnyLog::new),
  COMMIT_RECORDS_OF_OLDER_EPOCHS(CommitOlderEpochs::new),
  HEAR_LOWER_EPOCHS(HearLowerEpochs::new),
  KEEP_LEADING(KeepLeading::new),
  READ_WITHOUT_A_ROUND(ReadWithoutRound::new),
  COMMIT_AS_THE_LEADER_SAYS(CommitAsTold::new),
  NEVER_REPAIR(NeverRepair::new);

  private final Supplier<Meddler> plant;

  Bugs(Supplier<Meddler> plant) {
    this.plant = plant;
  }

  /// Fresh for each run.
  Meddler plant() {
    return plant.get();
  }

  private static final class AcknowledgeAtAppend implements Meddler {
    @Override
    public long acknowledgeable(NodeId node, long committed, long appended, long durable) {
      return appended;
    }
  }

  private static final class AcknowledgeAtLocalSync implements Meddler {
    @Override
    public long acknowledgeable(NodeId node, long committed, long appended, long durable) {
      return durable;
    }
  }

  private static final class SendFirst implements Meddler {
    @Override
    public List<Effect> effects(
        NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
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
    public Ballot recovered(NodeId node, Ballot ballot) {
      return Ballot.NONE;
    }
  }

  private static final class ForgetVote implements Meddler {
    @Override
    public Ballot recovered(NodeId node, Ballot ballot) {
      return new Ballot(ballot.epoch(), Optional.empty());
    }
  }

  private static final class OwnVoteEarly implements Meddler {
    @Override
    public List<Event> events(NodeId node, Event event) {
      return event instanceof Event.Received(NodeId _, Message.Vote vote)
          ? List.of(new Event.BallotSynced(vote.epoch()), event)
          : List.of(event);
    }
  }

  private static final class OwnLogEarly implements Meddler {
    @Override
    public List<Event> events(NodeId node, Event event) {
      return event instanceof Event.Appended(long _, long lastLsn)
          ? List.of(event, new Event.Synced(lastLsn))
          : List.of(event);
    }
  }

  private static final class ReceivedAsDurable implements Meddler {
    @Override
    public Message message(NodeId from, NodeId to, Message message) {
      return message instanceof Message.Progress p
          ? new Message.Progress(p.epoch(), p.received(), p.received(), p.round())
          : message;
    }
  }

  private static final class SkipTruncation implements Meddler {
    private final Map<NodeId, Long> skipped = new HashMap<>();

    @Override
    public List<Effect> effects(
        NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
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
    public List<Event> events(NodeId node, Event event) {
      Long lsn = event instanceof Event.Tick ? skipped.remove(node) : null;
      return lsn == null ? List.of(event) : List.of(new Event.Settled(lsn, lsn), event);
    }
  }

  private static final class TruncateTooMuch implements Meddler {
    @Override
    public List<Effect> effects(
        NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
      return effects.stream()
          .map(
              effect ->
                  effect instanceof Effect.TruncateAfter
                      ? new Effect.TruncateAfter(core.committed())
                      : effect)
          .toList();
    }
  }

  private static final class VoteTwice implements Meddler {
    @Override
    public Message message(NodeId from, NodeId to, Message message) {
      return message instanceof Message.Vote vote
          ? new Message.Vote(vote.epoch(), true)
          : message;
    }
  }

  private static final class VoteForAnyLog implements Meddler {
    @Override
    public List<Event> events(NodeId node, Event event) {
      if (event instanceof Event.Received(NodeId from, Message.AskVote ask)) {
        Message better = new Message.AskVote(ask.epoch(), Long.MAX_VALUE, ask.epoch());
        return List.of(new Event.Received(from, better));
      }
      if (event instanceof Event.Received(NodeId from, Message.AskPreVote ask)) {
        Message better = new Message.AskPreVote(ask.epoch(), Long.MAX_VALUE, ask.epoch());
        return List.of(new Event.Received(from, better));
      }
      return List.of(event);
    }
  }

  /// Figure 8 of the Raft paper: counts copies of records that an earlier leader wrote.
  private static final class CommitOlderEpochs implements Meddler {
    private final Map<NodeId, Map<NodeId, Long>> durable = new HashMap<>();
    private final Map<NodeId, Long> epochs = new HashMap<>();

    @Override
    public List<Effect> effects(
        NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
      if (!core.isLeader()
          || !(event instanceof Event.Received(NodeId from, Message.Progress progress))) {
        return effects;
      }
      if (epochs.getOrDefault(node, 0L) != core.epoch()) {
        epochs.put(node, core.epoch());
        durable.put(node, new HashMap<>());
      }
      Map<NodeId, Long> peers = durable.get(node);
      peers.merge(from, progress.durable(), Math::max);
      // With three nodes one peer and the leader are a quorum; more are not needed for five.
      long reached = Math.min(core.durable(), peers.values().stream().max(Long::compare).get());
      if (reached <= core.committed()) {
        return effects;
      }
      List<Effect> more = new ArrayList<>(effects);
      more.add(new Effect.Commit(reached));
      return more;
    }
  }

  private static final class HearLowerEpochs implements Meddler {
    private final Map<NodeId, Long> epochs = new HashMap<>();

    @Override
    public List<Effect> effects(
        NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
      epochs.put(node, core.isLeader() ? 0 : core.epoch());
      return effects;
    }

    @Override
    public List<Event> events(NodeId node, Event event) {
      long own = epochs.getOrDefault(node, 0L);
      if (event instanceof Event.Received(NodeId from, Message.Batches batches)
          && batches.epoch() < own) {
        Message raised =
            new Message.Batches(
                own, batches.prevLsn(), batches.prevEpoch(), batches.runs(), batches.committed());
        return List.of(new Event.Received(from, raised));
      }
      return List.of(event);
    }
  }

  /// The writer of a leader that stepped down is not told, but the core that it was.
  private static final class KeepLeading implements Meddler {
    private final Map<NodeId, Long> ends = new HashMap<>();
    private final Map<NodeId, Long> settles = new HashMap<>();

    @Override
    public List<Effect> effects(
        NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
      if (event instanceof Event.Appended(long _, long lastLsn)) {
        ends.put(node, lastLsn);
      }
      List<Effect> left = new ArrayList<>(effects);
      if (left.removeIf(effect -> effect instanceof Effect.StopLeading)) {
        settles.put(node, core.durable());
      }
      return left;
    }

    @Override
    public List<Event> events(NodeId node, Event event) {
      Long durable = event instanceof Event.Tick ? settles.remove(node) : null;
      return durable == null
          ? List.of(event)
          : List.of(new Event.Settled(ends.getOrDefault(node, 0L), durable), event);
    }
  }

  private static final class ReadWithoutRound implements Meddler {
    @Override
    public List<Effect> effects(
        NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
      if (!core.isLeader() || !(event instanceof Event.ReadRequested(long id))) {
        return effects;
      }
      List<Effect> early = new ArrayList<>(effects);
      early.removeIf(effect -> effect instanceof Effect.ReadReady);
      early.add(new Effect.ReadReady(id, core.committed()));
      return early;
    }
  }

  /// Takes the leader's commit point for its own, though its log may still differ from the leader's.
  private static final class CommitAsTold implements Meddler {
    @Override
    public List<Effect> effects(
        NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
      if (event instanceof Event.Received(NodeId _, Message.Heartbeat heartbeat)
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
    public List<Event> events(NodeId node, Event event) {
      return event instanceof Event.Received(NodeId _, Message.Mismatch _)
          ? List.of()
          : List.of(event);
    }
  }
}
