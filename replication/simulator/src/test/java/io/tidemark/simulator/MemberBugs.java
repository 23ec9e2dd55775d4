package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.MemberChange;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Those of the [Bugs] that are about who takes part.
final class MemberBugs {
  private MemberBugs() {}

  /// A voter that is not `node`, as far as its `core` knows.
  static Optional<ReplicaId> anotherVoter(ReplicaId node, ReplicaCore core) {
    return core.members().voters().stream().filter(voter -> !voter.equals(node)).findFirst();
  }

  /// What a learner has counts as if a voter had it.
  static final class CountLearners implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      if (event instanceof Event.Received(ReplicaId from, Message.Progress progress)
          && core.members().isLearner(from)) {
        Optional<ReplicaId> voter = anotherVoter(node, core);
        if (voter.isPresent()) {
          return List.of(event, new Event.Received(voter.get(), progress));
        }
      }
      return List.of(event);
    }
  }

  /// A leader does not wait for the commit of the change before, nor of its own anchor.
  static final class ChangeTwoAtOnce implements Meddler {
    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      List<Effect> changed = new ArrayList<>();
      for (Effect effect : effects) {
        boolean waits =
            effect instanceof Effect.MembersRefused(MemberChange _, String reason)
                && reason.contains("committed yet");
        Optional<Members> next =
            waits && event instanceof Event.ChangeRequested(MemberChange change)
                ? after(core.members(), change, node)
                : Optional.empty();
        changed.add(
            next.<Effect>map(m -> new Effect.AppendMembers(core.epoch(), m)).orElse(effect));
      }
      return changed;
    }

    static Optional<Members> after(Members members, MemberChange change, ReplicaId self) {
      boolean possible =
          switch (change) {
            case MemberChange.AddLearner(ReplicaId node) -> !members.contains(node);
            case MemberChange.Promote(ReplicaId node) -> members.isLearner(node);
            case MemberChange.Remove(ReplicaId node) ->
                members.contains(node) && !node.equals(self);
          };
      return possible ? Optional.of(members.after(change)) : Optional.empty();
    }
  }

  static final class ForgetAtRestart implements Meddler {
    @Override
    public List<Membership> recovered(ReplicaId node, List<Membership> saved) {
      return List.of();
    }
  }

  static Meddler saveNone() {
    return EachEffect.losing(effect -> effect instanceof Effect.SaveMembers);
  }

  /// Followers do not look for changes of members in what they get.
  static final class MembersUnseen implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.Received(ReplicaId from, Message.Batches b)
          ? List.of(
              new Event.Received(
                  from,
                  new Message.Batches(
                      b.epoch(), b.prevLsn(), b.prevEpoch(), b.runs(), b.committed())))
          : List.of(event);
    }
  }

  /// What follows a removal takes a second voter with it.
  static final class RemoveTwo implements EachEffect {
    @Override
    public Optional<Effect> instead(Effect effect, ReplicaCore core) {
      return Optional.of(
          effect instanceof Effect.AppendMembers(long epoch, Members next)
                  && next.voters().size() < core.members().voters().size()
              ? new Effect.AppendMembers(epoch, without(next, core.self()))
              : effect);
    }

    private static Members without(Members members, ReplicaId self) {
      return members.voters().stream()
          .filter(voter -> !voter.equals(self))
          .findFirst()
          .map(voter -> members.after(new MemberChange.Remove(voter)))
          .orElse(members);
    }
  }

  /// A leader changes members before it has committed a record of its own epoch (Ongaro, 2015).
  static final class ChangeBeforeAnchor implements EachEffect {
    @Override
    public Optional<Effect> instead(Effect effect, ReplicaCore core) {
      return Optional.of(
          effect instanceof Effect.MembersRefused(MemberChange change, String reason)
                  && reason.startsWith("nothing of this epoch")
              ? ChangeTwoAtOnce.after(core.members(), change, core.self())
                  .<Effect>map(next -> new Effect.AppendMembers(core.epoch(), next))
                  .orElse(effect)
              : effect);
    }
  }

  /// The record is appended before it is saved who takes part from there on.
  static final class AppendFirst implements Meddler {
    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      List<Effect> saves = new ArrayList<>(effects);
      saves.removeIf(effect -> !(effect instanceof Effect.SaveMembers));
      List<Effect> reordered = new ArrayList<>(effects);
      reordered.removeAll(saves);
      reordered.addAll(saves);
      return reordered;
    }
  }

  /// The votes and reports of who was removed count as a voter's.
  static final class CountTheRemoved implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      if (event instanceof Event.Received(ReplicaId from, Message.Progress progress)
          && !core.members().contains(from)) {
        Optional<ReplicaId> voter = anotherVoter(node, core);
        if (voter.isPresent()) {
          return List.of(new Event.Received(voter.get(), progress));
        }
      }
      return List.of(event);
    }
  }
}
