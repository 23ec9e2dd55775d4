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
final class EditPlansTest {
  private static final int PLANS = 10_000;
  private static final LogConfig CONFIG = LogConfig.defaults(76, 2).withSizes(16384, 2048);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();
  private final DiskImage older;
  private final DiskImage whole;
  private final Map<String, Integer> seen = new TreeMap<>();

  EditPlansTest() {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      log.append(batches.next(5, 2, 700));
      log.sync();
      log.retention().hold("reader", 3);
      older = disk.copy();
      log.trimBelow(5);
      log.append(batches.next(5, 1, 900));
      log.sync();
    }
    whole = disk.copy();
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
      case 4, 5 -> swapBatches(chance, name);
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

  /// Two whole batches of one length change places.
  private void swapBatches(Chance chance, String name) {
    byte[] content = disk.copy().bytes(name);
    List<Integer> places =
        batches.all().stream()
            .filter(batch -> batch.sizeBytes() == batches.all().getFirst().sizeBytes())
            .map(batch -> placeOf(batch, content))
            .filter(at -> at >= 0)
            .toList();
    if (places.size() > 1) {
      int bytes = batches.all().getFirst().sizeBytes();
      int a = places.get(chance.below(places.size()));
      int b = places.get(chance.below(places.size()));
      try (StoredFile file = disk.root().open(name)) {
        file.write(ByteBuffer.wrap(content, a, bytes), b);
        file.write(ByteBuffer.wrap(content, b, bytes), a);
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
      List<Batch> served = new ArrayList<>();
      String kind = readAll(log, served);
      assertThat(Collections.indexOfSubList(batches.all(), served)).as(plan).isNotEqualTo(-1);
      if (nothingMayBeMissing && kind.equals("CLEAN")) {
        assertThat(served.getLast()).as(plan).isEqualTo(batches.all().getLast());
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

  private static String readAll(Log log, List<Batch> served) {
    long lsn = log.firstLsn();
    try {
      while (log.read(lsn) instanceof ReadResult.Found(Batch batch)) {
        served.add(batch);
        lsn = batch.lastLsn() + 1;
      }
      return log.recovery().kind().name();
    } catch (LogDamagedException e) {
      return e.kind() + " when read";
    }
  }
}
