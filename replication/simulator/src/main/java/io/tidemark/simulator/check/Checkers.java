package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/// All checkers of one run; what one is told all are told, the [Mirrors] first.
public final class Checkers {
  private final List<Checker> all;

  /// A full set for a cluster of `nodes`.
  public Checkers(Collection<ReplicaId> nodes) {
    Mirrors mirrors = new Mirrors(nodes);
    this.all =
        List.of(
            mirrors,
            new LocalStays(mirrors),
            new LogsAgree(mirrors),
            new OneLeaderPerEpoch(),
            new CommittedStays(mirrors),
            new QuorumDurable(mirrors),
            new WatermarksAdvance(mirrors),
            new Fenced(),
            new SubscribersSeeOnce(),
            new ReplayIsIdentical(),
            new ReadsAreCurrent());
  }

  /// Tells all of them.
  public void tell(Consumer<Checker> what) {
    all.forEach(what);
  }
}
