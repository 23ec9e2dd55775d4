package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.repair.Repair;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.storage.Directory;
import java.util.List;

/// Sits between a core and its world, and may plant a bug there; by default it lets all pass.
///
/// It is how the tests of the simulator show that its checkers bite, without a switch for bugs in
/// the code that ships.
interface Meddler {
  /// What callers are told whose record may be in the log or not; only the first is true.
  enum Ending {
    UNKNOWN,
    REFUSED,
    LEFT_WAITING
  }

  /// The one that does nothing.
  Meddler HONEST = new Meddler() {};

  /// What `node` gets to know instead of `event`; `core` is its own, before that.
  default List<Event> events(ReplicaId node, Event event, ReplicaCore core) {
    return List.of(event);
  }

  /// What `node` carries out instead of `effects`, which `event` caused.
  default List<Effect> effects(
      ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    return effects;
  }

  /// What goes on the wire instead of `message`; `core` is the sender's.
  default Message message(ReplicaId from, ReplicaId to, Message message, ReplicaCore core) {
    return message;
  }

  /// What `node` carries out instead of `command` of its writer.
  default List<VirtualWriter.Command> commands(ReplicaId node, VirtualWriter.Command command) {
    return List.of(command);
  }

  /// What `node` sends instead of `batches`, which it read from its log.
  default List<Batch> serves(ReplicaId node, List<Batch> batches) {
    return batches;
  }

  /// What `node` offers instead of `offer`, which it made from its `log`.
  default Envelope.Offer offers(ReplicaId node, Envelope.Offer offer, Log log) {
    return offer;
  }

  /// What `node` gives instead of `batches` to one that mends its log.
  default List<Batch> copies(ReplicaId node, List<Batch> batches) {
    return batches;
  }

  /// Whether `node` opens its `log`, of which there is `damage`, as it is or as this makes it.
  default boolean opens(ReplicaId node, Directory log, LogDamagedException damage) {
    return false;
  }

  /// What `node`, which mends its log, answers to `heard`.
  default List<Message> saysWhileMending(ReplicaId node, Message heard) {
    return List.of();
  }

  /// Whether `node` takes `batches`, which somebody gave it, without asking `repair`, and its `log`
  /// for mended.
  default boolean takes(ReplicaId node, Directory log, Repair repair, List<Batch> batches) {
    return false;
  }

  /// What stands between `node` and its `disk`.
  default Directory disk(ReplicaId node, Directory disk) {
    return disk;
  }

  /// Whether `node` does anything when it hears that its data are older than what it said.
  default boolean recognizes(ReplicaId node) {
    return true;
  }

  /// Whether `node`, which promised something, raises its age when that is due.
  default boolean renews(ReplicaId node) {
    return true;
  }

  /// Whether a leader with this `core` bids its learner begin in the place of a damaged voter.
  default boolean invites(ReplicaCore core) {
    return core.membersLsn() <= core.committed();
  }

  /// Whether `node`, damaged for good, waits until it is bid to begin anew.
  default boolean waitsForInvitation(ReplicaId node) {
    return true;
  }

  /// Whether `node` saves the ages of others that it says it has saved.
  default boolean remembers(ReplicaId node) {
    return true;
  }

  /// What `node` does with the callers of a leadership that ends.
  default Ending ending(ReplicaId node) {
    return Ending.UNKNOWN;
  }

  /// What `node` finds on its disk instead of `ballot`.
  default Ballot recovered(ReplicaId node, Ballot ballot) {
    return ballot;
  }

  /// What `node` finds on its disk instead of `saved`.
  default List<Membership> recovered(ReplicaId node, List<Membership> saved) {
    return saved;
  }

  /// Up to where `node` answers its producers instead of `committedLsn`.
  default long acknowledgeable(
      ReplicaId node, long committedLsn, long appendedLsn, long durableLsn) {
    return committedLsn;
  }
}
