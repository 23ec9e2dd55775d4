package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.MemberChange;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Those of the [Bugs] that are about who takes part.
final class MemberBugs {
  private MemberBugs() {}

  /// What a learner has counts as if a voter had it.
  static final class CountLearners implements Meddler {
    private final Map<NodeId, Members> members = new HashMap<>();

    @Override
    public List<Effect> effects(NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
      members.put(node, core.members());
      return effects;
    }

    @Override
    public List<Event> events(NodeId node, Event event) {
      Members known = members.getOrDefault(node, Members.NONE);
      if (event instanceof Event.Received(NodeId from, Message.Progress progress)
          && known.isLearner(from)) {
        Optional<NodeId> voter = known.voters().stream().filter(v -> !v.equals(node)).findFirst();
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
    public List<Effect> effects(NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
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

    private static Optional<Members> after(Members members, MemberChange change, NodeId self) {
      boolean possible =
          switch (change) {
            case MemberChange.AddLearner(NodeId node) -> !members.contains(node);
            case MemberChange.Promote(NodeId node) -> members.isLearner(node);
            case MemberChange.Remove(NodeId node) -> members.contains(node) && !node.equals(self);
          };
      return possible ? Optional.of(members.after(change)) : Optional.empty();
    }
  }

  static final class ForgetAtRestart implements Meddler {
    @Override
    public List<Membership> recovered(NodeId node, List<Membership> saved) {
      return List.of();
    }
  }

  static final class SaveNone implements Meddler {
    @Override
    public List<Effect> effects(NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
      return effects.stream().filter(effect -> !(effect instanceof Effect.SaveMembers)).toList();
    }
  }
}
