package io.tidemark.log.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.SampleLog;
import io.tidemark.log.verify.SegmentWalk.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
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
  private static final Comparator<Path> BY_NAME =
      Comparator.<Path, Boolean>comparing(file -> !file.endsWith("floor")).thenComparing(f -> f);

  @TempDir private Path directory;

  @Test
  void everySingleBitFlipIsFound() throws IOException {
    SampleLog.writeSmall(directory);
    assertThat(Verification.of(directory, false).allFindings()).isEmpty();
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files = entries.filter(file -> !file.endsWith("lock")).sorted(BY_NAME).toList();
    }
    assertThat(files).hasSize(3).first().matches(file -> file.endsWith("floor"));
    for (Path file : files) {
      flipAll(file, files.getLast().equals(file));
    }
  }

  /// In memory: what [Verification] does with each file, without the files.
  private static void flipAll(Path file, boolean last) throws IOException {
    byte[] content = Files.readAllBytes(file);
    String name = file.getFileName().toString();
    ByteBuffer bytes = Layout.littleEndian(ByteBuffer.allocateDirect(content.length));
    bytes.put(content).clear();
    assertThat(findings(name, bytes, last)).isEmpty();
    for (int at = 0; at < content.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        bytes.put(at, (byte) (content[at] ^ 1 << bit));
        if (findings(name, bytes, last).isEmpty()) {
          throw new AssertionError("bit " + bit + " at " + at + " of " + name + " is not found");
        }
      }
      bytes.put(at, content[at]);
    }
  }

  private static List<Finding> findings(String name, ByteBuffer bytes, boolean last) {
    Findings wrong = new Findings(name);
    if (name.equals(SmallFiles.FLOOR)) {
      SmallFiles.floor(bytes, wrong);
      return wrong.all();
    }
    Place place = last ? Place.LAST : Place.FOLLOWED;
    Header.decode(bytes, bytes.limit(), wrong)
        .ifPresent(
            header ->
                new SegmentWalk(header, bytes, place, Long.MAX_VALUE, Visitor.NONE, wrong).run());
    return wrong.all();
  }
}
