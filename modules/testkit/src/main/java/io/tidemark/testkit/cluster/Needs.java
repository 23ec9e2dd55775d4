package io.tidemark.testkit.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What this machine lacks for the faults that need more than processes; empty if it lacks nothing.
public final class Needs {
  private Needs() {}

  /// For network namespaces with rules of their own.
  public static Optional<String> forNamespaces() {
    return root()
        .or(() -> program("ip", "-V"))
        .or(() -> program("iptables", "-V"))
        .or(() -> program("nsenter", "--version"));
  }

  /// For packets that are held back and changed.
  public static Optional<String> forTreatments() {
    return forNamespaces()
        .or(
            () ->
                Files.exists(Path.of("/proc/net/netfilter/nfnetlink_queue"))
                    ? Optional.empty()
                    : Optional.of("no queues of packets (nfnetlink_queue) in the kernel"));
  }

  /// For file systems of their own that are filled and whose power is cut.
  public static Optional<String> forDisks() {
    return root()
        .or(
            () ->
                Files.exists(Path.of("/dev/loop-control"))
                    ? Optional.empty()
                    : Optional.of("no loop devices"))
        .or(() -> program("mkfs.ext4", "-V"))
        .or(() -> program("xfs_io", "-V"));
  }

  /// For disks that also fail and stall.
  public static Optional<String> forFaultyDisks() {
    return forDisks()
        .or(() -> program("nbdkit", "--filter=pause", "--filter=error", "null", "--version"))
        .or(() -> program("nbdfuse", "--version"))
        .or(() -> program("fusermount3", "-V"));
  }

  private static Optional<String> root() {
    return Tool.run("id", "-u").said().equals("0") ? Optional.empty() : Optional.of("not root");
  }

  private static Optional<String> program(String... command) {
    Tool tool = Tool.run(command);
    return tool.worked()
        ? Optional.empty()
        : Optional.of("%s does not work here: %s".formatted(command[0], tool.said()));
  }
}
