package io.tidemark.simulator.check;

import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.ReadResult;
import io.tidemark.log.RecordData;
import io.tidemark.protocol.Members;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the log of one node must hold, as told by what was done to it.
public final class LogMirror {
  /// From record `lsn` on these are the members.
  record Change(long lsn, Members members) {}

  private final List<Batch> batchOfRecord = new ArrayList<>();
  private long durableLsn;

  /// The last record that was handed to the log.
  public long lastLsn() {
    return batchOfRecord.size();
  }

  /// All up to here was reported durable.
  public long durableLsn() {
    return durableLsn;
  }

  /// The batch that contains record `lsn`.
  public Batch at(long lsn) {
    return batchOfRecord.get((int) lsn - 1);
  }

  /// Whether this log has `batch` at `lsn`. Checksums are chained, so then it has all before it
  /// too.
  public boolean has(long lsn, Batch batch) {
    return lsn <= lastLsn() && at(lsn).equals(batch);
  }

  /// Whether this log has `batch` at `lsn`, and that much was reported durable.
  public boolean hasDurably(long lsn, Batch batch) {
    return lsn <= durableLsn && has(lsn, batch);
  }

  /// The last change of members in it.
  Optional<Change> newestChange() {
    for (long lsn = lastLsn(); lsn > 0; lsn = at(lsn).baseLsn() - 1) {
      Optional<Members> found = membersIn(at(lsn));
      if (found.isPresent()) {
        return Optional.of(new Change(lsn, found.get()));
      }
    }
    return Optional.empty();
  }

  /// The members from that batch on, if it is a change of them.
  static Optional<Members> membersIn(Batch batch) {
    return batch
        .only(RecordData.MEMBERS)
        .map(payload -> Members.parse(StandardCharsets.UTF_8.decode(payload).toString()));
  }

  void add(Batch batch) {
    for (int i = 0; i < batch.recordCount(); i++) {
      batchOfRecord.add(batch);
    }
  }

  void synced(long lsn) {
    durableLsn = lsn;
  }

  /// From now on a crash may show the log with or without what follows `lsn`.
  void truncating(long lsn) {
    durableLsn = Math.min(durableLsn, lsn);
  }

  void truncated(long lsn) {
    batchOfRecord.subList((int) lsn, batchOfRecord.size()).clear();
    durableLsn = Math.min(durableLsn, lsn);
  }

  /// Reads `log` from the first record on and compares; then what it does not have is forgotten.
  void compareAfterRestart(Invariant invariant, Log log) {
    long last = log.appendedLsn();
    invariant.holds(last >= durableLsn, "the log ends at %d, durable was %d", last, durableLsn);
    invariant.holds(last <= lastLsn(), "the log ends at %d, written was %d", last, lastLsn());
    compare(invariant, log);
    truncated(last);
    durableLsn = last;
  }

  /// Reads `log` from the first record on and compares.
  void compare(Invariant invariant, Log log) {
    for (long lsn = 1; lsn <= log.appendedLsn(); ) {
      invariant.holds(
          log.read(lsn) instanceof ReadResult.Found(Batch batch)
              && batch.baseLsn() == lsn
              && has(batch.lastLsn(), batch),
          "record %d is read back as %s, written was %s",
          lsn,
          log.read(lsn),
          at(lsn));
      lsn = at(lsn).lastLsn() + 1;
    }
  }
}
