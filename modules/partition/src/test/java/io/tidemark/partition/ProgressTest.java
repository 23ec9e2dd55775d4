package io.tidemark.partition;

import static io.tidemark.partition.WriterRig.MOMENT;
import static io.tidemark.partition.WriterRig.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.Appender;
import io.tidemark.log.writer.NotAppendedException;
import io.tidemark.log.writer.Refusal;
import io.tidemark.simkit.DiskOperation;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One message tells of many records, and of each it tells truly.
final class ProgressTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final WriterRig rig = new WriterRig(ACTORS);
  private final TestProbe<Progress> user = ACTORS.probe(Progress.class);

  private Appender appender(AckLevel level) {
    return rig.appends.appender(level, user.getRef()::tell).orElseThrow();
  }

  private static long append(Appender appender) {
    return appender.append(RecordData.DATA, new byte[1]);
  }

  @Test
  void oneSyncIsToldOnceForAllItsRecords() {
    rig.lead(1);
    Appender appender = appender(AckLevel.LOCAL);
    rig.appendIntoHeldSync();
    assertThat(append(appender)).isEqualTo(3);
    rig.append(1, AckLevel.RECEIVED);
    assertThat(append(appender)).isEqualTo(5);
    rig.append(1, AckLevel.RECEIVED);
    user.expectNoMessage(MOMENT);
    rig.directory.releaseSyncs();
    user.expectMessage(PATIENCE, new Progress.Acknowledged(5, 1, AckLevel.LOCAL));
    user.expectNoMessage(MOMENT);
  }

  @Test
  void whoWaitsForAQuorumIsHandedToTheOwner() {
    rig.lead(1);
    Appender appender = appender(AckLevel.QUORUM);
    append(appender);
    List<Waiter> waiters = rig.event(Writer.Appended.class).waiters();
    assertThat(waiters).extracting(Waiter::lsn).containsExactly(2L);
    user.expectNoMessage(MOMENT);
    waiters.getFirst().acknowledge();
    user.expectMessage(PATIENCE, new Progress.Acknowledged(2, 1, AckLevel.QUORUM));
  }

  @Test
  void theEndOfALeadershipSaysFromWhereOnNothingIsThere() {
    rig.lead(1);
    Appender appender = appender(AckLevel.LOCAL);
    append(appender);
    user.expectMessage(PATIENCE, new Progress.Acknowledged(2, 1, AckLevel.LOCAL));
    rig.appendIntoHeldSync();
    rig.tell(new Writer.StopLeading());
    append(appender);
    append(appender);
    rig.directory.releaseSyncs();
    user.expectMessage(PATIENCE, new Progress.Refused(4, Refusal.NOT_LEADER, "leadership ended"));
    assertThat(append(appender)).isEqualTo(AppendRing.CLOSED);
    user.expectNoMessage(MOMENT);
  }

  @Test
  void aFailedWriteLeavesThemUnknown() {
    rig.lead(1);
    Appender appender = appender(AckLevel.LOCAL);
    rig.appendIntoHeldSync();
    append(appender);
    append(appender);
    rig.failNext(DiskOperation.WRITE);
    rig.directory.releaseSyncs();
    assertThat(user.receiveMessage(PATIENCE))
        .isInstanceOfSatisfying(
            Progress.Unknown.class, unknown -> assertThat(unknown.uptoLsn()).isEqualTo(4));
    await().atMost(PATIENCE).until(() -> append(appender) == AppendRing.CLOSED);
  }

  /// A process that was stopped for too long speaks for nobody.
  @Test
  void whoLostItsLeaseAcknowledgesNothing() {
    rig.lead(1);
    Appender appender = appender(AckLevel.LOCAL);
    rig.appendIntoHeldSync();
    append(appender);
    rig.lease.set(false);
    rig.directory.releaseSyncs();
    assertThat(user.receiveMessage(PATIENCE)).isInstanceOf(Progress.Unknown.class);
    assertThat(rig.appends.appender(AckLevel.LOCAL, user.getRef()::tell)).isEmpty();
  }

  /// Taken from the ring, and no room for it: its number is given again, and it must never be told
  /// that it is there.
  @Test
  void whatFoundNoRoomOnTheDiskIsRefusedThoughItWasTaken() {
    rig.lead(1);
    Appender appender = appender(AckLevel.LOCAL);
    appender.append(RecordData.DATA, new byte[2000]);
    user.expectMessage(PATIENCE, new Progress.Acknowledged(2, 1, AckLevel.LOCAL));
    rig.fillDisk();
    long refused = 0;
    Object said = null;
    while (!(said instanceof Progress.Refused)) {
      refused = appender.append(RecordData.DATA, new byte[2000]);
      said = user.receiveMessage(PATIENCE);
    }
    assertThat(((Progress.Refused) said).fromLsn()).isEqualTo(refused);
    assertThat(appender.isRefused(refused)).isTrue();
    rig.makeRoomOnDisk();
    await().atMost(PATIENCE).until(() -> rig.appends.appender().isPresent());
    Appender later = rig.appender();
    assertThat(append(later)).as("the number is given again").isEqualTo(refused);
    later.whenDurable(refused).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    long number = refused;
    assertThatThrownBy(() -> appender.whenDurable(number).toCompletableFuture().join())
        .hasCauseInstanceOf(NotAppendedException.class);
    assertThat(appender.isRefused(refused)).isTrue();
  }
}
