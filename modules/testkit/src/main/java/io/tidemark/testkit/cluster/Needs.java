package io.tidemark.testkit.cluster;

import io.tidemark.testkit.packets.Treatment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What this machine lacks for the faults that need more than processes; empty if it lacks nothing.
///
/// Each is found out by doing it once: a root without its rights, as in a container, has all the
/// programs and can do nothing with them.
public final class Needs {
  private static final Map<Kind, Optional<String>> FOUND = new ConcurrentHashMap<>();

  private Needs() {}

  private enum Kind {
    NAMESPACES,
    TREATMENTS,
    DISKS,
    FAULTY_DISKS
  }

  private interface Trial {
    void make(Undo undo) throws IOException;
  }

  /// For network namespaces with rules of their own.
  public static Optional<String> forNamespaces() {
    return found(Kind.NAMESPACES, undo -> new Namespaces(1, undo));
  }

  /// For packets that are held back and changed.
  public static Optional<String> forTreatments() {
    return found(Kind.TREATMENTS, undo -> new Namespaces(1, undo).treat(0, 0, Treatment.NONE));
  }

  /// For file systems of their own that are filled and whose power is cut.
  public static Optional<String> forDisks() {
    return found(Kind.DISKS, undo -> cutPower(false, undo));
  }

  /// For disks that also fail and stall.
  public static Optional<String> forFaultyDisks() {
    return found(Kind.FAULTY_DISKS, undo -> cutPower(true, undo));
  }

  private static void cutPower(boolean faulty, Undo undo) throws IOException {
    Path directory = Files.createTempDirectory("tidemark-needs-");
    undo.add(
        () -> {
          Tool.run("rm", "-rf", "--one-file-system", directory.toString());
        });
    LoopDisk disk = LoopDisk.create(directory, faulty, undo);
    disk.cutPower();
    disk.mountAgain();
  }

  private static Optional<String> found(Kind kind, Trial trial) {
    return FOUND.computeIfAbsent(kind, _ -> root().or(() -> tried(trial)));
  }

  private static Optional<String> root() {
    return Tool.run("id", "-u").said().equals("0") ? Optional.empty() : Optional.of("not root");
  }

  private static Optional<String> tried(Trial trial) {
    try (Undo undo = new Undo()) {
      trial.make(undo);
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
