package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.LogFencedException;
import io.tidemark.log.repair.Copies;
import io.tidemark.storage.StorageException;
import java.util.List;

/// What a replica gives to others that mend their logs, one frame at a time: the simulated
/// counterpart of the runtime's `RepairAnswers`.
final class SimulatedAnswers {
  private final Machine machine;
  private final Copies copies;
  private final boolean sound;
  private boolean busy;

  /// @param sound whether all that it has is what was written to it: not in a log that is being
  ///   mended, where what a truncation dropped may stand again if the disk lost that write. Whoever
  ///   takes a copy proves by its chain that it is the one.
  SimulatedAnswers(Machine machine, Copies copies, boolean sound) {
    this.machine = machine;
    this.sound = sound;
    this.copies = copies;
  }

  /// What is asked while an answer is under way is lost.
  void answer(ReplicaId to, Envelope.Ask ask) {
    if (!busy) {
      busy = true;
      machine.after(machine.diskMicros(machine.temper().writeMicros()), () -> give(to, ask));
    }
  }

  private void give(ReplicaId to, Envelope.Ask ask) {
    busy = false;
    World world = machine.world();
    List<Batch> found = read(ask);
    if (!found.isEmpty()) {
      world.tally().count(Happening.COPY_GIVEN);
      if (sound) {
        world.checkers().tell(checker -> checker.served(machine.id(), found));
      }
    }
    List<Batch> given = world.meddler().copies(machine.id(), found);
    if (sound) {
      world.checkers().tell(checker -> checker.answered(machine.id(), ask.fromLsn(), given));
    }
    Envelope.Answer answer =
        new Envelope.Answer(
            ask.fromLsn(),
            given.stream().map(Outgoing::encoded).toList(),
            !machine.hardware().flipsBit());
    world.network().send(machine.id(), to, answer);
  }

  private List<Batch> read(Envelope.Ask ask) {
    int room = Math.max(machine.temper().frameBytes(), Temper.log().maxBatchBytes());
    try {
      return copies.read(ask.fromLsn(), ask.uptoLsn(), room);
    } catch (LogDamagedException | LogFencedException | StorageException e) {
      return List.of();
    }
  }
}
