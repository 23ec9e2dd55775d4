package io.tidemark.runtime;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.ReadResult;
import io.tidemark.log.Tail;
import io.tidemark.log.producers.ProducerLimits;
import io.tidemark.log.producers.ProducersFile;
import io.tidemark.partition.Writer;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Membership;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a replica that lacks trimmed records is told where to begin, and how this one begins there.
/// Used by the replica's thread.
///
/// An offer is composed on another thread, from the producers' base: its place, the record before
/// the first or one that was committed later, is where whoever gets it begins. One at a time; what
/// is wanted meanwhile is wanted again after a while.
final class Offers {
  private static final Logger LOG = LoggerFactory.getLogger(Offers.class);

  private final ReplicaConfig config;
  private final ReplicaId self;
  private final Links links;
  private final Log log;
  private final MembersStore members;
  private final ActorRef<Writer.Command> writer;
  private final Executor blocking;
  private final AtomicBoolean busy = new AtomicBoolean();
  private Optional<OfferWire> arrived = Optional.empty();

  Offers(
      ReplicaConfig config,
      Links links,
      Log log,
      MembersStore members,
      ActorRef<Writer.Command> writer,
      Executor blocking) {
    this.config = config;
    this.self = members.self();
    this.links = links;
    this.log = log;
    this.members = members;
    this.writer = writer;
    this.blocking = blocking;
  }

  /// Throws [IllegalArgumentException] if what `producers` may come to does not fit into a frame
  /// with a payload of `maxPayloadBytes`.
  static void checkFits(ProducerLimits producers, int maxPayloadBytes) {
    long needed = OfferWire.payloadBytes(ProducersFile.maxBytes(producers));
    Check.argument(
        needed <= maxPayloadBytes,
        "%d sequences of %d producers: a replica that lacks trimmed records would be told of them"
            + " in a frame of %d bytes; one takes at most %d",
        producers.sequences(),
        producers.producers(),
        needed,
        maxPayloadBytes);
  }

  void send(Effect.SendOffer effect) {
    if (busy.compareAndSet(false, true)) {
      blocking.execute(
          () -> {
            try {
              if (!sent(effect)) {
                writer.tell(new Writer.Aside(() -> renewBase(effect.committed())));
              }
            } catch (RuntimeException e) {
              LOG.warn("partition {}: no {}: {}", config.partition(), effect, e.getMessage());
            } finally {
              busy.set(false);
            }
          });
    }
  }

  /// False if there is no base, or it is of no use with what is known of members.
  private boolean sent(Effect.SendOffer effect) {
    ProducerLimits limits = config.writer().producers();
    Optional<ByteBuffer> base = ProducersFile.base(log, limits);
    Optional<Tail> start = base.flatMap(bytes -> tailAt(ProducersFile.lsnOf(bytes)));
    if (start.isEmpty()
        || start.get().lastLsn() > effect.committed()
        || !ProducersFile.isBaseOf(log.config(), start.get(), limits, base.get())) {
      return false;
    }
    Optional<Membership> there = newest(effect.members(), start.get().lastLsn());
    there.ifPresent(
        found ->
            links.sendOffer(
                effect.to().node(),
                config.partition(),
                effect.epoch(),
                OfferWire.encode(self.incarnation(), start.get(), found, base.get())));
    return there.isPresent();
  }

  private static Optional<Membership> newest(List<Membership> known, long lsn) {
    return known.stream().filter(one -> one.lsn() <= lsn).reduce((_, later) -> later);
  }

  /// The batch that ends with `lsn`, if it is there, or is the one before the first.
  private Optional<Tail> tailAt(long lsn) {
    Tail start = log.startAfterTrim(1);
    if (lsn == start.lastLsn()) {
      return Optional.of(start);
    }
    return log.read(lsn) instanceof ReadResult.Found(Batch batch) && batch.lastLsn() == lsn
        ? Optional.of(Tail.EMPTY.after(batch))
        : Optional.empty();
  }

  /// The writer's: what was trimmed before there was a base is forgotten in it.
  private void renewBase(long committed) {
    try {
      tailAt(committed)
          .ifPresent(at -> ProducersFile.saveBase(log, at, config.writer().producers()));
    } catch (LogDamagedException e) {
      LOG.warn("partition {}: no base of producers: {}", config.partition(), e.getMessage());
    }
  }

  /// The event of an offer that came in; none if what it says of producers is not of the batch
  /// behind which it says to begin.
  Optional<Event> heard(ReplicaId from, OfferWire offer) {
    ProducerLimits limits = config.writer().producers();
    if (!ProducersFile.isBaseOf(log.config(), offer.start(), limits, offer.producers())) {
      LOG.warn(
          "partition {}: dropped an offer of {} to begin behind {}: expected the producers there"
              + " within {}, found others",
          config.partition(),
          from,
          offer.start(),
          limits);
      return Optional.empty();
    }
    arrived = Optional.of(offer);
    return Optional.of(new Event.Received(from, offer.message()));
  }

  /// Begins behind what the offer says that is stepped just now.
  ///
  /// The members first: a crash in between leaves an old log that knows of members it has no record
  /// of, forgets them, and is offered the same again.
  void begin(Effect.BeginBehind effect) {
    OfferWire offer = arrived.orElseThrow();
    Check.that(
        offer.start().lastLsn() == effect.lsn(),
        "offered %d, begins behind %d",
        offer.start().lastLsn(),
        effect.lsn());
    LOG.info(
        "partition {}: LSN {} to {} are dropped, begins behind LSN {}",
        config.partition(),
        log.firstLsn(),
        log.appendedLsn(),
        effect.lsn());
    writer.tell(new Writer.Aside(() -> members.save(effect.members())));
    writer.tell(new Writer.BeginBehind(offer.start(), offer.producers()));
  }
}
