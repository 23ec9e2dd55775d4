package io.tidemark.log.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Batch;
import io.tidemark.log.Codec;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogCursor;
import io.tidemark.log.ReadResult;
import io.tidemark.log.RecordData;
import io.tidemark.log.RecordView;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A log of one's own, with nothing around it, on a real disk.
final class LogWriterTest {
  private static final LogConfig LOG = LogConfig.defaults(1, 0).withSizes(1 << 20, (1 << 16) + 256);
  private static final WriterConfig CONFIG =
      WriterConfig.of(WriterConfig.Limits.of(1 << 16, 1024, 1 << 20));

  @TempDir private Path directory;

  private LogWriter open(WriterConfig config) {
    return LogWriter.open(FileSystemDirectory.at(directory), LOG, config);
  }

  private static Appender appender(LogWriter writer) {
    return writer.appender().orElseThrow();
  }

  private static void awaitDurable(Appender appender, long lsn) throws Exception {
    durable(appender, lsn).get(20, TimeUnit.SECONDS);
  }

  private static CompletableFuture<Void> durable(Appender appender, long lsn) {
    return appender.whenDurable(lsn).toCompletableFuture();
  }

  @Test
  void whatIsDurableIsThereAfterwards() throws Exception {
    try (LogWriter writer = open(CONFIG)) {
      Appender appender = appender(writer);
      long lsn = appender.append(RecordData.DATA, new byte[] {1});
      assertThat(lsn).as("after the anchor").isEqualTo(2);
      assertThat(
              appender.appendAll(
                  List.of(RecordData.data(new byte[2]), RecordData.of(300, new byte[3]))))
          .isEqualTo(3);
      awaitDurable(appender, 4);
      assertThat(writer.log().durableLsn()).isEqualTo(4);
    }
    try (LogWriter writer = open(CONFIG)) {
      Appender appender = appender(writer);
      assertThat(appender.append(RecordData.DATA, new byte[] {1}))
          .as("another anchor")
          .isEqualTo(6);
      LogCursor cursor = writer.log().cursor(2);
      for (int bytes = 1; bytes <= 3; bytes++) {
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.payload().remaining()).isEqualTo(bytes);
      }
    }
  }

  /// Closing is not a reason to lose what was taken.
  @Test
  void closingMakesDurableWhatNobodyWaitedFor() {
    try (LogWriter writer = open(CONFIG.withSyncPolicy(new SyncPolicy.OperatingSystem()))) {
      Appender appender = appender(writer);
      for (int i = 0; i < 100; i++) {
        appender.append(RecordData.DATA, new byte[10]);
      }
      while (writer.log().appendedLsn() < 101) {
        Thread.onSpinWait();
      }
    }
    try (LogWriter writer = open(CONFIG)) {
      assertThat(writer.log().durableLsn()).isGreaterThanOrEqualTo(101);
    }
  }

  /// And until then it is told what a power cut would take.
  @Test
  void whoeverWaitsIsSyncedForWhateverThePolicy() throws Exception {
    try (LogWriter writer = open(CONFIG.withSyncPolicy(new SyncPolicy.OperatingSystem()))) {
      Appender appender = appender(writer);
      awaitDurable(appender, appender.append(RecordData.DATA, new byte[10]));
      assertThat(writer.health().unsyncedNanos()).isZero();
      long lsn = appender.append(RecordData.DATA, new byte[10]);
      while (writer.log().appendedLsn() < lsn || writer.health().unsyncedNanos() == 0) {
        Thread.onSpinWait();
      }
      awaitDurable(appender, lsn);
      assertThat(writer.health().unsyncedNanos()).isZero();
    }
  }

  @Test
  void manyThreadsShareOneOrder() throws Exception {
    int threads = 4;
    int each = 5_000;
    try (LogWriter writer = open(CONFIG);
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> ends =
          IntStream.range(0, threads)
              .<Future<?>>mapToObj(t -> pool.submit(() -> produce(appender(writer), t, each)))
              .toList();
      for (Future<?> end : ends) {
        end.get(60, TimeUnit.SECONDS);
      }
      int[] next = new int[threads];
      LogCursor cursor = writer.log().cursor(1);
      while (cursor.next()) {
        if (cursor.type() >= 300) {
          assertThat(cursor.payload().getInt()).isEqualTo(next[cursor.type() - 300]++);
        }
      }
      assertThat(next).containsOnly(each);
      assertThat(writer.health().measured().syncMicros().getTotalCount()).isPositive();
    }
  }

  private static Void produce(Appender appender, int thread, int each) throws Exception {
    long lsn = 0;
    for (int i = 0; i < each; i++) {
      byte[] payload = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(i).array();
      lsn = appender.append(300 + thread, payload);
      while (lsn == AppendRing.FULL) {
        Thread.onSpinWait();
        lsn = appender.append(300 + thread, payload);
      }
    }
    awaitDurable(appender, lsn);
    return null;
  }

  /// A group is in one batch, with nobody between its records, while others append too.
  @Test
  void groupsStayTogetherAmongOthers() throws Exception {
    int each = 2_000;
    try (LogWriter writer = open(CONFIG);
        ExecutorService pool = Executors.newFixedThreadPool(3)) {
      Future<?> groups = pool.submit(() -> produceGroups(appender(writer), each));
      Future<?> first = pool.submit(() -> produce(appender(writer), 0, each));
      Future<?> second = pool.submit(() -> produce(appender(writer), 1, each));
      for (Future<?> end : List.of(groups, first, second)) {
        end.get(60, TimeUnit.SECONDS);
      }
      int found = 0;
      long lsn = 2;
      while (lsn <= writer.log().appendedLsn()) {
        Batch batch = ((ReadResult.Found) writer.log().read(lsn)).batch();
        List<Integer> types = batch.records().stream().map(RecordView::type).toList();
        for (int at = types.indexOf(400); at >= 0; at = types.indexOf(400)) {
          assertThat(types.subList(at, at + 3)).containsExactly(400, 401, 402);
          types = types.subList(at + 3, types.size());
          found++;
        }
        assertThat(types).doesNotContain(401, 402);
        lsn = batch.lastLsn() + 1;
      }
      assertThat(found).isEqualTo(each);
    }
  }

  private static Void produceGroups(Appender appender, int each) throws Exception {
    List<RecordData> group =
        IntStream.range(400, 403).mapToObj(type -> RecordData.of(type, new byte[7])).toList();
    long lsn = 0;
    for (int i = 0; i < each; i++) {
      lsn = appender.appendAll(group);
      while (lsn == AppendRing.FULL) {
        Thread.onSpinWait();
        lsn = appender.appendAll(group);
      }
    }
    awaitDurable(appender, lsn + 2);
    return null;
  }

  /// A producer that claims a record and dies must not stop the others for ever.
  @Test
  void aClaimThatIsForgottenIsLeftBehind() throws Exception {
    try (LogWriter writer = open(withClaimPatience(Duration.ofMillis(50)))) {
      Appender dead = appender(writer);
      Appender other = appender(writer);
      long before = other.append(RecordData.DATA, new byte[1]);
      assertThat(dead.claim(RecordData.DATA, 100)).isEqualTo(before + 1);
      long behind = other.append(RecordData.DATA, new byte[1]);
      awaitDurable(other, before);
      assertThatThrownBy(() -> awaitDurable(other, behind))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(NotAppendedException.class)
          .hasMessageContaining("LSN " + (before + 1) + " was claimed and not committed");
      assertThat(other.isRefused(behind)).isTrue();
      dead.commit();
      assertThat(dead.isRefused(before + 1)).isTrue();
      assertThat(other.append(RecordData.DATA, new byte[1])).isEqualTo(AppendRing.CLOSED);
      Appender again = appender(writer);
      assertThat(again.append(RecordData.DATA, new byte[1])).isEqualTo(before + 1);
      assertThat(again.append(RecordData.DATA, new byte[1])).isEqualTo(behind);
      awaitDurable(again, behind);
      assertThatThrownBy(() -> awaitDurable(other, behind))
          .as("durable is another record, under the same number")
          .isInstanceOf(ExecutionException.class);
      awaitDurable(other, before);
      assertThat(writer.health().claimsLost()).isEqualTo(1);
    }
  }

  /// By size and by age, and never what somebody still reads.
  @Test
  void whatIsNotWantedAnyMoreIsTrimmed() throws Exception {
    WriterConfig.Retain retain =
        new WriterConfig.Retain(3 << 20, Duration.ofDays(1), Duration.ofMillis(5));
    try (LogWriter writer = open(CONFIG.withRetain(retain))) {
      Appender appender = appender(writer);
      writer.log().retention().hold("reader", 50);
      long lsn = 0;
      for (int i = 0; i < 200; i++) {
        lsn = appender.append(RecordData.DATA, new byte[60_000]);
        awaitDurable(appender, lsn);
      }
      assertThat(writer.log().firstLsn()).isLessThanOrEqualTo(50);
      writer.log().retention().release("reader");
      long first = writer.log().firstLsn();
      for (int i = 0; i < 2_000 && writer.log().firstLsn() == first; i++) {
        lsn = appender.append(RecordData.DATA, new byte[60_000]);
        awaitDurable(appender, lsn);
      }
      long segments = (lsn - writer.log().firstLsn()) * 60_000 / (1 << 20);
      assertThat(segments).isBetween(1L, 4L);
    }
  }

  /// Whoever waits behind a claim is not forgotten when that is given up without a word.
  @Test
  void whatWaitsBehindAClaimThatIsGivenUpIsWritten() throws Exception {
    try (LogWriter writer = open(withClaimPatience(Duration.ofMillis(20)))) {
      Appender first = appender(writer);
      Appender second = appender(writer);
      first.claim(RecordData.DATA, 100);
      long behind = second.append(RecordData.DATA, new byte[1]);
      first.abort();
      awaitDurable(second, behind);
      first.claim(RecordData.DATA, 100);
      behind = second.append(RecordData.DATA, new byte[1]);
      CompletableFuture<Void> durable = durable(second, behind);
      while (writer.health().busyNanos() > 0) {
        Thread.onSpinWait();
      }
      first.claim().abort();
      durable.get(20, TimeUnit.SECONDS);
      assertThat(writer.health().claimsLost()).isZero();
    }
  }

  private static WriterConfig withClaimPatience(Duration claim) {
    WriterConfig.Delays delays = WriterConfig.Delays.defaults();
    return CONFIG.withDelays(
        new WriterConfig.Delays(delays.note(), delays.fullRetry(), claim, delays.stalled()));
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void batchesAreCompressedAsConfigured(Codec codec) throws Exception {
    try (LogWriter writer = open(CONFIG.withCodec(codec))) {
      Appender appender = appender(writer);
      long lsn = appender.append(RecordData.DATA, new byte[5_000]);
      awaitDurable(appender, lsn);
      Batch batch = ((ReadResult.Found) writer.log().read(lsn)).batch();
      assertThat(batch.codec()).isEqualTo(codec);
    }
  }
}
