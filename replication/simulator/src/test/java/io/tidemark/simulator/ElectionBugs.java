package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;
import java.util.Optional;

/// Those of the [Bugs] that are about promises, votes and office.
final class ElectionBugs {
  private ElectionBugs() {}

  static final class CountRefusedVotes implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.Received(ReplicaId from, Message.Vote vote)
          ? List.of(new Event.Received(from, new Message.Vote(vote.epoch(), true)))
          : List.of(event);
    }
  }

  /// A vote that comes late counts in the epoch that is stood for now.
  static final class CountVotesOfOldEpochs implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      long own = core.epoch();
      return event instanceof Event.Received(ReplicaId from, Message.Vote vote)
              && vote.epoch() < own
          ? List.of(new Event.Received(from, new Message.Vote(own, vote.granted())))
          : List.of(event);
    }
  }

  /// The vote of who is no voter counts as if a voter had given it.
  static final class CountAnybodysVote implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      if (event instanceof Event.Received(ReplicaId from, Message.Vote vote)
          && !core.members().isVoter(from)) {
        Optional<ReplicaId> voter = MemberBugs.anotherVoter(node, core);
        if (voter.isPresent()) {
          return List.of(new Event.Received(voter.get(), vote));
        }
      }
      return List.of(event);
    }
  }

  static Meddler noHeartbeats() {
    return EachEffect.losing(
        effect ->
            effect instanceof Effect.Send(ReplicaId _, Message message)
                && message instanceof Message.Heartbeat);
  }

  /// Asks for votes with a longer log than it has.
  static final class Boast implements Meddler {
    private static final int MORE = 8;

    @Override
    public Message message(ReplicaId from, ReplicaId to, Message message, ReplicaCore core) {
      return switch (message) {
        case Message.AskPreVote(long epoch, long lsn, long lastEpoch) ->
            new Message.AskPreVote(epoch, lsn + MORE, lastEpoch);
        case Message.AskVote(long epoch, long lsn, long lastEpoch, boolean handedOver) ->
            new Message.AskVote(epoch, lsn + MORE, lastEpoch, handedOver);
        default -> message;
      };
    }
  }

  /// What was learned of a higher epoch is not saved, only votes are.
  static Meddler raiseUnsaved() {
    return EachEffect.losing(
        effect ->
            effect instanceof Effect.SaveBallot(Ballot ballot) && ballot.votedFor().isEmpty());
  }

  static final class SaveWithoutVote implements EachEffect {
    @Override
    public Optional<Effect> instead(Effect effect, ReplicaCore core) {
      return Optional.of(
          effect instanceof Effect.SaveBallot(Ballot ballot)
              ? new Effect.SaveBallot(new Ballot(ballot.epoch(), Optional.empty()))
              : effect);
    }
  }

  /// A leader whose heir did not take over goes on without telling its writer.
  static Meddler neverResume() {
    return EachEffect.losing(effect -> effect instanceof Effect.ResumeAppends);
  }
}
