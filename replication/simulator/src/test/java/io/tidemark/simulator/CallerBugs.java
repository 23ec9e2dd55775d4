package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Those of the [Bugs] that are about what producers and readers are told.
final class CallerBugs {
  private CallerBugs() {}

  static final class OneTooMany implements Meddler {
    @Override
    public long acknowledgeable(ReplicaId node, long committed, long appended, long durable) {
      return committed + 1;
    }
  }

  /// Whose record may be there or not waits for the next leadership of this node.
  static final class AnswerOldCallers implements Meddler {
    @Override
    public Ending ending(ReplicaId node) {
      return Ending.LEFT_WAITING;
    }
  }

  static final class RefuseAtStepDown implements Meddler {
    @Override
    public Ending ending(ReplicaId node) {
      return Ending.REFUSED;
    }
  }

  static final class AppendTwice implements Meddler {
    @Override
    public List<VirtualWriter.Command> commands(ReplicaId node, VirtualWriter.Command command) {
      return command instanceof VirtualWriter.Append(long operation) && operation % 50 == 0
          ? List.of(command, command)
          : List.of(command);
    }
  }

  /// A producer gets the number of another.
  static final class AppendAnother implements Meddler {
    @Override
    public List<VirtualWriter.Command> commands(ReplicaId node, VirtualWriter.Command command) {
      return command instanceof VirtualWriter.Append(long operation) && operation % 50 == 0
          ? List.of(new VirtualWriter.Append(operation + 1_000_000))
          : List.of(command);
    }
  }

  static final class ReadUncommitted implements EachEffect {
    @Override
    public Optional<Effect> instead(Effect effect, ReplicaCore core) {
      return Optional.of(
          effect instanceof Effect.ReadReady(long id, long _)
              ? new Effect.ReadReady(id, core.durable())
              : effect);
    }
  }

  static final class ReadAtFollower implements EachEffect {
    @Override
    public Optional<Effect> instead(Effect effect, ReplicaCore core) {
      return Optional.of(
          effect instanceof Effect.ReadRefused(long id)
              ? new Effect.ReadReady(id, core.committed())
              : effect);
    }
  }

  /// Whoever answers at all confirms the round of reads that is out.
  static final class CountAnyRound implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.Received(ReplicaId from, Message.Progress p)
          ? List.of(
              new Event.Received(
                  from, new Message.Progress(p.epoch(), p.durable(), p.received(), Long.MAX_VALUE)))
          : List.of(event);
    }
  }

  static final class ReadWithoutRound implements Meddler {
    private final Set<Long> answered = new HashSet<>();

    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      List<Effect> left = new ArrayList<>(effects);
      left.removeIf(
          effect ->
              (effect instanceof Effect.ReadReady(long id, long _) && answered.contains(id))
                  || (effect instanceof Effect.ReadRefused(long refused)
                      && answered.contains(refused)));
      if (core.isLeader() && event instanceof Event.ReadRequested(long id) && answered.add(id)) {
        left.removeIf(effect -> effect instanceof Effect.ReadReady);
        left.add(new Effect.ReadReady(id, core.committed()));
      }
      return left;
    }
  }
}
