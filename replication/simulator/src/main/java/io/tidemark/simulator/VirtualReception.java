package io.tidemark.simulator;

import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.storage.StorageException;
import java.util.List;

/// How a [VirtualWriter] takes batches of another replica: as far as there is room, as the writer
/// of `io.tidemark.log.writer` does.
final class VirtualReception {
  private final Machine machine;
  private final Log log;

  /// Not all that came last could be appended.
  private boolean lacksRoom;

  VirtualReception(Machine machine, Log log) {
    this.machine = machine;
    this.log = log;
  }

  boolean lacksRoom() {
    return lacksRoom;
  }

  /// Appends those of `batches` that are not there yet and follow what is; false if there was no
  /// room for all of them.
  boolean append(List<Batch> batches) {
    long before = log.appendedLsn();
    List<Batch> fresh = batches.stream().filter(batch -> batch.baseLsn() > before).toList();
    if (fresh.isEmpty() || (lacksRoom && fresh.getFirst().baseLsn() > before + 1)) {
      return true;
    }
    machine.world().checkers().tell(checker -> checker.appending(machine.id(), fresh));
    try {
      log.append(fresh);
      lacksRoom = false;
    } catch (StorageException e) {
      if (e.category() != StorageException.Category.FULL) {
        throw e;
      }
      lacksRoom = true;
      long last = log.appendedLsn();
      List<Batch> dropped = fresh.stream().filter(batch -> batch.lastLsn() > last).toList();
      machine.world().checkers().tell(checker -> checker.notAppended(machine.id(), dropped));
      machine.world().tally().count(Happening.RECEIVED_WITHOUT_ROOM);
    }
    return !lacksRoom;
  }

  /// After which record a truncation after `lsn` cuts.
  long lastToKeep(long lsn) {
    return lacksRoom ? Math.min(lsn, log.appendedLsn()) : lsn;
  }
}
