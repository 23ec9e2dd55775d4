package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One to five edits of a log's directory, by chance, 10,000 times: it is refused by name and
/// nothing is changed, or it opens and serves nothing but records as they were written, in order.
///
/// Files of before a truncation may come back, and with them the records that it replaced: on one
/// disk nobody can tell. But never some of these and some of those.
final class EditPlansTest {
  private static final int PLANS = 10_000;
  private static final LogConfig CONFIG = LogConfig.defaults(76, 2).withSizes(16384, 2048);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();
  private final DiskImage older;
  private final DiskImage whole;
  private final List<Batch> replaced;
  private final List<Shown> now;
  private final List<Shown> earlier;
  private final Map<String, Integer> seen = new TreeMap<>();

  EditPlansTest() {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      log.append(batches.next(5, 2, 700));
      log.append(batches.next(8, 1, 900));
      log.sync();
      log.retention().hold("reader", 3);
      older = disk.copy();
      replaced = batches.all();
      log.truncateAfter(12);
      batches.truncateAfter(12);
      batches.epoch(2);
      log.append(batches.next(4, 1, 900));
      log.trimBelow(5);
      log.append(batches.next(3, 1, 900));
      log.sync();
    }
    whole = disk.copy();
    now = Shown.of(batches.all());
    earlier = Shown.of(replaced);
  }

  @Test
  @Timeout(value = 300, unit = TimeUnit.SECONDS)
  void nothingWrongIsServed() {
    for (int seed = 0; seed < PLANS; seed++) {
      Chance chance = new Chance(seed);
      disk.restore(whole);
      List<String> plan = new ArrayList<>();
      boolean contentOnly = true;
      for (int edits = chance.between(1, 5); edits > 0 && !disk.root().list().isEmpty(); edits--) {
        contentOnly &= edit(chance, plan);
      }
      judge("plan " + seed + " " + plan, contentOnly && plan.size() == 1);
    }
    System.out.printf("%,d plans of edits: %s%n", PLANS, seen);
    assertThat(seen)
        .containsKeys(
            "CLEAN",
            "TORN_TAIL",
            "DAMAGED_BATCH",
            "DAMAGED_BATCH when read",
            "DAMAGED_HEADER",
            "DAMAGED_INTENT",
            "MISSING_SEGMENT",
            "BROKEN_CHAIN");
  }

  /// Adds what it did to `plan`; false if it took a file away or brought one back.
  private boolean edit(Chance chance, List<String> plan) {
    List<String> names = disk.root().list();
    String name = names.get(chance.below(names.size()));
    String other = names.get(chance.below(names.size()));
    int bytes = disk.copy().bytes(name).length;
    int kind = chance.below(10);
    plan.add(kind + " " + name + " " + other);
    switch (kind) {
      case 0, 1 -> flip(chance, name, bytes);
      case 2, 3 -> swap(chance, name, bytes);
      case 4, 5 -> replaceBatch(chance, name);
      case 6 -> disk.root().delete(name);
      case 7 -> put(other, disk.copy().bytes(name));
      case 8 -> disk.root().rename(name, SegmentHeader.fileName(chance.between(1, 20)));
      default -> {
        List<String> stale = older.paths();
        String old = stale.get(chance.below(stale.size()));
        put(old, older.bytes(old));
      }
    }
    return kind < 6;
  }

  private void flip(Chance chance, String name, int bytes) {
    if (bytes > 0) {
      disk.flipBit(name, chance.below(8 * bytes));
    }
  }

  private void swap(Chance chance, String name, int bytes) {
    int sectors = bytes / SimulatedDisk.SECTOR_BYTES;
    if (sectors > 1) {
      int a = chance.below(sectors) * SimulatedDisk.SECTOR_BYTES;
      int b = chance.below(sectors) * SimulatedDisk.SECTOR_BYTES;
      byte[] content = disk.copy().bytes(name);
      try (StoredFile file = disk.root().open(name)) {
        file.write(ByteBuffer.wrap(content, a, SimulatedDisk.SECTOR_BYTES), b);
        file.write(ByteBuffer.wrap(content, b, SimulatedDisk.SECTOR_BYTES), a);
      }
    }
  }

  /// A whole batch, of now or of the time before the truncation, takes the place of another.
  private void replaceBatch(Chance chance, String name) {
    byte[] content = disk.copy().bytes(name);
    List<Batch> known = new ArrayList<>(batches.all());
    known.addAll(replaced);
    List<Batch> there = known.stream().filter(batch -> placeOf(batch, content) >= 0).toList();
    if (!there.isEmpty()) {
      Batch gone = there.get(chance.below(there.size()));
      List<Batch> others =
          known.stream().filter(batch -> batch.sizeBytes() == gone.sizeBytes()).toList();
      try (StoredFile file = disk.root().open(name)) {
        file.write(others.get(chance.below(others.size())).bytes(), placeOf(gone, content));
      }
    }
  }

  private static int placeOf(Batch batch, byte[] content) {
    byte[] wanted = new byte[batch.sizeBytes()];
    batch.bytes().get(wanted);
    for (int at = 0; at + wanted.length <= content.length; at += RecordFormat.ALIGNMENT) {
      if (Arrays.equals(content, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }

  private void put(String name, byte[] content) {
    if (disk.root().list().contains(name)) {
      disk.root().delete(name);
    }
    try (StoredFile file = disk.root().create(name)) {
      file.write(ByteBuffer.wrap(content), 0);
    }
  }

  private void judge(String plan, boolean nothingMayBeMissing) {
    long before = disk.operations();
    try (Log log = Log.open(disk.root(), CONFIG)) {
      List<Shown> served = new ArrayList<>();
      String kind = readAll(log, served);
      assertThat(List.of(now, earlier))
          .as(plan)
          .anyMatch(history -> Collections.indexOfSubList(history, served) >= 0);
      if (nothingMayBeMissing && kind.equals("CLEAN")) {
        assertThat(served.getLast()).as(plan).isEqualTo(now.getLast());
      }
      seen.merge(kind, 1, Integer::sum);
    } catch (LogDamagedException e) {
      assertThat(disk.operations()).as(plan + " changed").isEqualTo(before);
      seen.merge(e.kind().name(), 1, Integer::sum);
    } catch (LogRefusedException e) {
      assertThat(disk.operations()).as(plan + " changed").isEqualTo(before);
      seen.merge(e.kind().name(), 1, Integer::sum);
    } catch (RuntimeException e) {
      throw new AssertionError(plan, e);
    }
  }

  private static String readAll(Log log, List<Shown> served) {
    LogCursor cursor = log.cursor(log.firstLsn());
    try {
      while (cursor.next()) {
        served.add(new Shown(cursor.lsn(), cursor.epoch(), cursor.payload().hashCode()));
      }
      return log.recovery().kind().name();
    } catch (LogDamagedException e) {
      return e.kind() + " when read";
    } catch (ReplacedException e) {
      return "REPLACED when read";
    }
  }

  private record Shown(long lsn, long epoch, int payloadHash) {
    static List<Shown> of(List<Batch> batches) {
      List<Shown> all = new ArrayList<>();
      for (Batch batch : batches) {
        for (RecordView record : batch.records()) {
          long lsn = all.size() + 1L;
          all.add(new Shown(lsn, batch.epoch(), record.payload().hashCode()));
        }
      }
      return all;
    }
  }
}
