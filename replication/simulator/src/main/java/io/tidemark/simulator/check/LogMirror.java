package io.tidemark.simulator.check;

import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.ReadResult;
import io.tidemark.log.RecordData;
import io.tidemark.log.Tail;
import io.tidemark.protocol.Members;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the log of one node must hold, as told by what was done to it.
///
/// Records that were trimmed, or stand before the place where it began anew, are remembered as if
/// they were there: they were committed, so the log counts as one that has them.
public final class LogMirror {
  /// From record `lsn` on these are the members.
  record Change(long lsn, Members members) {}

  private final List<Batch> batchOfRecord = new ArrayList<>();
  private long durableLsn;
  private long firstLsn = 1;
  private long mayBeginAt = 1;

  /// What the log has behind it if it begins anew; empty if it is not about to.
  private List<Batch> anew = List.of();

  /// The last record that was handed to the log.
  public long lastLsn() {
    return batchOfRecord.size();
  }

  /// The first record that is in its files; those below are only remembered.
  public long firstLsn() {
    return firstLsn;
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

  /// Whether `tail` is the end of one of its batches.
  boolean contains(Tail tail) {
    return tail.lastLsn() > 0 && tail.lastLsn() <= lastLsn() && tailAt(tail.lastLsn()).equals(tail);
  }

  /// The end of the batch with record `lsn`.
  Tail tailAt(long lsn) {
    return Tail.EMPTY.after(at(lsn));
  }

  /// From now on a crash may show the log without records below `lsn`.
  void trimming(long lsn) {
    mayBeginAt = Math.max(mayBeginAt, lsn);
  }

  void trimmed(long lsn) {
    firstLsn = lsn;
  }

  /// From now on a crash may show the log as it is, or empty behind the records up to `lsn` of
  /// `other`.
  void beginning(LogMirror other, long lsn) {
    anew = List.copyOf(other.batchOfRecord.subList(0, (int) lsn));
  }

  void began() {
    batchOfRecord.clear();
    batchOfRecord.addAll(anew);
    anew = List.of();
    durableLsn = lastLsn();
    firstLsn = lastLsn() + 1;
    mayBeginAt = firstLsn;
  }

  /// Reads `log` from the first record on and compares; then what it does not have is forgotten.
  void compareAfterRestart(Invariant invariant, Log log) {
    if (!anew.isEmpty() && log.firstLsn() == anew.size() + 1) {
      began();
    }
    anew = List.of();
    invariant.holds(
        firstLsn <= log.firstLsn() && log.firstLsn() <= Math.max(firstLsn, mayBeginAt),
        "the log begins at %d, and must from %d to %d",
        log.firstLsn(),
        firstLsn,
        mayBeginAt);
    firstLsn = log.firstLsn();
    long last = log.appendedLsn();
    invariant.holds(last >= durableLsn, "the log ends at %d, durable was %d", last, durableLsn);
    invariant.holds(last <= lastLsn(), "the log ends at %d, written was %d", last, lastLsn());
    compare(invariant, log);
    truncated(last);
    durableLsn = last;
  }

  /// Reads `log` from the first record on and compares.
  void compare(Invariant invariant, Log log) {
    for (long lsn = firstLsn; lsn <= log.appendedLsn(); ) {
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
