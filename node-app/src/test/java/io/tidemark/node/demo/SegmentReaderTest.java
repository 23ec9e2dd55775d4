package io.tidemark.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.storage.FileSystemDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the log wrote is read, compared and doubted; each single bit: `VerificationSweepTest`.
class SegmentReaderTest {
  private static final LogConfig CONFIG = LogConfig.defaults(77, 3).withSizes(64 << 10, 16 << 10);

  @TempDir private Path directory;

  @Test
  void readsWhatTheLogWrote() throws IOException {
    List<byte[]> payloads = write(directory, 400);
    SegmentReader reader = SegmentReader.read(directory);
    assertThat(segments(directory)).hasSizeGreaterThan(2);
    assertThat(reader.lastLsn()).isEqualTo(payloads.size());
    for (int i = 0; i < payloads.size(); i++) {
      SegmentReader.Entry entry = reader.entries().get(i);
      assertThat(entry.lsn()).isEqualTo(i + 1);
      assertThat(entry.type()).isEqualTo(RecordData.DATA);
      assertThat(entry.payload()).isEqualTo(payloads.get(i));
    }
  }

  @Test
  void sameRecordsSameDigestAndAnAnchorAtTheEndIsForgiven(@TempDir Path other) throws IOException {
    write(directory, 50);
    write(other, 50);
    SegmentReader one = SegmentReader.read(directory);
    SegmentReader two = SegmentReader.read(other);
    assertThat(two.sha256(50)).isEqualTo(one.sha256(50)).isNotEqualTo(one.sha256(49));
    append(other, RecordData.anchor());
    assertThat(SegmentReader.difference(List.of(one, SegmentReader.read(other)))).isEmpty();
    append(other, RecordData.data(new byte[1]));
    assertThat(SegmentReader.difference(List.of(one, SegmentReader.read(other)))).isPresent();
  }

  @Test
  void aFlippedBitIsNamed() throws IOException {
    write(directory, 20);
    Path file = segments(directory).getFirst();
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(8300);
      int old = bytes.read();
      bytes.seek(8300);
      bytes.write(old ^ 1);
    }
    assertThatThrownBy(() -> SegmentReader.read(directory))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(file.getFileName() + " at 8288: BATCH_BODY");
  }

  @Test
  void aMissingSegmentIsFound() throws IOException {
    write(directory, 400);
    Files.delete(segments(directory).get(1));
    assertThatThrownBy(() -> SegmentReader.read(directory)).hasMessageContaining("MISSING_SEGMENT");
  }

  private static List<byte[]> write(Path directory, int records) {
    Random chance = new Random(records);
    List<byte[]> payloads = new ArrayList<>();
    try (Log log = Log.open(FileSystemDirectory.at(directory), CONFIG)) {
      for (int lsn = 1; lsn <= records; ) {
        List<RecordData> batch = new ArrayList<>();
        for (int count = 1 + chance.nextInt(5);
            count > 0 && lsn + batch.size() <= records;
            count--) {
          byte[] payload = new byte[chance.nextInt(1000)];
          chance.nextBytes(payload);
          payloads.add(payload);
          batch.add(RecordData.data(payload));
        }
        log.append(Batch.encode(lsn, 1, 1000 + lsn, log.lastChecksum(), batch));
        if (chance.nextInt(3) == 0) {
          log.sync();
        }
        lsn += batch.size();
      }
      log.sync();
    }
    return payloads;
  }

  private static void append(Path directory, RecordData record) {
    try (Log log = Log.open(FileSystemDirectory.at(directory), CONFIG)) {
      long lsn = log.appendedLsn() + 1;
      log.append(Batch.encode(lsn, 1, 1000 + lsn, log.lastChecksum(), List.of(record)));
      log.sync();
    }
  }

  private static List<Path> segments(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".segment")).sorted().toList();
    }
  }
}
