package io.tidemark.log.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.simkit.CrashPlan;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Files of a journal keep the contract of files, whatever is written over what, synced, deleted
/// and made anew: the power goes before operations of scripts by chance, also of the journal
/// itself, and again while it is opened.
final class JournaledFilesTest {
  private static final JournalConfig CONFIG =
      new JournalConfig(32 << 10, 3072, 1 << 10, JournalConfig.Use.ALWAYS);
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int FILE_BYTES = 4096;
  private static final int SCRIPTS = 40;
  private static final int STEPS = 60;

  /// The power goes at one operation of so many: many scripts find more than each operation of few.
  private static final int STRIDE = 12;

  /// What must be in a file.
  private static final class Content {
    final byte[] synced = new byte[FILE_BYTES];
    final byte[] written = new byte[FILE_BYTES];
    final BitSet unsynced = new BitSet();

    void settle() {
      unsynced.stream().forEach(i -> synced[i] = written[i]);
      unsynced.clear();
    }
  }

  /// One script, up to where the power went.
  private static final class Play {
    final SimulatedDisk disk = new SimulatedDisk();
    final Map<String, Content> contents = new TreeMap<>();
    final Map<String, StoredFile> open = new TreeMap<>();
    final Chance chance;
    Journal journal;
    Directory files;

    /// Its name is about to change.
    String unsettled = "";

    /// It may be gone, or as it was.
    String deleting = "";

    Play(long seed) {
      chance = new Chance(seed);
    }

    void run() {
      start();
      NAMES.forEach(this::make);
      for (int i = 0; i < STEPS; i++) {
        step(NAMES.get(chance.below(NAMES.size())));
      }
    }

    private void start() {
      journal = Journal.open(disk.root(), CONFIG);
      files = journal.directory("files");
      open.clear();
    }

    private void make(String name) {
      unsettled = name;
      DurableNames.replaceZeroed(files, name, Access.BUFFERED, FILE_BYTES);
      contents.put(name, new Content());
      unsettled = "";
    }

    private void step(String name) {
      switch (chance.below(24)) {
        case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 -> write(name, chance.between(1, 1000));
        case 10 -> write(name, chance.between(1025, 2000));
        case 11, 12, 13, 14, 15, 16 -> sync(name);
        case 17, 18 -> {
          for (int i = 0; i < 8; i++) {
            write(name, 900);
            sync(name);
          }
        }
        case 19 -> close(name);
        case 20 -> {
          boolean closedBefore = chance.percent(50);
          if (closedBefore) {
            close(name);
          }
          deleting = name;
          DurableNames.delete(files, name);
          unsettled = name;
          deleting = "";
          close(name);
          make(name);
        }
        case 21 -> renameOver(name, NAMES.get(chance.below(NAMES.size())));
        case 22 -> {
          open.values().forEach(StoredFile::close);
          journal.close();
          start();
        }
        default -> {
          disk.killProcess();
          start();
          assertThat(broken()).isEmpty();
          contents.forEach(this::seeWhatIsLeft);
        }
      }
    }

    private StoredFile file(String name) {
      return open.computeIfAbsent(name, files::open);
    }

    private void write(String name, int bytes) {
      StoredFile file = file(name);
      int at = chance.below(FILE_BYTES - bytes);
      byte[] next = new byte[bytes];
      for (int i = 0; i < bytes; i++) {
        next[i] = (byte) chance.below(256);
      }
      Content content = contents.get(name);
      content.unsynced.set(at, at + bytes);
      System.arraycopy(next, 0, content.written, at, bytes);
      file.write(ByteBuffer.wrap(next), at);
    }

    /// What was not synced may be undone by a kill, too.
    private void seeWhatIsLeft(String name, Content content) {
      byte[] found = read(disk.root().child("files"), name);
      content.unsynced.stream().forEach(i -> content.written[i] = found[i]);
    }

    private void sync(String name) {
      file(name).sync();
      contents.get(name).settle();
    }

    private void close(String name) {
      if (open.containsKey(name)) {
        open.remove(name).close();
      }
    }

