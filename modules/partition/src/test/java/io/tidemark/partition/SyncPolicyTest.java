package io.tidemark.partition;

import static io.tidemark.partition.WriterRig.MOMENT;
import static io.tidemark.partition.WriterRig.PATIENCE;
import static io.tidemark.partition.WriterRig.assertAcknowledged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.writer.SyncPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// When a writer syncs what nobody waits for, and that it always syncs what somebody waits for.
final class SyncPolicyTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static WriterRig rig(SyncPolicy policy) {
    WriterRig rig = new WriterRig(ACTORS, WriterRig.CONFIG.withSyncPolicy(policy));
    rig.lead(1);
    return rig;
  }

  private static void appendReceived(WriterRig rig, long lsn) {
    assertAcknowledged(rig.append(1, AckLevel.RECEIVED), lsn, 1, AckLevel.RECEIVED);
    rig.event(Writer.Appended.class);
  }

  @Test
  void everyBatch() {
    WriterRig rig = rig(new SyncPolicy.EveryBatch());
    appendReceived(rig, 2);
    assertThat(rig.event(Writer.Synced.class).lsn()).isEqualTo(2);
  }

  @Test
  void atMostWaitsAndThenSyncsByItself() {
    WriterRig rig = rig(new SyncPolicy.AtMost(Duration.ofMillis(300)));
    appendReceived(rig, 2);
    assertThat(rig.log.durableLsn()).isEqualTo(1);
    appendReceived(rig, 3);
    rig.owner.expectNoMessage(MOMENT);
    assertThat(rig.event(Writer.Synced.class).lsn()).as("both").isEqualTo(3);
  }

  @Test
  void theOperatingSystemIsLeftAlone() {
    WriterRig rig = rig(new SyncPolicy.OperatingSystem());
    int syncs = rig.directory.syncs();
    appendReceived(rig, 2);
    rig.owner.expectNoMessage(Duration.ofMillis(500));
    assertThat(rig.directory.syncs()).isEqualTo(syncs);
    assertThat(rig.log.durableLsn()).isEqualTo(1);
  }

  @Test
  void whoeverWaitsIsSyncedForWhateverThePolicy() {
    WriterRig rig = rig(new SyncPolicy.OperatingSystem());
    appendReceived(rig, 2);
    assertAcknowledged(rig.append(1, AckLevel.LOCAL), 3, 1, AckLevel.LOCAL);
    rig.event(Writer.Appended.class);
    assertThat(rig.event(Writer.Synced.class).lsn()).isEqualTo(3);
    rig.append(1, AckLevel.QUORUM);
    rig.event(Writer.Appended.class);
    assertThat(rig.event(Writer.Synced.class).lsn()).isEqualTo(4);
  }

  @Test
  void aWriterThatStopsSyncs() {
    WriterRig rig = rig(new SyncPolicy.OperatingSystem());
    appendReceived(rig, 2);
    ACTORS.stop(rig.writer);
    assertThat(rig.log.durableLsn()).isEqualTo(2);
  }

  /// So that damage to the last batch is told from a tear: see the log's text.
  @Test
  void whatIsSyncedIsNotedWhenNothingComesForAWhile() {
    WriterRig rig =
        new WriterRig(
            ACTORS,
            WriterRig.CONFIG.withDelays(
                WriterRig.delays(Duration.ofMillis(50), Duration.ofSeconds(1))));
    rig.lead(1);
    int syncs = rig.directory.syncs();
    assertAcknowledged(rig.append(1, AckLevel.LOCAL), 2, 1, AckLevel.LOCAL);
    await().atMost(PATIENCE).until(() -> rig.directory.syncs() == syncs + 2);
    assertThat(rig.log.durableLsn()).isEqualTo(2);
  }

  @Test
  void aDelayIsPositive() {
    assertThatThrownBy(() -> new SyncPolicy.AtMost(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
