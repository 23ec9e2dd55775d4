package io.tidemark.log;

import io.tidemark.simkit.CrashPlan;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every state that a power cut at any operation of a script may leave, and, in those where opening
/// repairs something, every one that a further cut during that repair may leave.
///
/// Of the states that one cut may leave equal ones count once. Each is opened, compared with what
/// was promised, opened again, appended to, and opened again.
final class CrashStates {
  /// A promise that was broken, and where.
  static final class Broken extends AssertionError {
    Broken(String message) {
      super(message);
    }

    Broken(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final int MOST_CUTS = 2;

  /// An opening that does no more than these repairs nothing.
  private static final int SYNCS_OF_OPENING = 2;

  private final Play.Opener opener;
  private final Map<RecoveryCase, Integer> seen = new EnumMap<>(RecoveryCase.class);
  private long states;

  CrashStates(Play.Opener opener) {
    this.opener = opener;
  }

  /// How many states were looked at.
  long states() {
    return states;
  }

  /// What they turned out to be.
  Map<RecoveryCase, Integer> seen() {
    return seen;
  }

  /// Looks at all of `script`; [Broken] at the first that breaks a promise.
  void of(Scripts script) {
    boolean whole = false;
    for (long n = 1; !whole; n++) {
      Play play = new Play(opener, script.config());
      play.disk.crashAfter(n);
      String where = "'" + script.name() + "' cut at operation " + n;
      whole = !isCut(() -> play.run(script.steps()), where);
      play.disk.faults().clear();
      new Cut(play, where).all();
    }
  }

  private static boolean isCut(Runnable part, String where) {
    try {
      part.run();
      return false;
    } catch (SimulatedCrash crash) {
      return true;
    } catch (RuntimeException e) {
      throw new Broken(where + ": " + e, e);
    }
  }

  /// All that one cut may leave.
  private final class Cut {
    private final SimulatedDisk disk;
    private final Promises promises;
    private final LogConfig config;
    private final String where;
    private final Set<Long> looked = new HashSet<>();

    Cut(Play play, String where) {
      this.disk = play.disk;
      this.promises = play.promises;
      this.config = play.config();
      this.where = where;
    }

    void all() {
      DiskImage atTheCut = disk.copy();
      disk.restore(atTheCut);
      look(1, where + ", the process killed and the machine alive");
      disk.restore(atTheCut);
      eachCrash(1, where);
    }

    private void eachCrash(int cuts, String how) {
      DiskImage atTheCut = disk.copy();
      for (CrashPlan plan : disk.crashPlans()) {
        disk.restore(atTheCut);
        disk.crash(plan);
        if (looked.add(disk.durablePrint())) {
          look(cuts, how + ", " + plan);
        }
      }
    }

    private void look(int cuts, String how) {
      Optional<DiskImage> left = cuts < MOST_CUTS ? Optional.of(disk.copy()) : Optional.empty();
      long before = disk.operations();
      try {
        List<Batch> found = openAndCompare();
        long repairs = disk.operations() - before;
        goOn(found);
        states++;
        if (left.isPresent() && repairs > SYNCS_OF_OPENING) {
          cutRepairs(left.get(), repairs, cuts, how);
        }
      } catch (RuntimeException | AssertionError e) {
        throw e instanceof Broken broken ? broken : new Broken(how + ": " + e, e);
      }
    }

    private void cutRepairs(DiskImage left, long repairs, int cuts, String how) {
      for (long n = 2; n <= repairs; n++) {
        disk.restore(left);
        disk.crashAfter(n);
        String again = how + ", cut again at operation " + n + " of opening";
        if (isCut(() -> opener.open(disk.root(), config), again)) {
          eachCrash(cuts + 1, again);
        }
      }
    }

    private List<Batch> openAndCompare() {
      // Done first, and the log then looked at afresh: the report has what is found then.
      boolean rewriting = disk.root().list().contains(TailCopy.FILE);
      Log log = opener.open(disk.root(), config);
      seen.merge(
          rewriting ? RecoveryCase.INTERRUPTED_REWRITE : log.recovery().kind(), 1, Integer::sum);
      List<Batch> found = Batches.in(log);
      String broken = promises.broken(log, found);
      if (!broken.isEmpty()) {
        throw new AssertionError(broken);
      }
      return found;
    }

    /// Opened again it is the same; and it takes records, in this segment and the next, and keeps
    /// them. The first is the one that was lost, if one was: a leader would send it again, and what
    /// had followed it must not come back with it.
    private void goOn(List<Batch> found) {
      disk.crashLosingAllUnsynced();
      Log log = opener.open(disk.root(), config);
      check(log.recovery().kind() == RecoveryCase.CLEAN, "is " + log.recovery() + " again");
      check(Batches.in(log).equals(found), "is another one when opened again");
      Batch again = promises.after(log).orElseGet(() -> another(log));
      append(log, again);
      boolean rolls = states % 4 == 0;
      if (rolls) {
        log.roll();
        append(log, another(log));
      }
      disk.crashLosingAllUnsynced();
      Log last = opener.open(disk.root(), config);
      check(last.recovery().kind() == RecoveryCase.CLEAN, "is " + last.recovery() + " at last");
      check(
          Batches.in(last).size() == found.size() + (rolls ? 2 : 1), "loses what it took after it");
    }

    private static void append(Log log, Batch batch) {
      log.append(batch);
      log.sync();
    }

    private static Batch another(Log log) {
      return Batch.encode(
          log.appendedLsn() + 1,
          99,
          log.lastTimeMicros(),
          log.lastChecksum(),
          List.of(RecordData.data(new byte[50])));
    }

    private static void check(boolean holds, String otherwise) {
      if (!holds) {
        throw new AssertionError(otherwise);
      }
    }
  }
}
