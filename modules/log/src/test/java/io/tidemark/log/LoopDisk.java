package io.tidemark.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A small real file system in a file, mounted; needs root and loop devices. Close unmounts it.
final class LoopDisk implements AutoCloseable {
  private static final int SHUTDOWN = 0x8004587D;
  private static final int OPEN_READ_ONLY = 0;

  private final Path image;
  private final Path mounted;

  private LoopDisk(Path image, Path mounted) {
    this.image = image;
    this.mounted = mounted;
  }

  /// One of `mebibytes` in `directory`, made by `mkfs.KIND` with `options`; none, and a message
  /// why, where that is not possible.
  static Optional<LoopDisk> of(Path directory, String kind, int mebibytes, String... options)
      throws IOException, InterruptedException {
    Path image = directory.resolve("image");
    Path mounted = Files.createDirectory(directory.resolve("mounted"));
    List<String> make = new ArrayList<>(List.of("mkfs." + kind, "-q"));
    make.addAll(List.of(options));
    make.add(image.toString());
    boolean made =
        Files.exists(Path.of("/dev/loop-control"))
            && runs("truncate", "-s", mebibytes + "M", image.toString())
            && runs(make.toArray(String[]::new));
    LoopDisk disk = new LoopDisk(image, mounted);
    if (made && disk.isMountedNow()) {
      return Optional.of(disk);
    }
    System.out.println("skipped: no loop device, no mkfs." + kind + ", or not root");
    return Optional.empty();
  }

  private boolean isMountedNow() throws IOException, InterruptedException {
    return runs("mount", "-o", "loop,noatime", image.toString(), mounted.toString());
  }

  Path path() {
    return mounted;
  }

  void remountReadOnly() throws IOException, InterruptedException {
    must("mount", "-o", "remount,ro", mounted.toString());
  }

  /// Drops all that is not on the disk, as a power cut would (RELIABILITY 3.4).
  void shutDown() {
    Linker linker = Linker.nativeLinker();
    MethodHandle open =
        linker.downcallHandle(
            linker.defaultLookup().find("open").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    MethodHandle control =
        linker.downcallHandle(
            linker.defaultLookup().find("ioctl").orElseThrow(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    MethodHandle close =
        linker.downcallHandle(
            linker.defaultLookup().find("close").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int file = (int) open.invokeExact(arena.allocateFrom(mounted.toString()), OPEN_READ_ONLY);
      // 2: without writing the journal first.
      MemorySegment how = arena.allocateFrom(ValueLayout.JAVA_INT, 2);
      int answer = (int) control.invokeExact(file, Integer.toUnsignedLong(SHUTDOWN), how);
      int closed = (int) close.invokeExact(file);
      if (file < 0 || answer != 0 || closed != 0) {
        throw new AssertionError("shutdown of " + mounted + " answered " + answer);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Mounts it again, as after a start of the machine.
  void mountAgain() throws IOException, InterruptedException {
    must("umount", mounted.toString());
    must("mount", "-o", "loop,noatime", image.toString(), mounted.toString());
  }

  private static void must(String... command) throws IOException, InterruptedException {
    if (!runs(command)) {
      throw new AssertionError("failed: " + String.join(" ", command));
    }
  }

  private static boolean runs(String... command) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    must("umount", mounted.toString());
    Files.delete(image);
  }
}
