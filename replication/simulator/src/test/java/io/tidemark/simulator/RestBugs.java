package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;

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
}
