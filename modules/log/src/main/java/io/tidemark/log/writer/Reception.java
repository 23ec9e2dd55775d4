package io.tidemark.log.writer;

import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.storage.StorageException;
import java.util.List;

/// How a writer takes batches of another replica: as far as there is room on its disk. Then it
/// drops what does not fit, and what does not follow the last batch that is there, until who sends
/// has heard of it and sends again from there. The writer's thread.
final class Reception {
  private final Log log;
  private final Recollection recollection;
  private final WriterHealth health;
  private final WriterHost host;

  /// Not all that came last could be appended.
  private boolean lacksRoom;

  Reception(Log log, Recollection recollection, WriterHealth health, WriterHost host) {
    this.log = log;
    this.recollection = recollection;
    this.health = health;
    this.host = host;
  }

  /// Appends those of `batches` that are not there yet; false if that is none of them.
  boolean append(List<Batch> batches) {
    long before = log.appendedLsn();
    List<Batch> fresh = batches.stream().filter(batch -> batch.baseLsn() > before).toList();
    if (fresh.isEmpty() || (lacksRoom && fresh.getFirst().baseLsn() > before + 1)) {
      return false;
    }
    write(fresh);
    long after = log.appendedLsn();
    recollection.received(fresh.stream().filter(batch -> batch.lastLsn() <= after).toList());
    return after > before;
  }

  private void write(List<Batch> fresh) {
    try {
      log.append(fresh);
      if (lacksRoom) {
        lacksRoom = false;
        health.healthy();
      }
    } catch (StorageException e) {
      if (e.category() != StorageException.Category.FULL) {
        throw e;
      }
      health.readOnly(e.getMessage());
      if (!lacksRoom) {
        lacksRoom = true;
        host.readOnly(e.getMessage());
      }
      host.notReceived(log.appendedLsn());
    }
  }

  /// After which record a truncation after `lsn` cuts: who asks for it may believe that all is
  /// there that came.
  long lastToKeep(long lsn) {
    return lacksRoom ? Math.min(lsn, log.appendedLsn()) : lsn;
  }
}
