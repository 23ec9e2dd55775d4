package io.tidemark.log.writer;

import io.tidemark.log.Batch;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Log;
import io.tidemark.log.Tail;
import io.tidemark.log.producers.ProducerLimits;
import io.tidemark.log.producers.Producers;
import io.tidemark.log.producers.ProducersFile;
import java.util.List;

/// Keeps what is known of producers, and its file, in step with the log. The writer's thread.
///
/// The file is written whenever as many bytes as a segment has were written since, after the next
/// sync, when everybody has been answered: so an opening goes over no more than that.
final class Recollection {
  private final Log log;
  private final ProducerLimits limits;
  private final Producers producers;
  private long unsavedBytes;
  private boolean saveDue;
  private long savedStampedLsn;

  /// What is known is more, or less, than the log holds: it could not be read just now.
  private boolean stale;

  /// Goes over what the file does not know; fails where the log cannot be read.
  Recollection(Log log, ProducerLimits limits) {
    this.log = log;
    this.limits = limits;
    this.producers = new Producers(limits);
    boolean byFile = ProducersFile.restore(log, producers);
    this.savedStampedLsn = byFile ? producers.newestLsn() : 0;
    this.saveDue = !byFile && log.recovery().segments() > 1;
  }

  Producers producers() {
    return producers;
  }

  /// `batch` is in the log.
  void wrote(BatchBuilder batch) {
    batch.forEachStamped(producers);
    took(batch.bodyAt());
  }

  /// `batches` are in the log.
  void received(List<Batch> batches) {
    for (Batch batch : batches) {
      batch.forEachStamped(producers);
      took(batch.sizeBytes());
    }
  }

  private void took(int bytes) {
    unsavedBytes += bytes;
    saveDue |= unsavedBytes > log.config().segmentBytes();
  }

  /// The log ends with `lsn` now. Fails where that cannot be read, and is then to be told again.
  void truncatedAfter(long lsn) {
    if (stale || producers.newestLsn() > lsn) {
      stale = true;
      ProducersFile.restore(log, producers);
      stale = false;
    }
  }

  /// The log begins behind another batch now, with what came with that.
  void begunBehind() {
    ProducersFile.restore(log, producers);
    saveDue = false;
    unsavedBytes = 0;
    savedStampedLsn = producers.newestLsn();
  }

  /// Keeps what the records up to `start` told, which are to be trimmed; all of the log is durable.
  /// False if there is no room for it: then they must stay.
  boolean keep(Tail start) {
    return ProducersFile.saveBase(log, start, limits);
  }

  /// Whether it waits for a sync.
  boolean isSaveDue() {
    return saveDue;
  }

  /// All of the log is durable.
  void synced() {
    if (saveDue) {
      save();
    }
  }

  /// The log is going to be closed, and all of it is durable.
  void close() {
    if (saveDue || producers.newestLsn() != savedStampedLsn) {
      save();
    }
  }

  private void save() {
    ProducersFile.save(log, producers);
    saveDue = false;
    unsavedBytes = 0;
    savedStampedLsn = producers.newestLsn();
  }
}
