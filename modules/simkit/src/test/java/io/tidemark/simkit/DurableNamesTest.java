package io.tidemark.simkit;

import static io.tidemark.simkit.DirectoryContract.get;
import static io.tidemark.simkit.DirectoryContract.put;
import static io.tidemark.simkit.DirectoryContract.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// [DurableNames] at every point where the power can go, and wrong variants of it that must be seen
/// to lose data on the same disk.
class DurableNamesTest {
  private static final int ZEROED_BYTES = 20_000;

  private static void withVote(Directory root) {
    DurableNames.replace(root, "vote", text("old"));
  }

  private static String vote(Directory root) {
    return root.list().contains("vote") ? get(root, "vote") : "none";
  }

  private static String zeroed(Directory root) {
    if (!root.list().contains("segment")) {
      return "none";
    }
    String content = get(root, "segment");
    return content.equals("\0".repeat(ZEROED_BYTES)) ? "whole" : "torn";
  }

  private static void createZeroed(Directory root) {
    DurableNames.createZeroed(root, "segment", ZEROED_BYTES).close();
  }

  @Test
  void replaceGivesTheOldOrTheNewContent() {
    CrashStates states =
        CrashStates.of(
            DurableNamesTest::withVote,
            root -> DurableNames.replace(root, "vote", text("new")),
            DurableNamesTest::vote);
    assertThat(states.onTheWay()).containsExactly("new", "old");
    assertThat(states.afterReturn()).containsExactly("new");
  }

  @Test
  void replaceMakesWhatWasNotThere() {
    CrashStates states =
        CrashStates.of(
            _ -> {},
            root -> DurableNames.replace(root, "vote", text("new")),
            DurableNamesTest::vote);
    assertThat(states.onTheWay()).containsExactly("new", "none");
    assertThat(states.afterReturn()).containsExactly("new");
  }

  @Test
  void createZeroedAppearsWholeOrNotAtAll() {
    CrashStates states =
        CrashStates.of(_ -> {}, DurableNamesTest::createZeroed, DurableNamesTest::zeroed);
    assertThat(states.onTheWay()).containsExactly("none", "whole");
    assertThat(states.afterReturn()).containsExactly("whole");
  }

  @Test
  void deleteIsDurable() {
    CrashStates states =
        CrashStates.of(
            DurableNamesTest::withVote,
            root -> DurableNames.delete(root, "vote"),
            DurableNamesTest::vote);
    assertThat(states.onTheWay()).containsExactly("none", "old");
    assertThat(states.afterReturn()).containsExactly("none");
  }

  @Test
  void childIsDurableWithWhatIsSyncedInIt() {
    CrashStates states =
        CrashStates.of(
            _ -> {},
            root -> DurableNames.child(root, "partition"),
            root -> String.join("+", root.children()));
    assertThat(states.onTheWay()).containsExactly("", "partition");
    assertThat(states.afterReturn()).containsExactly("partition");
  }

  /// Each leftover is gone before the same step runs again.
  @Test
  void everyStepCanBeRepeatedAfterACrash() {
    CrashStates states =
        CrashStates.of(
            _ -> {},
            root -> DurableNames.replace(root, "vote", text("new")),
            root -> {
              DurableNames.replace(root, "vote", text("again"));
              DurableNames.deleteUnfinished(root);
              return vote(root) + " " + root.list();
            });
    assertThat(states.onTheWay()).containsExactly("again [vote]");
  }

  @Test
  void deleteUnfinishedTakesLeftoversOnly() {
    SimulatedDisk disk = new SimulatedDisk();
    put(disk.root(), "vote.new", "half");
    put(disk.root(), "vote", "old");
    disk.root().sync();
    DurableNames.deleteUnfinished(disk.root());
    disk.crashLosingAllUnsynced();
    assertThat(disk.root().list()).containsExactly("vote");
  }

  /// A killed process leaves names that can be seen and are not durable. Whoever builds on them
  /// must sync them first, or a power cut takes away the ground under what it synced.
  @Test
  void namesLeftByAKilledProcessAreMadeDurableBeforeTheyAreBuiltOn() {
    SimulatedDisk disk = new SimulatedDisk();
    disk.root().child("partition");
    disk.killProcess();
    DurableNames.replace(DurableNames.child(disk.root(), "partition"), "vote", text("new"));
    disk.crashLosingAllUnsynced();
    assertThat(disk.root().children()).containsExactly("partition");
    assertThat(vote(disk.root().child("partition"))).isEqualTo("new");

    disk.root().child("partition").rename("vote", "cast");
    disk.killProcess();
    DurableNames.deleteUnfinished(disk.root().child("partition"));
    disk.crashLosingAllUnsynced();
    assertThat(disk.root().child("partition").list()).containsExactly("cast");
  }

