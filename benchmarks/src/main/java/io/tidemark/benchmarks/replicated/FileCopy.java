package io.tidemark.benchmarks.replicated;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// What the machine takes to copy files, as `dd` does it: a block read, a block written, one sync
/// at the end.
final class FileCopy {
  /// What does not come and go while its process runs.
  private static final String SEGMENT = ".segment";

  private static final int BLOCK_BYTES = 1 << 20;

  private FileCopy() {}

  /// Copies the files below `from`, which may be written to meanwhile, into the one file `to` until
  /// `bytes` are copied or there are no more, and deletes it; MiB a second.
  static double mibPerSecond(Path from, Path to, long bytes) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(file -> file.toString().endsWith(SEGMENT)).sorted().toList();
    }
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    long copied = 0;
    long began = System.nanoTime();
    try (FileChannel target =
        FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (Path file : files) {
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
          while (copied < bytes && source.read(block) >= 0) {
            block.flip();
            while (block.hasRemaining()) {
              copied += target.write(block);
            }
            block.clear();
          }
        }
      }
      target.force(false);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    Files.delete(to);
    return copied / seconds / (1 << 20);
  }
}
