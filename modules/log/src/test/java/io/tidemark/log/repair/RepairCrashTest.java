package io.tidemark.log.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Batch;
import io.tidemark.log.repair.DamagedLog.Peer;
import io.tidemark.log.repair.DamagedLog.Place;
import io.tidemark.simkit.CrashPlan;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedCrash;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// The power goes at every write of a repair, in every way: it is done again, with no more from
/// others than what was lost at first.
final class RepairCrashTest {
  private static final int BATCHES = 36;

  @Test
  void aGapInTheMiddle() {
    everyCut(
        log -> {
          log.flipHeader(log.batches.get(10));
          log.zero(log.batches.get(13));
        });
  }

  @Test
  void theEndOfTheLog() {
    everyCut(
        log -> {
          List<Batch> last = log.in(log.segments().getLast());
          log.flipHeader(last.getFirst());
          log.flipBody(last.getLast());
        });
  }

  @Test
  void headersAndTheBatchesInFrontOfThem() {
    everyCut(
        log -> {
          List<String> files = log.segments();
          log.flip(new Place(files.get(1), 60));
          log.flip(new Place(files.getLast(), 60));
          log.flipHeader(log.in(files.getFirst()).getLast());
        });
  }

  @Test
  void aSegmentThatIsGone() {
    everyCut(
        log -> {
          log.delete(log.segments().get(1));
          log.flipBody(log.batches.getFirst());
        });
  }

  /// The layout of what has no header is not known, and one file becomes two.
  @Test
  void moreFilesThanBefore() {
    DamagedLog log = DamagedLog.ofTwoLayouts(11, 3);
    log.flip(new Place(log.segments().get(0), 60));
    log.flip(new Place(log.segments().get(1), 60));
    int before = log.segments().size();
    everyCut(log);
    assertThat(log.segments()).hasSizeGreaterThan(before);
  }

  private static void everyCut(Consumer<DamagedLog> damage) {
    DamagedLog log = DamagedLog.closed(DamagedLog.CONFIG, BATCHES);
    damage.accept(log);
    everyCut(log);
  }

  private static void everyCut(DamagedLog log) {
    DiskImage damaged = log.disk.copy();
    Peer peer = onlyWhatIsLost(log);
    Set<Long> looked = new HashSet<>();
    boolean whole = false;
    for (long n = 1; !whole; n++) {
      log.disk.restore(damaged);
      log.disk.crashAfter(n);
      whole = mends(log, peer);
      DiskImage atTheCut = log.disk.copy();
      for (CrashPlan plan : log.disk.crashPlans()) {
        log.disk.restore(atTheCut);
        log.disk.crash(plan);
        if (looked.add(log.disk.durablePrint())) {
          isMendedAfter(log, peer, "cut at operation " + n + ", " + plan);
        }
      }
    }
    assertThat(looked).hasSizeGreaterThan(10);
  }

  /// Who has lost as much of the rest as can be, for what is here must never be needed of others.
  private static Peer onlyWhatIsLost(DamagedLog log) {
    try (Repair repair = log.repair()) {
      List<Gap> gaps = repair.gaps();
      return (from, upto) ->
          log.whole(4).read(from, upto).stream()
              .filter(
                  batch ->
                      gaps.stream()
                          .anyMatch(
                              gap ->
                                  gap.fromLsn() <= batch.baseLsn()
                                      && batch.lastLsn() <= gap.uptoLsn()))
              .toList();
    }
  }

  private static boolean mends(DamagedLog log, Peer peer) {
    try (Repair repair = log.repair()) {
      return DamagedLog.ask(repair, peer);
    } catch (SimulatedCrash e) {
      return false;
    }
  }

  private static void isMendedAfter(DamagedLog log, Peer peer, String where) {
    try {
      if (log.isDamaged()) {
        log.mend(peer);
      }
      log.isWhole();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(where + " leaves " + log.disk.root().list(), e);
    }
  }
}
