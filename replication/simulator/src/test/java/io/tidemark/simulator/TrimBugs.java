package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.ReadResult;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.simulator.VirtualApplication.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Those of the [Bugs] that are about records that are trimmed, and who lacks them.
final class TrimBugs {
  private TrimBugs() {}

  /// All that is synced is trimmed.
  static final class TrimUncommitted implements Meddler {
    @Override
    public List<VirtualWriter.Command> commands(ReplicaId node, VirtualWriter.Command command) {
      return List.of(
          command instanceof VirtualWriter.Trim ? new VirtualWriter.Trim(Long.MAX_VALUE) : command);
    }
  }

  /// The end of the log is offered, committed or not, with the state that its records give.
  static final class OfferUncommitted implements Meddler {
    @Override
    public Envelope.Offer offers(ReplicaId node, Envelope.Offer offer, Log log) {
      State state = offer.state();
      while (log.read(state.lsn() + 1) instanceof ReadResult.Found(Batch batch)) {
        state = state.after(batch);
      }
      return behind(offer, state);
    }
  }

  private static Envelope.Offer behind(Envelope.Offer offer, State state) {
    Message.Offer message = offer.message();
    return new Envelope.Offer(
        new Message.Offer(message.epoch(), state.lsn(), state.tail().epoch(), message.members()),
        state,
        offer.intact());
  }

  /// The epoch in which it is offered passes for that of the record.
  static final class OfferOwnEpoch implements Meddler {
    @Override
    public Envelope.Offer offers(ReplicaId node, Envelope.Offer offer, Log log) {
      Message.Offer m = offer.message();
      return new Envelope.Offer(
          new Message.Offer(m.epoch(), m.lsn(), m.epoch(), m.members()),
          offer.state(),
          offer.intact());
    }
  }

  /// The members of now are offered as those of then.
  static final class OfferNewestMembers implements EachEffect {
    @Override
    public Optional<Effect> instead(Effect effect, ReplicaCore core) {
      return Optional.of(
          effect instanceof Effect.SendOffer(var to, long epoch, long committed, var members)
              ? new Effect.SendOffer(to, epoch, committed, List.of(early(members.getFirst(), core)))
              : effect);
    }

    private static Membership early(Membership first, ReplicaCore core) {
      return new Membership(first.lsn(), first.epoch(), core.members());
    }
  }

  /// A state is offered that lacks the last batch.
  static final class OfferOlderState implements Meddler {
    private final Map<ReplicaId, Long> before = new HashMap<>();

    @Override
    public Envelope.Offer offers(ReplicaId node, Envelope.Offer offer, Log log) {
      State state = offer.state();
      long older = before.getOrDefault(node, 0L);
      before.put(node, state.digest());
      return new Envelope.Offer(offer.message(), new State(state.tail(), older), offer.intact());
    }
  }

  static Meddler neverOffer() {
    return EachEffect.losing(effect -> effect instanceof Effect.SendOffer);
  }

  /// Whoever begins behind an offer keeps the members that it had saved.
  static final class KeepMembers implements Meddler {
    private final Map<ReplicaId, Membership> saved = new HashMap<>();

    @Override
    public List<VirtualWriter.Command> commands(ReplicaId node, VirtualWriter.Command command) {
      if (command instanceof VirtualWriter.SaveMembers(Membership membership)) {
        saved.put(node, membership);
      }
      return List.of(
          command instanceof VirtualWriter.BeginBehind(State state, Membership at)
              ? new VirtualWriter.BeginBehind(state, saved.getOrDefault(node, at))
              : command);
    }
  }

  /// The core of whoever begins behind an offer keeps the members that it had.
  static final class GoByOldMembers implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.Received(ReplicaId from, Message.Offer o)
          ? List.of(new Event.Received(from, withOld(o, core)))
          : List.of(event);
    }

    private static Message withOld(Message.Offer o, ReplicaCore core) {
      long lsn = Math.min(core.membersLsn(), o.lsn());
      return new Message.Offer(
          o.epoch(), o.lsn(), o.lsnEpoch(), new Membership(lsn, 0, core.members()));
    }
  }

  /// The core is told that the new log is there when the writer has not begun.
  static final class SettleEarly implements Meddler {
    private final Map<ReplicaId, Long> begins = new HashMap<>();

    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      for (Effect effect : effects) {
        if (effect instanceof Effect.BeginBehind(long lsn, var _)) {
          begins.put(node, lsn);
        }
      }
      return effects;
    }

    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      Long lsn = begins.remove(node);
      return lsn == null || event instanceof Event.Settled
          ? List.of(event)
          : List.of(new Event.Settled(lsn, lsn), event);
    }
  }

  /// The leader is told of the new log before it is there.
  static final class AnswerEarly implements Meddler {
    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      List<Effect> more = new ArrayList<>(effects);
      for (Effect effect : effects) {
        if (effect instanceof Effect.BeginBehind(long lsn, var _)
            && event instanceof Event.Received(ReplicaId from, Message.Offer offer)) {
          more.add(new Effect.Send(from, new Message.Progress(offer.epoch(), lsn, lsn, 0)));
        }
      }
      return more;
    }
  }

  /// An offer of a record that is there is taken as well.
  static final class TakeAnyOffer implements Meddler {
    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      if (!(event instanceof Event.Received(ReplicaId from, Message.Offer offer))
          || !core.leader().equals(Optional.of(from))
          || offer.epoch() != core.epoch()
          || effects.isEmpty()
          || effects.stream().anyMatch(effect -> effect instanceof Effect.BeginBehind)) {
        return effects;
      }
      return List.of(new Effect.BeginBehind(offer.lsn(), offer.members()));
    }
  }
}
