package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.ReadResult;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.Message.Run;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.simulator.VirtualApplication.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What a replica sends: held back while a ballot before it is not durable, batches read from the
/// log, now or later, a frame full or less.
final class Outgoing {
  private final Machine machine;
  private final World world;
  private final Log log;
  private final VirtualApplication application;
  private final ReplicaCore core;
  private final Consumer<Event> onEvent;
  private final ArrayDeque<Effect> heldBack = new ArrayDeque<>();
  private int ballotsUnderWay;

  Outgoing(
      Machine machine,
      Log log,
      VirtualApplication application,
      ReplicaCore core,
      Consumer<Event> onEvent) {
    this.machine = machine;
    this.world = machine.world();
    this.log = log;
    this.application = application;
    this.core = core;
    this.onEvent = onEvent;
  }

  /// How many sends wait for a ballot.
  int heldBack() {
    return heldBack.size();
  }

  void ballotUnderWay() {
    ballotsUnderWay++;
  }

  void ballotSaved() {
    ballotsUnderWay--;
    while (ballotsUnderWay == 0 && !heldBack.isEmpty()) {
      sendNow(heldBack.removeFirst());
    }
  }

  void send(Effect effect) {
    if (ballotsUnderWay > 0) {
      world.tally().count(Happening.SEND_HELD_BACK);
      heldBack.addLast(effect);
    } else {
      sendNow(effect);
    }
  }

  private void sendNow(Effect effect) {
    if (effect instanceof Effect.Send(ReplicaId to, Message message)) {
      onWire(to, new Envelope.Letter(message, List.of(), true));
    } else if (effect instanceof Effect.SendOffer offer) {
      sendOffer(offer);
    } else if (effect instanceof Effect.SendBatches batches) {
      boolean late = machine.chance().percent(20);
      machine.after(
          late ? machine.diskMicros(machine.temper().syncMicros()) : 0, () -> sendBatches(batches));
      if (late) {
        world.tally().count(Happening.LATE_SEND);
      }
    }
  }

  /// Behind whatever record of those that may be; none if the application is behind all of them.
  /// What was applied was committed, also where a leader that was just started does not know that.
  /// Crash story: its state was ahead of all that it knew to be committed, and the only other voter
  /// that was left, without which nothing more could be, lacked what was trimmed.
  private void sendOffer(Effect.SendOffer effect) {
    long known = effect.members().getFirst().lsn();
    long upto = Math.max(effect.committed(), application.now().lsn());
    application
        .any(Math.max(log.firstLsn() - 1, known), upto, machine.chance())
        .ifPresentOrElse(
            state -> onWire(effect.to(), offer(effect, state)),
            () -> world.tally().count(Happening.NOTHING_TO_OFFER));
  }

  private static Envelope.Offer offer(Effect.SendOffer effect, State state) {
    Membership members =
        effect.members().stream().filter(one -> one.lsn() <= state.lsn()).toList().getLast();
    return new Envelope.Offer(
        new Message.Offer(effect.epoch(), state.lsn(), state.tail().epoch(), members), state, true);
  }

  private void onWire(ReplicaId to, Envelope.Offer made) {
    Envelope.Offer offer = world.meddler().offers(machine.id(), made, log);
    Message.Offer message = offer.message();
    State state = offer.state();
    world.tally().count(Happening.OFFERED);
    world.checkers().tell(checker -> checker.sent(machine.id(), to, message));
    world
        .checkers()
        .tell(checker -> checker.offered(machine.id(), message, state.tail(), state.digest()));
    if (!machine.mayHear(to)) {
      return;
    }
    boolean flips = machine.hardware().flipsBit();
    if (flips) {
      world.tally().count(Happening.BIT_FLIPPED);
    }
    world.network().send(machine.id(), to, new Envelope.Offer(message, state, !flips));
  }

  private void sendBatches(Effect.SendBatches effect) {
    if (!core.isLeader() || core.epoch() != effect.epoch()) {
      return;
    }
    List<Batch> batches = world.meddler().serves(machine.id(), read(effect));
    if (batches.isEmpty()) {
      // Handed to the writer, which is behind: the core asks again.
      world.tally().count(Happening.SEND_BEFORE_WRITTEN);
      onEvent.accept(new Event.Sent(effect.to(), effect.epoch(), effect.fromLsn() - 1, 0));
      return;
    }
    world.checkers().tell(checker -> checker.served(machine.id(), batches));
    Message message =
        new Message.Batches(
            effect.epoch(),
            effect.fromLsn() - 1,
            effect.prevEpoch(),
            runs(batches),
            effect.committed());
    onWire(
        effect.to(),
        new Envelope.Letter(message, batches.stream().map(Outgoing::encoded).toList(), true));
    long bytes = batches.stream().mapToLong(Batch::sizeBytes).sum();
    onEvent.accept(new Event.Sent(effect.to(), effect.epoch(), batches.getLast().lastLsn(), bytes));
  }

  /// Whole batches, at least one, within a frame; sometimes fewer than would fit.
  private List<Batch> read(Effect.SendBatches effect) {
    List<Batch> batches = new ArrayList<>();
    int room = machine.temper().frameBytes();
    for (long lsn = effect.fromLsn(); lsn <= effect.uptoLsn(); ) {
      if (!(log.read(lsn) instanceof ReadResult.Found(Batch batch))) {
        break;
      }
      room -= batch.sizeBytes();
      if (!batches.isEmpty() && (room < 0 || machine.chance().percent(10))) {
        world.tally().count(Happening.PARTIAL_SEND);
        break;
      }
      batches.add(batch);
      lsn = batch.lastLsn() + 1;
    }
    return batches;
  }

  static List<Run> runs(List<Batch> batches) {
    List<Run> runs = new ArrayList<>();
    for (Batch batch : batches) {
      if (!runs.isEmpty() && runs.getLast().epoch() == batch.epoch()) {
        Run run = runs.removeLast();
        runs.add(new Run(run.epoch(), run.firstLsn(), batch.lastLsn()));
      } else {
        runs.add(new Run(batch.epoch(), batch.baseLsn(), batch.lastLsn()));
      }
    }
    return runs;
  }

  static byte[] encoded(Batch batch) {
    byte[] bytes = new byte[batch.sizeBytes()];
    batch.bytes().get(bytes);
    return bytes;
  }

  private void onWire(ReplicaId to, Envelope.Letter envelope) {
    Message message = world.meddler().message(machine.id(), to, envelope.message(), core);
    world.checkers().tell(checker -> checker.sent(machine.id(), to, message));
    if (machine.mayHear(to)) {
      Envelope.Letter sent = new Envelope.Letter(message, envelope.batches(), true);
      world.network().send(machine.id(), to, machine.hardware().flipsBit() ? flipped(sent) : sent);
    }
  }

  /// One bit of it is another, of its batches if it carries any.
  private Envelope flipped(Envelope.Letter envelope) {
    world.tally().count(Happening.BIT_FLIPPED);
    List<byte[]> batches = new ArrayList<>(envelope.batches());
    if (!batches.isEmpty()) {
      int which = machine.chance().below(batches.size());
      byte[] spoilt = batches.get(which).clone();
      int bit = machine.chance().below(8 * spoilt.length);
      spoilt[bit >> 3] ^= (byte) (1 << (bit & 7));
      batches.set(which, spoilt);
    }
    return new Envelope.Letter(envelope.message(), List.copyOf(batches), false);
  }
}
