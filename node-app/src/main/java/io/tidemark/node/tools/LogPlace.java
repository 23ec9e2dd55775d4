package io.tidemark.node.tools;

import io.tidemark.foundation.Check;
import io.tidemark.log.journal.Journal;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.Verification;
import io.tidemark.log.verify.Visitor;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Where one partition's log is, and whose lock stands in front of it.
///
/// The lock of a log on its own is in its directory; that of a node's logs is in the data directory
/// above.
public record LogPlace(Path directory) {
  private static final String NODE_FILE = "node";

  /// `path` itself, or partition `partition` of the node whose data directory `path` is.
  public static LogPlace of(Path path, OptionalInt partition) {
    Path directory =
        partition.isPresent()
            ? path.resolve("partition-%04d".formatted(partition.getAsInt()))
            : path;
    Check.argument(Files.isDirectory(directory), "%s is not a directory", directory);
    Check.argument(
        partition.isPresent() || !Files.exists(path.resolve(NODE_FILE)),
        "%s is the data directory of a node: which --partition?",
        path);
    Check.argument(Verification.isLog(directory), "%s holds no log", directory);
    return new LogPlace(directory.toAbsolutePath().normalize());
  }

  /// Every directory whose lock may stand in front of a log in `directory`.
  private static List<Path> locked(Path directory) {
    List<Path> locked = new ArrayList<>(List.of(directory));
    Path above = directory.getParent();
    if (above != null && Files.exists(above.resolve(NODE_FILE))) {
      locked.addFirst(above);
    }
    return locked;
  }

  /// Throws [ToolRefusedException] if somebody has the lock in front of `directory`, which need not
  /// be there: nothing is made under the hands of a node.
  static void checkFree(Path directory) {
    for (Path path : locked(directory)) {
      if (FileSystemDirectory.isTaken(path)) {
        throw new ToolRefusedException("directory in use: " + path);
      }
    }
    checkSettled(directory);
  }

  private static void checkSettled(Path directory) {
    if (hasUnsettledJournal(directory)) {
      throw new ToolRefusedException(
          "the journal of %s may hold what %s lacks: log replay brings it back"
              .formatted(directory.getParent(), directory));
    }
  }

  private static boolean hasUnsettledJournal(Path directory) {
    Path above = directory.getParent();
    return above != null
        && Files.exists(above.resolve(NODE_FILE))
        && Journal.isUnsettled(FileSystemDirectory.at(above));
  }

  private boolean isTaken() {
    return locked(directory).stream().anyMatch(FileSystemDirectory::isTaken);
  }

  /// What the log is; beside a writer as well.
  public Report verify() {
    Report seen = Verification.of(directory, isTaken());
    boolean begunMeanwhile = !seen.isSound() && !seen.inUse() && isTaken();
    return begunMeanwhile ? Verification.of(directory, true) : seen;
  }

  /// The same, shown to `visitor`. [ToolRefusedException] if what it was shown was of the moment.
  Report visit(Visitor visitor) {
    Report seen = Verification.of(directory, isTaken(), visitor);
    if (seen.isSound() || !isTaken()) {
      return seen;
    }
    Report again = verify();
    if (again.isSound()) {
      throw new ToolRefusedException("the log was truncated while it was read; try again");
    }
    return again;
  }

  /// Whether a journal that nobody uses now may hold what this log lacks: its node was killed, and
  /// has not been started since.
  public boolean isUnsettled() {
    return hasUnsettledJournal(directory) && !isTaken();
  }

  /// Takes it; [io.tidemark.storage.StorageException] if it is in use, [ToolRefusedException] if it
  /// may lack something.
  public Directory.Lock lock() {
    List<Directory.Lock> taken = new ArrayList<>();
    try {
      locked(directory).forEach(path -> taken.add(FileSystemDirectory.at(path).lock()));
      checkSettled(directory);
    } catch (RuntimeException e) {
      taken.forEach(Directory.Lock::close);
      throw e;
    }
    return () -> taken.reversed().forEach(Directory.Lock::close);
  }
}
