package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Who has promised an epoch speaks in no lower one, and nobody hears of a promise that is not
/// durable; a node votes once in an epoch, counted over all its lives.
///
/// The first is judged where the core asks for a message, since a message that was under way before
/// the promise may arrive later. The second is judged on the wire.
public final class Fenced implements Invariant {
  @Override
  public int number() {
    return 8;
  }

  private record Vote(ReplicaId voter, long epoch) {}

  private final Map<ReplicaId, Long> promised = new TreeMap<>();
  private final Map<ReplicaId, Ballot> durable = new TreeMap<>();
  private final Map<Vote, ReplicaId> votes = new HashMap<>();

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    long epoch = Math.max(onDisk.epoch(), log.lastEpoch());
    durable.put(node, onDisk);
    promised.put(node, epoch);
  }

  @Override
  public void ballotSaved(ReplicaId node, Ballot ballot) {
    durable.put(node, ballot);
  }

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.SaveBallot(Ballot ballot) -> promise(node, ballot.epoch());
        case Effect.Send(ReplicaId _, Message message) -> speaks(node, message.epoch());
        case Effect.SendBatches batches -> speaks(node, batches.epoch());
        case Effect.SendOffer offer -> speaks(node, offer.epoch());
        case Effect.Lead(long epoch) -> speaks(node, epoch);
        case Effect.AppendReceived _,
            Effect.SaveMembers _,
            Effect.BeginBehind _,
            Effect.AppendMembers _,
            Effect.MembersRefused _,
            Effect.TruncateAfter _,
            Effect.HoldAppends _,
            Effect.ResumeAppends _,
            Effect.StopLeading _,
            Effect.Commit _,
            Effect.DurableEverywhere _,
            Effect.ReadReady _,
            Effect.ReadRefused _,
            Effect.LeaderChanged _ -> {}
      }
    }
    holds(
        core.epoch() == promised.get(node),
        "%s is in epoch %d, it has promised %d",
        node,
        core.epoch(),
        promised.get(node));
  }

  private void promise(ReplicaId node, long epoch) {
    speaks(node, epoch);
    promised.put(node, epoch);
  }

  private void speaks(ReplicaId node, long epoch) {
    holds(
        epoch >= promised.get(node),
        "%s speaks in epoch %d, it has promised %d",
        node,
        epoch,
        promised.get(node));
  }

  @Override
  public void sent(ReplicaId from, ReplicaId to, Message message) {
    switch (message) {
      case Message.AskPreVote _, Message.PreVote _, Message.Fenced _ -> {}
      case Message.AskVote _ -> vote(from, message.epoch(), from);
      case Message.Vote(long epoch, boolean granted) -> {
        if (granted) {
          vote(from, epoch, to);
        }
      }
      case Message.Batches _,
          Message.Heartbeat _,
          Message.Committed _,
          Message.StandNow _,
          Message.Resigned _,
          Message.Offer _,
          Message.Rest _,
          Message.Rested _,
          Message.Progress _,
          Message.Mismatch _ ->
          heard(from, message.epoch());
    }
  }

  private void vote(ReplicaId voter, long epoch, ReplicaId candidate) {
    ReplicaId before = votes.putIfAbsent(new Vote(voter, epoch), candidate);
    holds(
        before == null || before.equals(candidate),
        "%s votes for %s and for %s in epoch %d",
        voter,
        before,
        candidate,
        epoch);
    Ballot onDisk = durableOf(voter);
    holds(
        onDisk.epoch() > epoch || onDisk.equals(new Ballot(epoch, Optional.of(candidate))),
        "%s votes for %s in epoch %d, its disk says %s",
        voter,
        candidate,
        epoch,
        onDisk);
  }

  private void heard(ReplicaId from, long epoch) {
    long known = durableOf(from).epoch();
    holds(known >= epoch, "%s speaks in epoch %d, its disk says %d", from, epoch, known);
  }

  private Ballot durableOf(ReplicaId node) {
    return durable.getOrDefault(node, Ballot.NONE);
  }
}
