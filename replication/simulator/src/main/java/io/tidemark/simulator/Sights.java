package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;

/// Recognizes in a step of a core what is worth counting.
final class Sights {
  private Sights() {}

  static void count(Tally tally, Event event, List<Effect> effects, ReplicaCore core) {
    tally.count(Happening.EVENT);
    switch (event) {
      case Event.Received(ReplicaId _, Message.Offer _) ->
          tally.count(
              effects.stream().anyMatch(effect -> effect instanceof Effect.BeginBehind)
                  ? Happening.BEGAN_BEHIND
                  : Happening.OFFER_NOT_NEEDED);
      case Event.Received(ReplicaId _, Message message) -> count(tally, message);
      case Event.Settled _ -> tally.count(Happening.SETTLED);
      case Event.NodeLost _ -> tally.count(Happening.NODE_LOST);
      case Event.Tick _,
          Event.Appended _,
          Event.Synced _,
          Event.BallotSynced _,
          Event.Sent _,
          Event.Trimmed _,
          Event.ReadRequested _,
          Event.HandOverRequested _,
          Event.ChangeRequested _,
          Event.MembersNotAppended _,
          Event.NotReceived _,
          Event.ReadinessChanged _,
          Event.Held _,
          Event.ResignRequested _,
          Event.FitnessChanged _,
          Event.StrangerHeard _,
          Event.Stirred _,
          Event.PeerReachable _ -> {}
    }
    if (core.isLeader() && core.isResting()) {
      tally.count(Happening.GROUP_RESTED);
    }
    effects.forEach(effect -> count(tally, effect, core));
  }

  private static void count(Tally tally, Message message) {
    switch (message) {
      case Message.Vote vote when !vote.granted() -> tally.count(Happening.VOTE_REFUSED);
      case Message.PreVote vote when !vote.granted() -> tally.count(Happening.PRE_VOTE_REFUSED);
      case Message.AskVote ask when ask.handedOver() -> tally.count(Happening.STOOD_FOR_LEADER);
      case Message.AskVote _ -> {}
      case Message.Mismatch _ -> tally.count(Happening.MISMATCH);
      case Message.Rested _ -> tally.count(Happening.FOLLOWER_RESTED);
      case Message.Fenced _ -> tally.count(Happening.FENCED);
      case Message.Vote _,
          Message.PreVote _,
          Message.AskPreVote _,
          Message.StandNow _,
          Message.Resigned _,
          Message.Rest _,
          Message.Offer _,
          Message.Batches _,
          Message.Heartbeat _,
          Message.Committed _,
          Message.Progress _ -> {}
    }
  }

  private static void count(Tally tally, Effect effect, ReplicaCore core) {
    switch (effect) {
      case Effect.Lead _ -> tally.count(Happening.LEADER_ELECTED);
      case Effect.AppendMembers _ -> tally.count(Happening.MEMBERS_CHANGED);
      case Effect.MembersRefused _ -> tally.count(Happening.CHANGE_REFUSED);
      case Effect.HoldAppends _ -> tally.count(Happening.APPENDS_HELD);
      case Effect.ResumeAppends _ -> tally.count(Happening.APPENDS_RESUMED);
      case Effect.StopLeading _ -> tally.count(Happening.LEADER_RESIGNED);
      case Effect.Commit _ -> tally.count(Happening.COMMIT);
      case Effect.DurableEverywhere _ -> tally.count(Happening.DURABLE_EVERYWHERE);
      case Effect.ReadReady _ -> tally.count(Happening.READ_READY);
      case Effect.ReadRefused _ -> tally.count(Happening.READ_REFUSED);
      case Effect.SaveBallot _ when core.roleName().equals("candidate") ->
          tally.count(Happening.STOOD_FOR_ELECTION);
      case Effect.SaveBallot _,
          Effect.Send _,
          Effect.SendBatches _,
          Effect.AppendReceived _,
          Effect.SaveMembers _,
          Effect.SendOffer _,
          Effect.BeginBehind _,
          Effect.TruncateAfter _,
          Effect.LeaderChanged _ -> {}
    }
  }
}
