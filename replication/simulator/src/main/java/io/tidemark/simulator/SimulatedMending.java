package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.repair.Copies;
import io.tidemark.log.repair.Enquiry;
import io.tidemark.log.repair.Repair;
import io.tidemark.protocol.Message;
import io.tidemark.storage.Directory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// A replica whose log is damaged, until it is mended: the simulated counterpart of the runtime's
/// `Mending`, around the same [Repair] and [Enquiry].
///
/// It says nothing to anybody who elects or replicates, and gives others what is whole here.
final class SimulatedMending {
  private final Machine machine;
  private final World world;
  private final Directory log;
  private final Enquiry enquiry;
  private Optional<Repair> repair = Optional.empty();
  private Optional<SimulatedAnswers> answers = Optional.empty();
  private boolean working;

  SimulatedMending(Machine machine, Directory log) {
    this.machine = machine;
    this.world = machine.world();
    this.log = log;
    this.enquiry =
        new Enquiry(
            world.nodes().stream()
                .filter(node -> !node.equals(machine.id()))
                .map(ReplicaId::node)
                .toList());
  }

  void start() {
    work(this::begin);
    machine.after(machine.tickMicros(), this::tick);
  }

  /// What is missing next, as it would be named to people; empty before that is known.
  Optional<Repair.Wanted> wanted() {
    return repair.flatMap(Repair::wanted);
  }

  private void work(Runnable part) {
    working = true;
    machine.after(
        machine.diskMicros(machine.temper().syncMicros()),
        () -> {
          working = false;
          if (!isOver()) {
            part.run();
          }
        });
  }

  private void begin() {
    try {
      Repair begun = Repair.of(log, Temper.log());
      repair = Optional.of(begun);
      answers = Optional.of(new SimulatedAnswers(machine, Copies.of(begun), false));
      begun.begin();
      stepped("");
    } catch (LogDamagedException e) {
      machine.giveUp(e);
    }
  }

  private void stepped(String refusal) {
    if (repair.orElseThrow().isDone()) {
      world.tally().count(Happening.MENDED);
      machine.mended();
      return;
    }
    if (refusal.isEmpty()) {
      enquiry.has();
    } else {
      world.tally().count(Happening.COPY_REFUSED);
      enquiry.refused();
    }
    ask();
  }

  /// Gives up what it gathered: another one comes in its place.
  void end() {
    repair.ifPresent(Repair::close);
  }

  /// Whether another one has come in its place.
  private boolean isOver() {
    return machine.mending().filter(this::equals).isEmpty();
  }

  private void tick() {
    if (isOver()) {
      return;
    }
    machine.after(machine.tickMicros(), this::tick);
    if (enquiry.tick()) {
      ask();
    }
    if (!working && enquiry.nobodyHas()) {
      machine.needsSuccessor();
    }
  }

  private void ask() {
    enquiry.inVain().ifPresent(_ -> world.tally().count(Happening.ASKED_IN_VAIN));
    if (!working && enquiry.isDue() && wanted().isPresent()) {
      enquiry.asks();
      world.tally().count(Happening.COPY_ASKED);
      Repair.Wanted wanted = wanted().get();
      world
          .network()
          .send(
              machine.id(),
              replicaOn(enquiry.asked()),
              new Envelope.Ask(wanted.fromLsn(), wanted.uptoLsn()));
    }
  }

  private ReplicaId replicaOn(NodeId node) {
    return world.nodes().stream().filter(one -> one.node().equals(node)).findFirst().orElseThrow();
  }

  void receive(ReplicaId from, Envelope envelope) {
    switch (envelope) {
      case Envelope.Ask ask -> answers.ifPresent(one -> one.answer(from, ask));
      case Envelope.Answer answer -> answered(from.node(), answer);
      case Envelope.Letter letter -> {
        for (Message message : world.meddler().saysWhileMending(machine.id(), letter.message())) {
          world.checkers().tell(checker -> checker.sent(machine.id(), from, message));
          world.network().send(machine.id(), from, new Envelope.Letter(message, List.of(), true));
        }
      }
      case Envelope.Pulse _,
          Envelope.Greeting _,
          Envelope.Succeeds _,
          Envelope.Invitation _,
          Envelope.Offer _,
          Envelope.OfAge _ -> {}
    }
  }

  private void answered(NodeId from, Envelope.Answer answer) {
    if (!answer.intact()) {
      world.tally().count(Happening.FRAME_REFUSED);
      return;
    }
    boolean counts =
        !working
            && enquiry.awaits(from)
            && wanted().filter(one -> one.fromLsn() == answer.fromLsn()).isPresent();
    if (!counts) {
      return;
    }
    if (answer.batches().isEmpty()) {
      enquiry.hasNot();
      ask();
    } else {
      enquiry.answered();
      List<Batch> batches = answer.batches().stream().map(SimulatedMending::decoded).toList();
      work(() -> offer(batches));
    }
  }

  private static Batch decoded(byte[] encoded) {
    return Batch.decode(ByteBuffer.wrap(encoded), Temper.log().maxBatchBytes());
  }

  private void offer(List<Batch> batches) {
    Repair whole = repair.orElseThrow();
    if (world.meddler().takes(machine.id(), log, whole, batches)) {
      machine.mended();
    } else {
      stepped(whole.offer(batches));
    }
  }
}
