package io.tidemark.log.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.WriterHost.Reminder;
import io.tidemark.simkit.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A writer that does nothing but what its host, the test, has it do: what it asks for, and what
/// producers hear.
final class BatchWriterTest {
  private static final LogConfig LOG = LogConfig.defaults(7, 0).withSizes(16384, 2048 + 256);
  private static final WriterConfig CONFIG =
      WriterConfig.of(WriterConfig.Limits.of(2048, 8, 8192))
          .withSyncPolicy(new SyncPolicy.OperatingSystem());

  private final Log log = Log.open(new SimulatedDisk().root(), LOG);
  private final Entrance entrance = new Entrance();
  private final WriterHealth health = new WriterHealth(Duration.ofDays(1));
  private final AtomicInteger wakes = new AtomicInteger();
  private final List<Reminder> asked = new ArrayList<>();
  private final BatchWriter writer =
      new BatchWriter(CONFIG, log, entrance, health, wakes::incrementAndGet, new Asked());

  private final class Asked extends QuietHost {
    @Override
    public void remindAfter(Reminder reminder, Duration delay) {
      asked.add(reminder);
    }

    @Override
    public boolean repeated(Waiting waiting, long lsn) {
      return true;
    }
  }

  /// Leads; the anchor, LSN 1, is durable.
  private void lead() {
    writer.lead(1);
    writer.flush();
    assertThat(log.durableLsn()).isEqualTo(1);
  }

  private Appender appender() {
    return entrance.appender().orElseThrow();
  }

  private static long append(Appender appender) {
    return appender.append(RecordData.DATA, new byte[1]);
  }

  private static CompletableFuture<Void> durable(Appender appender, long lsn) {
    return appender.whenDurable(lsn).toCompletableFuture();
  }

  /// Does what it was asked to do, as if the time were up.
  private void remind(Reminder reminder) {
    assertThat(asked.remove(reminder)).as("asked for %s", reminder).isTrue();
    writer.remind(reminder);
  }

  /// The next LSN is claimed and stays so; the one after it, a record of `other`, waits behind it.
  private Appender claimInFrontOf(Appender other) {
    Appender dead = appender();
    long claimed = dead.claim(RecordData.DATA, 10);
    assertThat(append(other)).isEqualTo(claimed + 1);
    writer.flush();
    assertThat(log.appendedLsn()).isEqualTo(claimed - 1);
    return dead;
  }

  /// One whose record 2 was taken, and whose ring was left behind with a claim and record 4.
  private Appender leftBehind() {
    lead();
    Appender old = appender();
    assertThat(append(old)).isEqualTo(2);
    claimInFrontOf(old);
    remind(Reminder.LOOK_AT_CLAIM);
    remind(Reminder.LOOK_AT_CLAIM);
    return old;
  }

  private static void assertNotAppended(CompletableFuture<Void> durable) {
    assertThat(durable)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(NotAppendedException.class);
  }

  @Test
  void whoGivesAClaimUpWakesTheWriterForThoseBehind() {
    lead();
    Appender claiming = claimInFrontOf(appender());
    int before = wakes.get();
    claiming.abort();
    assertThat(wakes.get()).isEqualTo(before + 1);
    writer.flush();
    assertThat(log.appendedLsn()).isEqualTo(3);
  }

  @Test
  void aClaimThatWasGivenUpWithoutAWordIsFoundByTheWriter() {
    lead();
    Appender claiming = claimInFrontOf(appender());
    claiming.claim().abort();
    remind(Reminder.LOOK_AT_CLAIM);
    assertThat(log.appendedLsn()).isEqualTo(3);
    assertThat(health.claimsLost()).isZero();
  }

  /// The first look may come right after the claim.
  @Test
  void aClaimIsLostIfItIsOpenAtTwoLooks() {
    lead();
    Appender other = appender();
    Appender dead = claimInFrontOf(other);
    remind(Reminder.LOOK_AT_CLAIM);
    assertThat(health.claimsLost()).isZero();
    assertThat(other.isRefused(3)).isFalse();
    remind(Reminder.LOOK_AT_CLAIM);
    assertThat(health.claimsLost()).isEqualTo(1);
    assertThat(other.isRefused(3)).isTrue();
    assertThat(append(other)).isEqualTo(AppendRing.CLOSED);
    dead.commit();
    assertThat(append(appender())).as("the number was not used up").isEqualTo(2);
  }

  /// What was taken from the old ring is still to be synced when the new one has records under the
  /// numbers that the old one refused.
  @Test
  void aSyncTellsEachRingOfItsOwnRecords() {
    Appender old = leftBehind();
    CompletableFuture<Void> taken = durable(old, 2);
    assertThat(taken).isNotDone();
    Appender next = appender();
    assertThat(append(next)).isEqualTo(3);
    assertThat(append(next)).isEqualTo(4);
    writer.flush();
    assertThat(log.durableLsn()).as("synced, because one waits").isEqualTo(4);
    assertThat(taken).isCompleted();
    assertThat(durable(next, 4)).isCompleted();
    assertNotAppended(durable(old, 4));
    assertThat(old.isRefused(4)).isTrue();
  }

  @Test
  void whatWasTakenIsUnknownWhenTheLogFailsBeforeItsSync() {
    Appender old = leftBehind();
    writer.fence(new IllegalStateException("the disk is gone"));
    assertThat(durable(old, 2))
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("the disk is gone");
    assertNotAppended(durable(old, 4));
  }
}
