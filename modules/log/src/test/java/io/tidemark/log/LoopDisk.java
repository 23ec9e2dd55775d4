package io.tidemark.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/// A small real file system in a file, mounted; needs root and loop devices, and skips the test
/// with the reason where they are not there. Close unmounts it; so does the end of the JVM.
final class LoopDisk implements AutoCloseable {
  private final String source;
  private final String options;
  private final Path mounted;
  private final Thread atTheEnd = new Thread(this::unmount);
  private boolean open = true;

  private LoopDisk(String source, String options, Path mounted) {
    this.source = source;
    this.options = options;
    this.mounted = mounted;
    needs("mount", "-o", options, source, mounted.toString());
    Runtime.getRuntime().addShutdownHook(atTheEnd);
  }

  /// One of `mebibytes` in `directory`, made by `mkfs.KIND` with `options`.
  static LoopDisk of(Path directory, String kind, int mebibytes, String... options) {
    Path image = made(directory, kind, mebibytes, options);
    return new LoopDisk(image.toString(), "loop,noatime", mountPoint(directory));
  }

  /// One on a block device that is there.
  static LoopDisk on(String device, Path directory) {
    return new LoopDisk(device, "noatime", mountPoint(directory));
  }

  /// A file with an empty file system in it.
  static Path made(Path directory, String kind, int mebibytes, String... options) {
    whyNot().ifPresent(Assumptions::abort);
    Path image = directory.resolve("image");
    List<String> make = new ArrayList<>(List.of("mkfs." + kind, "-q"));
    make.addAll(Arrays.asList(options));
    make.add(image.toString());
    Tool.must("truncate", "-s", mebibytes + "M", image.toString());
    needs(make.toArray(String[]::new));
    return image;
  }

  private static Optional<String> whyNot() {
    if (!Tool.run("id", "-u").said().equals("0")) {
      return Optional.of("not root");
    }
    return Files.exists(Path.of("/dev/loop-control"))
        ? Optional.empty()
        : Optional.of("no loop devices");
  }

  /// Skips the test, and says why, where that program does not work.
  static void needs(String... command) {
    Tool tool = Tool.run(command);
    Assumptions.assumeTrue(tool.worked(), () -> command[0] + ": " + tool.said());
  }

  private static Path mountPoint(Path directory) {
    try {
      return Files.createDirectory(directory.resolve("mounted"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return mounted;
  }

  void remountReadOnly() {
    Tool.must("mount", "-o", "remount,ro", mounted.toString());
  }

  /// Drops all that is not on the disk, as a power cut would (RELIABILITY 3.4).
  void shutDown() {
    Tool.must("xfs_io", "-x", "-c", "shutdown", mounted.toString());
  }

  /// Mounts it again, as after a start of the machine.
  void mountAgain() {
    Tool.must("umount", mounted.toString());
    Tool.must("mount", "-o", options, source, mounted.toString());
  }

  /// What is still open in it does not keep it.
  synchronized void unmount() {
    if (open && !Tool.run("umount", mounted.toString()).worked()) {
      Tool.run("umount", "-l", mounted.toString());
    }
    open = false;
  }

  @Override
  public void close() {
    unmount();
    Runtime.getRuntime().removeShutdownHook(atTheEnd);
  }
}
