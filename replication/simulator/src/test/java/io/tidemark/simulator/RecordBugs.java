package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Those of the [Bugs] that are about sending, counting and cutting records.
final class RecordBugs {
  private RecordBugs() {}

  /// Says its own epoch of the record before what it sends, whoever wrote that.
  static final class WrongEpochBefore implements EachEffect {
    @Override
    public Optional<Effect> instead(Effect effect, ReplicaCore core) {
      return Optional.of(
          effect instanceof Effect.SendBatches s
              ? new Effect.SendBatches(
                  s.to(), s.epoch(), s.fromLsn(), s.uptoLsn(), s.epoch(), s.committed())
              : effect);
    }
  }

  /// Reports all that it has durable, though the end of its log may not be the leader's.
  static final class ReportOwnTail implements Meddler {
    @Override
    public Message message(ReplicaId from, ReplicaId to, Message message, ReplicaCore core) {
      long own = core.durable();
      return message instanceof Message.Progress p
          ? new Message.Progress(p.epoch(), own, Math.max(own, p.received()), p.round())
          : message;
    }
  }

  /// What had no room passes for appended.
  static final class ForgetLackOfRoom implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.NotReceived ? List.of() : List.of(event);
    }
  }

  /// Leaves the first of the records that were to be cut, and does not say so.
  static final class TruncateTooLittle implements Meddler {
    private final Map<ReplicaId, ArrayDeque<Boolean>> settling = new HashMap<>();

    @Override
    public List<VirtualWriter.Command> commands(ReplicaId node, VirtualWriter.Command command) {
      ArrayDeque<Boolean> due = settling.computeIfAbsent(node, _ -> new ArrayDeque<>());
      if (command instanceof VirtualWriter.TruncateAfter(long lsn)) {
        due.addLast(true);
        return List.of(new VirtualWriter.TruncateAfter(lsn + 1));
      }
      if (command instanceof VirtualWriter.StopLeading) {
        due.addLast(false);
      }
      return List.of(command);
    }

    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.Settled(long last, long durable)
              && settling.get(node).removeFirst()
          ? List.of(new Event.Settled(last - 1, Math.min(last - 1, durable)))
          : List.of(event);
    }
  }

  static final class CommitAtOwnSync implements Meddler {
    @Override
    public List<Effect> effects(
        ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
      if (!(event instanceof Event.Synced) || core.durable() <= core.committed()) {
        return effects;
      }
      List<Effect> more = new ArrayList<>(effects);
      more.add(new Effect.Commit(core.durable()));
      return more;
    }
  }

  /// A leader tells followers that what it has itself is committed.
  static final class AnnounceOwnDurable implements Meddler {
    @Override
    public Message message(ReplicaId from, ReplicaId to, Message message, ReplicaCore core) {
      return message instanceof Message.Heartbeat h
          ? new Message.Heartbeat(h.epoch(), core.durable(), h.round())
          : message;
    }
  }

  static final class EverywhereIsHere implements EachEffect {
    @Override
    public Optional<Effect> instead(Effect effect, ReplicaCore core) {
      return Optional.of(
          effect instanceof Effect.DurableEverywhere
              ? new Effect.DurableEverywhere(core.durable())
              : effect);
    }
  }

  static final class SettleTwice implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.Settled ? List.of(event, event) : List.of(event);
    }
  }

  /// The news that records are appended comes behind the news that they are synced.
  static final class SyncedBeforeAppended implements Meddler {
    private final Map<ReplicaId, List<Event>> late = new HashMap<>();

    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      List<Event> waiting = late.computeIfAbsent(node, _ -> new ArrayList<>());
      if (event instanceof Event.Appended) {
        waiting.add(event);
        return List.of();
      }
      List<Event> now = new ArrayList<>(List.of(event));
      if (event instanceof Event.Synced || event instanceof Event.Settled) {
        now.addAll(waiting);
        waiting.clear();
      }
      return now;
    }
  }

  /// Where logs part the follower names the record behind.
  static final class HintTooHigh implements Meddler {
    @Override
    public Message message(ReplicaId from, ReplicaId to, Message message, ReplicaCore core) {
      return message instanceof Message.Mismatch m
          ? new Message.Mismatch(m.epoch(), m.prevLsn(), m.prevLsn(), Long.MAX_VALUE)
          : message;
    }
  }

  /// Leaves out a batch in the middle of what it sends.
  static final class GapInFrame implements Meddler {
    @Override
    public List<Batch> serves(ReplicaId node, List<Batch> batches) {
      List<Batch> left = new ArrayList<>(batches);
      if (left.size() > 2) {
        left.remove(1);
      }
      return left;
    }
  }

  /// The last batch of a frame goes to the log, the others of it not.
  static final class AppendTheLastOnly implements Meddler {
    @Override
    public List<VirtualWriter.Command> commands(ReplicaId node, VirtualWriter.Command command) {
      return command instanceof VirtualWriter.AppendReceived(List<Batch> batches)
              && batches.size() > 1
          ? List.of(new VirtualWriter.AppendReceived(List.of(batches.getLast())))
          : List.of(command);
    }
  }
}
