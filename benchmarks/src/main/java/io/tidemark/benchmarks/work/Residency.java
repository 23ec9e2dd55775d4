package io.tidemark.benchmarks.work;

import io.tidemark.foundation.Check;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What of a file is in the page cache, by `mincore`.
final class Residency {
  private static final MethodHandle MINCORE =
      call(
          "mincore",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS));
  private static final MethodHandle GETPAGESIZE =
      call("getpagesize", FunctionDescriptor.of(ValueLayout.JAVA_INT));

  private Residency() {}

  /// The bytes of `file` that the page cache has.
  static long bytes(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      if (channel.size() == 0) {
        return 0;
      }
      MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      int pageBytes = pageBytes();
      MemorySegment pages = arena.allocate(Math.ceilDiv(channel.size(), pageBytes));
      Check.that(mincore(mapped, pages) == 0, "mincore failed");
      long resident = 0;
      for (long page = 0; page < pages.byteSize(); page++) {
        resident += pages.get(ValueLayout.JAVA_BYTE, page) & 1;
      }
      return resident * pageBytes;
    }
  }

  private static int pageBytes() {
    try {
      return (int) GETPAGESIZE.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static int mincore(MemorySegment mapped, MemorySegment pages) {
    try {
      return (int) MINCORE.invokeExact(mapped, mapped.byteSize(), pages);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle call(String name, FunctionDescriptor signature) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature);
  }
}
