package io.tidemark.benchmarks.replicated;

import io.tidemark.benchmarks.replicated.member.MemberKind;
import io.tidemark.benchmarks.work.Unit;
import java.util.List;

/// What sides are asked to do. A record counts when it is synced on a majority and its producer
/// knows.
sealed interface Work {
  /// Its name in the tables.
  String name();

  /// What its values count.
  Unit unit();

  /// Whether it takes so long, for what it tells, that one round is enough in a run of all works,
  /// and that peers are spared it.
  default boolean isLong() {
    return true;
  }

  /// Whether `side` does it in `round`.
  ///
  /// @param chosen whether works were asked for by name
  default boolean isDue(Side side, int round, boolean chosen) {
    return !isLong() || (side.server() == MemberKind.TIDEMARK && (round == 0 || chosen));
  }

  /// Keeps `outstanding` records of `bytes` on their way.
  record Append(int bytes, int outstanding) implements Work {
    @Override
    public String name() {
      return "quorum, " + load();
    }

    /// What it is as a part of other works.
    String load() {
      return "%d B, %d outstanding".formatted(bytes, outstanding);
    }

    /// The same with what of it is compared.
    String measured() {
      return isOfWaits() ? load() + ", p99" : load();
    }

    /// Whether it is measured by how long records take, rather than how many there are.
    boolean isOfWaits() {
      return outstanding == 1;
    }

    @Override
    public Unit unit() {
      return isOfWaits() ? Unit.MICROS : Unit.RECORDS_PER_SECOND;
    }

    /// Of one such measurement beside another.
    Unit ratio() {
      return isOfWaits() ? Unit.TIMES : Unit.SHARE;
    }

    @Override
    public boolean isLong() {
      return false;
    }
  }

  /// Hurts the leader, and hears when another acknowledges.
  record LoseLeader(Fault fault) implements Work {
    @Override
    public String name() {
      return switch (fault) {
        case DEAD -> "kill -9 of the leader to the next write";
        case PAUSED -> "SIGSTOP of the leader to the next write";
        case SLOW_DISK -> "slow disk of the leader to the next write";
      };
    }

    @Override
    public Unit unit() {
      return Unit.MILLIS;
    }

    @Override
    public boolean isLong() {
      return fault != Fault.DEAD;
    }
  }

  /// Appends with a follower that is hurt, beside the same just before.
  record HurtFollower(Fault fault, Append append) implements Work {
    @Override
    public String name() {
      String state =
          switch (fault) {
            case DEAD -> "dead";
            case PAUSED -> "paused";
            case SLOW_DISK -> "slow";
          };
      return "follower %s, %s".formatted(state, append.measured());
    }

    @Override
    public Unit unit() {
      return append.ratio();
    }
  }

  /// Has a follower that lost all it had catch up while the leader appends: how fast, beside a copy
  /// of as many bytes; or how long records take meanwhile, beside how long before.
  record CatchUp(Append append) implements Work {
    @Override
    public String name() {
      return "catch-up, " + append.measured();
    }

    @Override
    public Unit unit() {
      return append.ratio();
    }
  }

  /// Appends as long as a measurement is, and counts how often somebody else was elected meanwhile.
  record FullLoad(Append append) implements Work {
    @Override
    public String name() {
      return "full load, %s: elections".formatted(append.load());
    }

    @Override
    public Unit unit() {
      return Unit.ELECTIONS;
    }

    /// It tells nothing but over a long time.
    @Override
    public boolean isDue(Side side, int round, boolean chosen) {
      return chosen && side.server() == MemberKind.TIDEMARK;
    }
  }

  /// Appends to the partitions of all servers at once, to `many` beside `few`.
  record Partitions(int many, int few, Append append) implements Work {
    @Override
    public String name() {
      return "%,d partitions to %d, %s".formatted(many, few, append.load());
    }

    @Override
    public Unit unit() {
      return append.ratio();
    }
  }

  /// All of them, in the order of the tables.
  static List<Work> all() {
    Append waits = new Append(1024, 1);
    Append small = new Append(100, 256);
    return List.of(
        waits,
        small,
        new Append(1024, 256),
        new LoseLeader(Fault.DEAD),
        new LoseLeader(Fault.PAUSED),
        new HurtFollower(Fault.DEAD, small),
        new HurtFollower(Fault.DEAD, waits),
        new HurtFollower(Fault.PAUSED, small),
        new HurtFollower(Fault.PAUSED, waits),
        new HurtFollower(Fault.SLOW_DISK, small),
        new HurtFollower(Fault.SLOW_DISK, waits),
        new CatchUp(new Append(1024, 64)),
        new CatchUp(waits),
        new FullLoad(small),
        new Partitions(1000, 8, new Append(100, 1536)),
        new Partitions(1000, 8, new Append(100, 32_768)));
  }
}
