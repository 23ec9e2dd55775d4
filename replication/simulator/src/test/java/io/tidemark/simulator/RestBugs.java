package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;

/// Those of the [Bugs] that are about groups that rest.
final class RestBugs {
  private RestBugs() {}

  /// In place of every heartbeat, whatever is not committed yet.
  static final class BidTooSoon implements Meddler {
    @Override
    public Message message(ReplicaId from, ReplicaId to, Message message, ReplicaCore core) {
      return message instanceof Message.Heartbeat beat
          ? new Message.Rest(beat.epoch(), core.durable())
          : message;
    }
  }

  /// Whatever the end of the leader's log is, that of the own is as good.
  static final class OwnEnd implements Meddler {
    @Override
    public List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
      return event instanceof Event.Received(ReplicaId from, Message.Rest rest)
          ? List.of(new Event.Received(from, new Message.Rest(rest.epoch(), core.durable())))
          : List.of(event);
    }
  }
}
