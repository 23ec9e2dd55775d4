package io.tidemark.simkit;

import io.tidemark.foundation.Chance;
import io.tidemark.storage.Directory;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/// What can be found after a crash at each operation of a step, and after a crash when it returned.
///
/// Every crash point is crashed in the hardest way and with [#SEEDS] seeds.
record CrashStates(Set<String> onTheWay, Set<String> afterReturn) {
  private static final int SEEDS = 100;

  /// Runs `step` on a disk that `before` prepared; `seen` says in a word what is left of it.
  static CrashStates of(
      Consumer<Directory> before, Consumer<Directory> step, Function<Directory, String> seen) {
    CrashStates states = new CrashStates(new TreeSet<>(), new TreeSet<>());
    SimulatedDisk disk = new SimulatedDisk();
    before.accept(disk.root());
    DiskImage start = disk.copy();
    boolean returned = false;
    for (int crashAt = 1; !returned; crashAt++) {
      disk.restore(start);
      disk.crashAfter(crashAt);
      returned = returns(step, disk.root());
      collect(disk, seen, returned ? states.afterReturn : states.onTheWay);
    }
    return states;
  }

  private static boolean returns(Consumer<Directory> step, Directory root) {
    try {
      step.accept(root);
      return true;
    } catch (SimulatedCrash _) {
      return false;
    }
  }

  private static void collect(
      SimulatedDisk disk, Function<Directory, String> seen, Set<String> states) {
    DiskImage atTheCrash = disk.copy();
    disk.crashLosingAllUnsynced();
    states.add(seen.apply(disk.root()));
    for (int seed = 0; seed < SEEDS; seed++) {
      disk.restore(atTheCrash);
      disk.crash(new Chance(seed));
      states.add(seen.apply(disk.root()));
    }
  }
}
