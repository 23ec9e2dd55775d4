package io.tidemark.runtime;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.ReadResult;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.runtime.ReplicaWire.Item;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What a replica sends: held back while a ballot before it is not durable, batches from memory or,
/// later, from the log. Used by the replica's thread.
final class Outgoing {
  /// Reads history on another thread, then comes back with [#historyRead].
  @FunctionalInterface
  interface Reader {
    void read(Effect.SendBatches effect, Supplier<List<Batch>> history);
  }

  /// A message as it goes on the wire. Within an epoch its leader's records never change.
  private record Encoded(long epoch, long fromLsn, long lastLsn, long committed, byte[] payload) {
    boolean isOf(Effect.SendBatches effect, long effectsLastLsn) {
      return epoch == effect.epoch()
          && fromLsn == effect.fromLsn()
          && lastLsn == effectsLastLsn
          && committed == effect.committed();
    }
  }

  private final ReplicaConfig config;
  private final ReplicaId self;
  private final Links links;
  private final Log log;
  private final ReplicaCore core;
  private final Offers offers;
  private final Reader reader;
  private final Consumer<Event> onEvent;
  private final RecentBatches recent;
  private final ArrayDeque<Effect> heldBack = new ArrayDeque<>();
  private int ballotsUnderWay;
  private Encoded newest = new Encoded(0, 0, 0, 0, new byte[0]);

  Outgoing(
      ReplicaConfig config,
      ReplicaId self,
      Links links,
      Log log,
      ReplicaCore core,
      Offers offers,
      Reader reader,
      Consumer<Event> onEvent) {
    this.config = config;
    this.self = self;
    this.links = links;
    this.log = log;
    this.core = core;
    this.offers = offers;
    this.reader = reader;
    this.onEvent = onEvent;
    this.recent = new RecentBatches(config.recentBytes());
  }

  /// `batch` is in the log, or about to be.
  void remember(Batch batch) {
    recent.add(batch);
  }

  /// The end of the log is cut.
  void forget() {
    recent.clear();
  }

  void ballotUnderWay() {
    ballotsUnderWay++;
  }

  void ballotSaved() {
    ballotsUnderWay--;
    if (ballotsUnderWay == 0) {
      // A copy: what is held back from here on waits for a later ballot.
      List<Effect> due = List.copyOf(heldBack);
      heldBack.clear();
      due.forEach(this::sendNow);
    }
  }

  void send(Effect effect) {
    if (ballotsUnderWay > 0) {
      heldBack.addLast(effect);
    } else {
      sendNow(effect);
    }
  }

  private void sendNow(Effect effect) {
    switch (effect) {
      case Effect.Send(var to, var message) ->
          links.send(
              to.node(),
              new Item(config.partition(), self.incarnation(), to.incarnation(), message));
      case Effect.SendBatches batches -> sendBatches(batches);
      case Effect.SendOffer offer -> offers.send(offer);
      default -> throw new IllegalStateException("not a send: " + effect);
    }
  }

  private void sendBatches(Effect.SendBatches effect) {
    int room = ReplicaWire.roomForBatches(links.maxBulkPayloadBytes());
    List<Batch> batches = recent.from(effect.fromLsn(), effect.uptoLsn(), room);
    if (batches.isEmpty()) {
      reader.read(effect, () -> readHistory(effect, room));
    } else {
      send(effect, batches);
    }
  }

  private List<Batch> readHistory(Effect.SendBatches effect, int room) {
    List<Batch> batches = new ArrayList<>();
    int bytes = 0;
    for (long lsn = effect.fromLsn(); lsn <= effect.uptoLsn() && bytes < room; ) {
      switch (read(lsn, batches.isEmpty())) {
        case ReadResult.Found(Batch batch) -> {
          batches.add(batch);
          bytes += batch.sizeBytes();
          lsn = batch.lastLsn() + 1;
        }
        // Handed to the writer, which is behind, or trimmed, and nobody here has it: the core asks
        // again.
        case ReadResult.BeyondAppended _, ReadResult.BelowFirstLsn _ -> {
          return RecentBatches.prefix(batches, room);
        }
      }
    }
    return RecentBatches.prefix(batches, room);
  }

  /// What is in front of damage is sent all the same.
  private ReadResult read(long lsn, boolean isFirst) {
    try {
      return log.read(lsn);
    } catch (LogDamagedException e) {
      if (isFirst) {
        throw e;
      }
      return new ReadResult.BeyondAppended(lsn - 1);
    }
  }

  /// What the [Reader] came to; `failure` is null if it read `batches`.
  void historyRead(Effect.SendBatches effect, List<Batch> batches, Throwable failure) {
    if (!core.isLeader() || core.epoch() != effect.epoch()) {
      // Crash story: a deposed leader's tail was truncated under its own read, which then found
      // nothing there.
      return;
    }
    // While that is mended the core asks again as well.
    boolean isDamage = LiveMending.isDamage(failure);
    if (failure != null && !isDamage) {
      throw new IllegalStateException("history is not readable", failure);
    }
    if (isDamage || batches.isEmpty()) {
      onEvent.accept(new Event.Sent(effect.to(), effect.epoch(), effect.fromLsn() - 1, 0));
    } else {
      send(effect, batches);
    }
  }

  /// Peers that keep up are sent the same bytes.
  private byte[] encoded(Effect.SendBatches effect, List<Batch> batches) {
    long lastLsn = batches.getLast().lastLsn();
    if (!newest.isOf(effect, lastLsn)) {
      byte[] payload =
          ReplicaWire.encodeBatches(
              self.incarnation(),
              effect.fromLsn() - 1,
              effect.prevEpoch(),
              effect.committed(),
              batches);
      newest = new Encoded(effect.epoch(), effect.fromLsn(), lastLsn, effect.committed(), payload);
    }
    return newest.payload();
  }

  private void send(Effect.SendBatches effect, List<Batch> batches) {
    byte[] payload = encoded(effect, batches);
    links.sendBatches(effect.to().node(), config.partition(), effect.epoch(), payload);
    onEvent.accept(
        new Event.Sent(effect.to(), effect.epoch(), batches.getLast().lastLsn(), payload.length));
  }
}
