package io.tidemark.log.writer;

import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.Tail;
import io.tidemark.storage.StorageException;
import java.nio.ByteBuffer;

/// What a writer does to its log as a whole, so that what is known of producers goes with it. The
/// writer's thread.
public final class Upkeep {
  private final Log log;
  private final Recollection recollection;
  private final Runnable sync;

  Upkeep(Log log, Recollection recollection, Runnable sync) {
    this.log = log;
    this.recollection = recollection;
    this.sync = sync;
  }

  /// Deletes records below `lsn`, which are there for good, as [Log#trimBelow] does, once what they
  /// told of producers is kept: reads them for that. Returns the LSN of the first that is left.
  ///
  /// Where there is no room on the disk, or what is to be kept is damaged, all stays: it may be
  /// asked again.
  public long trimBelow(long lsn) {
    if (log.startAfterTrim(lsn).nextLsn() == log.firstLsn()) {
      return log.firstLsn();
    }
    sync.run();
    Tail start = log.startAfterTrim(lsn);
    try {
      return recollection.keep(start) ? log.trimBelow(start.nextLsn()) : log.firstLsn();
    } catch (LogDamagedException e) {
      // Opening mends it, perhaps from a peer; what is deleted nobody can read then.
      return log.firstLsn();
    } catch (StorageException e) {
      if (e.category() != StorageException.Category.FULL) {
        throw e;
      }
      return log.firstLsn();
    }
  }

  /// Trims what is not wanted at `wallMicros` any more.
  void trim(WriterConfig.Retain retain, long wallMicros) {
    trimBelow(log.retainedFrom(retain.maxBytes(), retain.sinceMicros(wallMicros)));
  }

  /// Drops every record and begins anew, as [Log#beginBehind] does.
  ///
  /// @param producers of records up to `start`: see
  ///   [io.tidemark.log.producers.ProducersFile#isBaseOf]
  public void beginBehind(Tail start, ByteBuffer producers) {
    log.beginBehind(start, producers);
    recollection.begunBehind();
  }
}
