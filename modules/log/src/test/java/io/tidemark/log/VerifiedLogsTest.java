package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.log.verify.BatchSeen;
import io.tidemark.log.verify.RecordSeen;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.SegmentReport;
import io.tidemark.log.verify.Verification;
import io.tidemark.log.verify.Visitor;
import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every kind of log that this release leaves on a real disk, read by the second decoder: nothing
/// is wrong, and it holds what was appended.
final class VerifiedLogsTest {
  private static final LogConfig CONFIG = LogConfig.defaults(81, 2).withSizes(32768, 4096);

  @TempDir private Path path;
  private Directory directory;
  private final Batches batches = new Batches();

  @BeforeEach
  void makeDirectory() {
    directory = FileSystemDirectory.at(path);
  }

  private Log open(LogConfig config) {
    try {
      return Log.open(directory, config);
    } catch (StorageException e) {
      assumeTrue(config.access() == Access.BUFFERED, "direct I/O is not possible here");
      throw e;
    }
  }

  private void append(Log log, int count, int payloadBytes) {
    for (int i = 0; i < count; i++) {
      log.append(batches.next(1, 2, payloadBytes));
      log.sync();
    }
  }

  /// What is found, which is nothing wrong, holds the batches from `firstLsn` on.
  private Report sound(long firstLsn) {
    List<Long> seen = new ArrayList<>();
    Report report =
        Verification.of(
            path,
            false,
            new Visitor() {
              @Override
              public void batch(BatchSeen batch) {
                seen.add(batch.baseLsn());
              }
            });
    assertThat(report.allFindings()).isEmpty();
    assertThat(seen)
        .isEqualTo(
            batches.all().stream().map(Batch::baseLsn).filter(lsn -> lsn >= firstLsn).toList());
    assertThat(Verification.of(path, false)).as("in parallel").isEqualTo(report);
    return report;
  }

  @Test
  void pastThePageCacheInBlocks() {
    LogConfig direct = CONFIG.withAccess(Access.DIRECT);
    try (Log log = open(direct)) {
      append(log, 12, 1000);
      sound(1);
    }
    assertThat(sound(1).segments()).hasSizeGreaterThan(2);
    try (Log log = open(direct)) {
      append(log, 2, 10);
    }
    sound(1);
  }

