package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import java.util.List;

/// Who runs, and is asked for a record that it has whole, gives it to the one that lost it.
public final class WhoHasItGivesIt implements Invariant {
  private final Mirrors mirrors;
  private final GoodCopies copies;

  public WhoHasItGivesIt(Mirrors mirrors, GoodCopies copies) {
    this.mirrors = mirrors;
    this.copies = copies;
  }

  @Override
  public int number() {
    return 24;
  }

  @Override
  public void answered(ReplicaId node, long lsn, List<Batch> given) {
    LogMirror log = mirrors.of(node);
    boolean has = lsn >= log.firstLsn() && lsn <= log.durableLsn() && !copies.isSpoilt(node);
    holds(!has || !given.isEmpty(), "%s has record %d, and gives nothing", node, lsn);
  }
}
