package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.BatchRefused;
import io.tidemark.protocol.Message;
import io.tidemark.runtime.ReplicaWire.Bulk;
import io.tidemark.runtime.ReplicaWire.Item;
import io.tidemark.transport.AeronTransport;
import io.tidemark.transport.Frame;
import io.tidemark.transport.Lane;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.AbruptStageTerminationException;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The streams from all peers: takes frames apart and hands each message to its replica.
///
/// What is not a message is dropped and logged: to the protocol it was lost.
final class Inbound {
  private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

  private final IntFunction<Optional<NodeId>> nodes;
  private final Admission.Door door;
  private final IntFunction<Optional<ReplicaHandle>> replicas;
  private final IntConsumer onInvitation;
  private final Pulse pulse;
  private final int maxBatchBytes;

  private Inbound(
      IntFunction<Optional<NodeId>> nodes,
      Admission.Door door,
      IntFunction<Optional<ReplicaHandle>> replicas,
      IntConsumer onInvitation,
      Pulse pulse,
      int maxBatchBytes) {
    this.nodes = nodes;
    this.door = door;
    this.replicas = replicas;
    this.onInvitation = onInvitation;
    this.pulse = pulse;
    this.maxBatchBytes = maxBatchBytes;
  }

  /// @param nodes by sender number; those that are not known, or not any more, are not listened to
  /// @param door whose word counts
  /// @param replicas by partition number; throws [IndexOutOfBoundsException] where there is none
  /// @param onInvitation told when a leader speaks to a replica that is not here
  /// @param pulse told of the others'
  static void start(
      ActorSystem<?> system,
      AeronTransport transport,
      IntFunction<Optional<NodeId>> nodes,
      Admission.Door door,
      IntFunction<Optional<ReplicaHandle>> replicas,
      IntConsumer onInvitation,
      Pulse pulse,
      int maxBatchBytes) {
    Inbound inbound = new Inbound(nodes, door, replicas, onInvitation, pulse, maxBatchBytes);
    for (Lane lane : Lane.values()) {
      CompletionStage<Done> done =
          transport
              .source(lane)
              .toMat(Sink.foreach(inbound::frame), Keep.right())
              .withAttributes(PeerLink.ON_LINK_DISPATCHER)
              .run(system);
      // They end abruptly when the actor system does.
      done.whenComplete(
          (_, failure) -> {
            if (failure != null && !(failure instanceof AbruptStageTerminationException)) {
              LOG.error("the {} lane ended", lane, failure);
            }
          });
    }
  }

  private void frame(Frame frame) {
    Optional<NodeId> from = nodes.apply(frame.sender());
    if (from.isPresent()) {
      frame(from.get(), frame);
    } else {
      LOG.debug("dropped {}: no such node", frame);
    }
  }

  private void frame(NodeId from, Frame frame) {
    try {
      if (counts(frame) && !door.isOpenTo(from)) {
        return;
      }
      switch (frame.kind()) {
        case CONTROL -> {
          for (Item item : ReplicaWire.decodeItems(frame.payload())) {
            ReplicaId replica = new ReplicaId(from, item.incarnation());
            deliver(
                item.partition(),
                new Replica.PeerMessage(
                    replica, OptionalInt.of(item.to()), item.message(), List.of()));
          }
        }
        case BATCHES -> {
          Bulk bulk = ReplicaWire.decodeBatches(frame.epoch(), frame.payload(), maxBatchBytes);
          ReplicaId replica = new ReplicaId(from, bulk.incarnation());
          deliver(
              frame.partition(),
              new Replica.PeerMessage(
                  replica, OptionalInt.empty(), bulk.message(), bulk.batches()));
        }
        case PULSE -> pulse.heard(from, ReplicaWire.Pulse.decode(frame.payload()));
        case GREETING -> {
          String text = new String(frame.payload(), StandardCharsets.UTF_8);
          deliver(frame.partition(), new Replica.Greeted(Greeting.parse(from, text)));
        }
        case REPAIR ->
            deliver(
                frame.partition(),
                new Replica.RepairHeard(from, RepairWire.decode(frame.payload(), maxBatchBytes)));
        case OFFER -> {
          OfferWire offer = OfferWire.decode(frame.epoch(), frame.payload());
          ReplicaId replica = new ReplicaId(from, offer.incarnation());
          deliver(frame.partition(), new Replica.OfferHeard(replica, offer));
        }
        case AGE -> door.heard(from, AgeWire.decode(frame.payload()));
      }
    } catch (WireException | BatchRefused | IndexOutOfBoundsException e) {
      LOG.warn("dropped {}: {}", frame, e.getMessage());
    }
  }

  private static boolean counts(Frame frame) {
    return switch (frame.kind()) {
      case CONTROL, BATCHES, OFFER -> true;
      case GREETING, REPAIR, AGE, PULSE -> false;
    };
  }

  private void deliver(int partition, Replica.Command command) {
    Optional<ReplicaHandle> replica = replicas.apply(partition);
    if (replica.isPresent()) {
      replica.get().replica().tell(command);
    } else if (isInvitation(command)) {
      onInvitation.accept(partition);
    }
  }

  /// Only a leader sends batches and offers, and only to members: whoever was one here has lost its
  /// disk.
  private static boolean isInvitation(Replica.Command command) {
    return switch (command) {
      case Replica.PeerMessage peer -> peer.message() instanceof Message.Batches;
      case Replica.OfferHeard _ -> true;
      case Replica.Greeted(Greeting greeting) -> greeting.kind() == Greeting.Kind.INVITATION;
      default -> false;
    };
  }
}