  @Test
  void aBufferedTailContinuedPastThePageCache() {
    try (Log log = open(CONFIG)) {
      append(log, 3, 100);
    }
    try (Log log = open(CONFIG.withAccess(Access.DIRECT))) {
      append(log, 3, 100);
    }
    assertThat(sound(1).segments()).hasSize(2);
    try (Log log = open(CONFIG)) {
      append(log, 30, 1000);
    }
    sound(1);
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void trimmedAndThenTruncatedToNothing(Access access) {
    try (Log log = open(CONFIG.withAccess(access))) {
      append(log, 30, 1000);
      log.retention().hold("reader", 20);
      long first = log.trimBelow(40);
      assertThat(first).isBetween(2L, 20L);
      sound(first);
      log.truncateAfter(first - 1);
      batches.truncateAfter(first - 1);
      assertThat(sound(first).records()).isZero();
      append(log, 1, 7);
      sound(first);
    }
    try (Log log = open(CONFIG.withAccess(access))) {
      assertThat(log.firstLsn()).isEqualTo(sound(log.firstLsn()).floor());
    }
  }

  @Test
  void anInterruptedTrim() throws IOException {
    try (Log log = open(CONFIG)) {
      append(log, 30, 1000);
      Path oldest = path.resolve(SegmentHeader.fileName(1));
      byte[] bytes = Files.readAllBytes(oldest);
      long first = log.trimBelow(40);
      Files.write(oldest, bytes);
      assertThat(sound(first).segments().getFirst().records()).isZero();
    }
  }

  @Test
  void anInterruptedTruncation() {
    Batch last;
    try (Log log = open(CONFIG)) {
      append(log, 30, 1000);
      last = batches.all().get(4);
      List<String> segments = directory.list().stream().filter(n -> n.endsWith("segment")).toList();
      Truncation.begin(directory, CONFIG, Tail.EMPTY.after(last));
      batches.truncateAfter(last.lastLsn());
      assertThat(sound(1).truncatingAfter()).isEqualTo(OptionalLong.of(last.lastLsn()));
      directory.delete(segments.getLast());
      spoil(segments.getFirst(), 8192 + 5 * (32 + 64 + 2 * 1008) + 300);
      sound(1);
    }
    try (Log log = open(CONFIG)) {
      assertThat(log.lastChecksum()).isEqualTo(last.checksum());
    }
    assertThat(sound(1).truncatingAfter()).isEmpty();
  }

  @Test
  void anInterruptedRewrite() {
    try (Log log = open(CONFIG)) {
      append(log, 3, 500);
    }
    String name = SegmentHeader.fileName(1);
    ByteBuffer bytes = ByteBuffer.allocate(3 * (32 + 64 + 2 * 508));
    int from = 8192 + 2 * (32 + 64 + 2 * 508) / 8 * 8;
    try (StoredFile file = directory.open(name)) {
      file.read(bytes, from);
    }
    TailCopy copy = new TailCopy(81, 2, 1, from, bytes.flip());
    DurableNames.replace(directory, TailCopy.FILE, copy.encode());
    spoil(name, from + 100);
    assertThat(sound(1).rewriting()).isTrue();
    try (Log log = open(CONFIG)) {
      assertThat(Batches.in(log)).isEqualTo(batches.all());
    }
    sound(1);
  }

  private void spoil(String name, long position) {
    try (StoredFile file = directory.open(name)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}), position);
    }
  }

  @Test
  void theNextSegmentPrepared() {
    try (Log log = Log.open(directory, CONFIG, Runnable::run)) {
      append(log, 9, 1000);
      assertThat(directory.list()).contains("next.prepared");
      sound(1);
      spoil("next.prepared", 5000);
      assertThat(Verification.of(path, false).damage().toString())
          .contains("next.prepared at 5000");
    }
  }

  @Test
  void asManyEpochsAsAFooterTakes() {
    try (Log log = open(CONFIG)) {
      for (int epoch = 1; epoch <= 2 * Footer.MAX_EPOCHS + 3; epoch++) {
        batches.epoch(epoch);
        append(log, 1, 8);
      }
      log.roll();
    }
    assertThat(sound(1).segments()).filteredOn(SegmentReport::sealed).hasSizeGreaterThan(2);
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void compressedKeyedAndStamped(Codec codec) {
    List<String> expected = new ArrayList<>();
    try (Log log = open(CONFIG)) {
      BatchBuilder builder = new BatchBuilder(4096, codec);
      for (int i = 0; i < 200; i++) {
        builder.clear();
        RecordData record =
            new RecordData(300 + i, i % 3 == 0, OptionalLong.of(-i), ByteBuffer.allocate(i));
        builder.add(record);
        RecordData plain = RecordData.data(new byte[i % 7]);
        builder.add(i % 2 == 0 ? plain : plain.stamped(new Stamp(-i, i)));
        builder.add(record.stamped(new Stamp(i, -i)));
        log.append(builder, 1, i);
        expected.add("%d %b %d - %d".formatted(300 + i, i % 3 == 0, -i, i));
        expected.add("1 false - %s %d".formatted(i % 2 == 0 ? "-" : -i + "/" + i, i % 7));
        expected.add("%d %b %d %d/%d %d".formatted(300 + i, i % 3 == 0, -i, i, -i, i));
      }
    }
    List<String> seen = new ArrayList<>();
    Report report = Verification.of(path, false, records(seen));
    assertThat(report.allFindings()).isEmpty();
    assertThat(seen).isEqualTo(expected);
  }

  private static Visitor records(List<String> seen) {
    return new Visitor() {
      @Override
      public void batch(BatchSeen batch) {
        RecordSeen record = batch.records();
        while (record.next()) {
          String key = record.keyed() ? Long.toString(record.key()) : "-";
          String stamp = record.stamped() ? record.producer() + "/" + record.sequence() : "-";
          assertThat(record.payload().remaining()).isEqualTo(record.payloadBytes());
          seen.add(
              "%d %b %s %s %d"
                  .formatted(record.type(), record.optional(), key, stamp, record.payloadBytes()));
        }
      }
    };
  }
}
