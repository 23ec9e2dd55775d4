package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;

/// Sits between a core and its world, and may plant a bug there; by default it lets all pass.
///
/// It is how the tests of the simulator show that its checkers bite, without a switch for bugs in
/// the code that ships.
interface Meddler {
  /// The one that does nothing.
  Meddler HONEST = new Meddler() {};

  /// What `node` gets to know instead of `event`.
  default List<Event> events(NodeId node, Event event) {
    return List.of(event);
  }

  /// What `node` carries out instead of `effects`, which `event` caused.
  default List<Effect> effects(NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
    return effects;
  }

  /// What goes on the wire instead of `message`.
  default Message message(NodeId from, NodeId to, Message message) {
    return message;
  }

  /// What `node` finds on its disk instead of `ballot`.
  default Ballot recovered(NodeId node, Ballot ballot) {
    return ballot;
  }

  /// What `node` finds on its disk instead of `saved`.
  default List<Membership> recovered(NodeId node, List<Membership> saved) {
    return saved;
  }

  /// Up to where `node` answers its producers instead of `committedLsn`.
  default long acknowledgeable(NodeId node, long committedLsn, long appendedLsn, long durableLsn) {
    return committedLsn;
  }
}
