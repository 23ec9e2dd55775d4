package io.tidemark.benchmarks.replicated;

import io.tidemark.benchmarks.work.Unit;
import java.util.List;

/// What sides are asked to do. A record counts when it is synced on a majority and its producer
/// knows.
sealed interface Work {
  /// Its name in the tables.
  String name();

  /// What its values count.
  Unit unit();

  /// Keeps `outstanding` records of `bytes` on their way.
  record Append(int bytes, int outstanding) implements Work {
    @Override
    public String name() {
      return "quorum, %d B, %d outstanding".formatted(bytes, outstanding);
    }

    @Override
    public Unit unit() {
      return outstanding == 1 ? Unit.MICROS : Unit.RECORDS_PER_SECOND;
    }
  }

  /// Kills the leader.
  record KillLeader() implements Work {
    @Override
    public String name() {
      return "kill -9 of the leader to the next write";
    }

    @Override
    public Unit unit() {
      return Unit.MILLIS;
    }
  }

  /// All of them, in the order of the tables.
  static List<Work> all() {
    return List.of(
        new Append(1024, 1), new Append(100, 256), new Append(1024, 256), new KillLeader());
  }
}
