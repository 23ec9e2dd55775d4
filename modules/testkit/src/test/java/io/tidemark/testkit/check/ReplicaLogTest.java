package io.tidemark.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.log.verify.Verification;
import io.tidemark.log.writer.Appender;
import io.tidemark.log.writer.LogWriter;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.storage.FileSystemDirectory;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every segment is read, the last one too. The first record is the writer's own: it begins an
/// epoch.
final class ReplicaLogTest {
  private static final int RECORDS = 60;
  private static final int PAYLOAD_BYTES = 40_000;

  @TempDir private Path data;

  @BeforeEach
  void writeSomeSegments() throws Exception {
    Path directory = Files.createDirectories(ReplicaLog.directory(data, 3));
    try (LogWriter writer =
        LogWriter.open(
            FileSystemDirectory.at(directory),
            LogConfig.defaults(1, 3).withSizes(1 << 20, 1 << 16),
            WriterConfig.defaults())) {
      Appender appender = writer.appender().orElseThrow();
      for (int i = 1; i <= RECORDS; i++) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        Arrays.fill(payload, (byte) i);
        appender
            .whenDurable(appender.append(RecordData.data(payload)))
            .toCompletableFuture()
            .join();
      }
    }
  }

  @Test
  void allRecordsOfAllSegments() {
    assertThat(Verification.of(directory(), false).segments()).hasSizeGreaterThan(2);
    ReplicaLog log = ReplicaLog.read("a", data, 3);
    assertThat(log.lastLsn()).isEqualTo(1 + RECORDS);
    assertThat(log.records().subList(1, 1 + RECORDS))
        .allMatch(record -> record.payload()[PAYLOAD_BYTES - 1] == record.lsn() - 1);
  }

  @Test
  void damageInTheLastSegmentIsNamed() throws Exception {
    String last = Verification.of(directory(), false).segments().getLast().file();
    try (RandomAccessFile file = new RandomAccessFile(directory().resolve(last).toFile(), "rw")) {
      file.seek(PAYLOAD_BYTES / 2);
      int there = file.read();
      file.seek(PAYLOAD_BYTES / 2);
      file.write(there ^ 1);
    }
    assertThatThrownBy(() -> ReplicaLog.read("a", data, 3)).hasMessageContaining(last);
  }

  private Path directory() {
    return ReplicaLog.directory(data, 3);
  }
}
