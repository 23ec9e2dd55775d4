package io.tidemark.log.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.SampleLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every single-bit flip in a whole directory is found: in headers, notes, marks, batches of every
/// codec, footers and the floor by a checksum, everywhere else because it must be zero.
///
/// Harmless are the bits of the lock file, which has no content, and those of the first block of
/// `next.prepared`, which is written anew before it is a segment; neither is here.
final class VerificationSweepTest {
  @TempDir private Path directory;

  @Test
  void everySingleBitFlipIsFound() throws IOException {
    SampleLog.writeSmall(directory);
    assertThat(Verification.of(directory, false).allFindings()).isEmpty();
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files = entries.sorted().toList();
    }
    assertThat(files).hasSize(4).map(f -> f.getFileName().toString()).contains("floor");
    for (Path file : files) {
      flipAll(file);
    }
  }

  private void flipAll(Path file) throws IOException {
    String name = file.getFileName().toString();
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      for (long at = 0; at < bytes.length(); at++) {
        bytes.seek(at);
        int old = bytes.read();
        for (int bit = 0; bit < 8; bit++) {
          bytes.seek(at);
          bytes.write(old ^ 1 << bit);
          List<Finding> found = Verification.of(directory, false, new Visitor() {}).allFindings();
          if (found.isEmpty() || !found.getFirst().file().equals(name)) {
            throw new AssertionError("bit " + bit + " at " + at + " of " + name + ": " + found);
          }
        }
        bytes.seek(at);
        bytes.write(old);
      }
    }
  }
}