  @Test
  void createZeroedNeverReplaces() {
    SimulatedDisk disk = new SimulatedDisk();
    createZeroed(disk.root());
    DirectoryContract.assertRefused(Category.EXISTS, () -> createZeroed(disk.root()));
    assertThat(zeroed(disk.root())).isEqualTo("whole");
    assertThat(disk.root().list()).containsExactly("segment");
  }

  @Test
  void anAdoptedFileAppearsWithItsHead() {
    CrashStates states =
        CrashStates.of(
            root -> DurableNames.replaceZeroed(root, "next", Access.BUFFERED, 1000),
            root -> DurableNames.adopt(root, "next", "segment", Access.BUFFERED, text("head")),
            root -> root.list().contains("segment") ? get(root, "segment").strip() : "none");
    assertThat(states.onTheWay()).containsExactly("head" + "\0".repeat(996), "none");
    assertThat(states.afterReturn()).containsExactly("head" + "\0".repeat(996));
  }

  /// Every step fails once in its turn; the old or the new content is there, and nothing else.
  @Test
  void failedStepLeavesTheOldOrTheNewContent() {
    Set<String> seen = new TreeSet<>();
    for (DiskOperation operation : DiskOperation.values()) {
      SimulatedDisk disk = new SimulatedDisk();
      withVote(disk.root());
      disk.faults().failNth(operation, _ -> true, 1);
      try {
        DurableNames.replace(disk.root(), "vote", text("new"));
        assertThat(disk.faults().struck()).as("%s", operation).isZero();
      } catch (StorageException e) {
        assertThat(e.category()).isEqualTo(operation.failure());
      }
      disk.faults().clear();
      disk.crashLosingAllUnsynced();
      seen.add(vote(disk.root()));
    }
    assertThat(seen).containsExactly("new", "old");
  }

  // The wrong ones: each must be caught, or the tests above prove nothing.

  private static void assertShownWrong(
      Consumer<Directory> wrong, List<String> onTheWay, List<String> afterReturn) {
    CrashStates states = CrashStates.of(DurableNamesTest::withVote, wrong, DurableNamesTest::vote);
    assertThat(states.onTheWay()).containsAll(onTheWay);
    assertThat(states.afterReturn()).containsAll(afterReturn);
  }

  @Test
  void withoutDirectorySyncTheOldVoteComesBack() {
    assertShownWrong(
        root -> {
          put(root, "vote.new", "new");
          try (StoredFile file = root.open("vote.new")) {
            file.sync();
          }
          root.rename("vote.new", "vote");
        },
        List.of("old"),
        List.of("old", "new"));
  }

  @Test
  void renameBeforeSyncShowsAnEmptyVote() {
    assertShownWrong(
        root -> {
          put(root, "vote.new", "new");
          root.rename("vote.new", "vote");
          root.sync();
          try (StoredFile file = root.open("vote")) {
            file.sync();
          }
        },
        List.of("", "old"),
        List.of("new"));
  }

  @Test
  void withoutFileSyncTheVoteIsLostAfterReturn() {
    assertShownWrong(
        root -> {
          put(root, "vote.new", "new");
          root.rename("vote.new", "vote");
          root.sync();
        },
        List.of(""),
        List.of("", "new"));
  }

  @Test
  void deletingBeforeRenamingLeavesNoVoteAtAll() {
    assertShownWrong(
        root -> {
          put(root, "vote.new", "new");
          try (StoredFile file = root.open("vote.new")) {
            file.sync();
          }
          root.delete("vote");
          root.rename("vote.new", "vote");
          root.sync();
        },
        List.of("none"),
        List.of("new"));
  }

  @Test
  void writingInPlaceTearsTheFile() {
    CrashStates states =
        CrashStates.of(
            _ -> {},
            root -> {
              try (StoredFile file = root.create("segment")) {
                root.sync();
                file.write(ByteBuffer.allocate(ZEROED_BYTES), 0);
                file.sync();
              }
            },
            DurableNamesTest::zeroed);
    assertThat(states.onTheWay()).contains("torn");
    assertThat(states.afterReturn()).containsExactly("whole");
  }
}