    private void renameOver(String from, String to) {
      if (from.equals(to)) {
        return;
      }
      sync(from);
      close(from);
      close(to);
      unsettled = from + to;
      files.rename(from, to);
      files.sync();
      contents.put(to, contents.remove(from));
      make(from);
    }

    String broken() {
      Directory found = disk.root().child("files");
      for (Map.Entry<String, Content> each : contents.entrySet()) {
        boolean gone = deleting.equals(each.getKey()) && !found.list().contains(each.getKey());
        if (!gone && !unsettled.contains(each.getKey())) {
          String broken = broken(found, each.getKey(), each.getValue());
          if (!broken.isEmpty()) {
            return broken;
          }
        }
      }
      return "";
    }

    private static String broken(Directory found, String name, Content content) {
      byte[] bytes = read(found, name);
      if (bytes.length != FILE_BYTES) {
        return name + " has " + bytes.length + " bytes";
      }
      return IntStream.range(0, FILE_BYTES)
          .filter(i -> !content.unsynced.get(i) && bytes[i] != content.synced[i])
          .mapToObj(
              i -> "byte %d of %s: %d, not %d".formatted(i, name, bytes[i], content.synced[i]))
          .findFirst()
          .orElse("");
    }
  }

  private static byte[] read(Directory directory, String name) {
    try (StoredFile file = directory.open(name)) {
      byte[] bytes = new byte[(int) file.lengthBytes()];
      file.read(ByteBuffer.wrap(bytes), 0);
      return bytes;
    }
  }

  @Test
  void whatWasSyncedIsThereWhereverThePowerGoes() {
    assertThat(IntStream.rangeClosed(1, SCRIPTS).filter(JournaledFilesTest::trims).count())
        .isGreaterThan(SCRIPTS * 3L / 4);
    long states =
        IntStream.rangeClosed(1, SCRIPTS).parallel().mapToLong(JournaledFilesTest::states).sum();
    System.out.printf("%,d crash states of journaled files, none lost a synced byte%n", states);
    assertThat(states).isGreaterThan(20_000);
  }

  /// Whether the journal was trimmed in the whole of a script.
  private static boolean trims(int seed) {
    Play whole = new Play(seed);
    whole.run();
    List<String> names = whole.disk.root().child(Journal.NAME).list();
    return !names.contains("00000000000000000001.segment");
  }

  private static long states(int seed) {
    long states = 0;
    boolean whole = false;
    for (long n = 1L + seed % STRIDE; !whole; n += STRIDE) {
      Play play = new Play(seed);
      play.disk.crashAfter(n);
      try {
        play.run();
        whole = true;
      } catch (SimulatedCrash crash) {
        // what it is about
      }
      play.disk.faults().clear();
      String where = "script " + seed + " cut at operation " + n;
      states += look(play, where);
    }
    return states;
  }

  private static long look(Play play, String where) {
    DiskImage atTheCut = play.disk.copy();
    Set<Long> looked = new HashSet<>();
    for (CrashPlan plan : play.disk.crashPlans()) {
      play.disk.restore(atTheCut);
      play.disk.crash(plan);
      if (looked.add(play.disk.durablePrint())) {
        DiskImage left = play.disk.copy();
        long before = play.disk.operations();
        check(play, where + ", " + plan);
        long operations = play.disk.operations() - before;
        play.disk.restore(left);
        play.disk.crashAfter(1 + (looked.size() * 7919L) % operations);
        try {
          Journal.open(play.disk.root(), CONFIG);
        } catch (SimulatedCrash crash) {
          // again
        }
        play.disk.faults().clear();
        play.disk.crashLosingAllUnsynced();
        check(play, where + ", " + plan + ", and again while it was opened");
      }
    }
    return looked.size() * 2L;
  }

  private static void check(Play play, String where) {
    try {
      Journal.open(play.disk.root(), CONFIG);
      play.disk.crashLosingAllUnsynced();
    } catch (RuntimeException e) {
      throw new AssertionError(where + ": " + e, e);
    }
    assertThat(play.broken()).as(where).isEmpty();
  }
}
