package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import java.util.List;

/// What is written to a log follows what is there: LSNs without a gap, epochs and times that do not
/// fall, and the chain of checksums.
///
/// It looks before the [Mirrors] have taken what is written.
public final class LsnsDense implements Invariant {
  private final Mirrors mirrors;

  public LsnsDense(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public int number() {
    return 6;
  }

  @Override
  public void appending(ReplicaId node, List<Batch> batches) {
    LogMirror log = mirrors.of(node);
    long last = log.lastLsn();
    Batch before = last == 0 ? batches.getFirst() : log.at(last);
    boolean first = last == 0;
    for (Batch batch : batches) {
      holds(batch.baseLsn() == last + 1, "%s writes %s behind record %d", node, batch, last);
      holds(
          first || batch.previousChecksum() == before.checksum(),
          "%s writes %s, which does not continue %s",
          node,
          batch,
          before);
      holds(
          batch.epoch() >= before.epoch() && batch.timeMicros() >= before.timeMicros(),
          "%s writes %s of %d us behind %s of %d us",
          node,
          batch,
          batch.timeMicros(),
          before,
          before.timeMicros());
      first = false;
      before = batch;
      last = batch.lastLsn();
    }
  }
}
