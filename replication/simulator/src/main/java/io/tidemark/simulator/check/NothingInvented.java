package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import io.tidemark.log.RecordView;

/// What is committed was asked for: a producer's record has the bytes that producer gave, and all
/// others are anchors and changes of members. Looked at once: others commit the same bytes.
public final class NothingInvented implements Invariant {
  private long lastAsked;
  private long judgedLsn;

  @Override
  public int number() {
    return 5;
  }

  @Override
  public void asked(long operation) {
    lastAsked = operation;
  }

  @Override
  public void applied(ReplicaId node, Batch batch) {
    if (batch.lastLsn() > judgedLsn) {
      judgedLsn = batch.lastLsn();
      batch.forEach(record -> check(node, record));
    }
  }

  private void check(ReplicaId node, RecordView record) {
    boolean own = record.type() == RecordData.ANCHOR || record.type() == RecordData.MEMBERS;
    holds(
        own || record.type() == RecordData.DATA,
        "record %d on %s is of type %d",
        record.lsn(),
        node,
        record.type());
    holds(
        own || (Operations.of(record) <= lastAsked && Operations.isWhole(record)),
        "record %d on %s is operation %d of %d, or has other bytes",
        record.lsn(),
        node,
        own ? Operations.NONE : Operations.of(record),
        lastAsked);
  }
}
