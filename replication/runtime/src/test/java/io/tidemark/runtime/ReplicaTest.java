package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.log.writer.Refusal;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.protocol.Message;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.GatedDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;

final class ReplicaTest extends OneReplica {
  @Test
  void aloneItElectsItselfAndAcknowledgesEveryLevel() throws Exception {
    start(A);
    awaitState("leader");
    assertThat(handle.leader()).contains(A.node());
    long epoch = handle.view().epoch();
    long lsn = 2;
    for (AckLevel level : AckLevel.values()) {
      assertThat(outcome(level)).isEqualTo(new AppendOutcome.Acknowledged(lsn, epoch, level));
      lsn++;
    }
    assertThat(read())
        .isInstanceOfSatisfying(
            ReadAnswer.Ready.class, ready -> assertThat(ready.lsn()).isBetween(1L, 5L));
    await().atMost(PATIENCE).until(() -> handle.watermarks().committed() == 5);
    assertThat(read()).isEqualTo(new ReadAnswer.Ready(5));
    assertThat(appends().admission().admittedBytes()).isZero();
  }

  @Test
  void openedAgainItHasItsRecordsAndAHigherEpoch() throws Exception {
    start(A);
    awaitState("leader");
    long epoch = handle.view().epoch();
    outcome(AckLevel.QUORUM);
    kit.stop(replica, PATIENCE);
    directory.alone(disk::crashLosingAllUnsynced);
    directory = new GatedDirectory(disk);
    start(A);
    awaitState("leader");
    assertThat(handle.view().epoch()).isGreaterThan(epoch);
    assertThat(outcome(AckLevel.QUORUM))
        .isEqualTo(new AppendOutcome.Acknowledged(4, handle.view().epoch(), AckLevel.QUORUM));
  }

  @Test
  void whoDoesNotLeadRefusesAppendsAndReads() throws Exception {
    agreed(A, B, C);
    start(A, B, C);
    assertThat(outcome(AckLevel.QUORUM))
        .isInstanceOfSatisfying(
            AppendOutcome.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Refusal.NOT_LEADER));
    assertThat(read()).isEqualTo(new ReadAnswer.Refused());
  }

  @Test
  void oneReadMoreThanMayWaitIsToldSo() throws Exception {
    leadOfThree();
    List<CompletableFuture<ReadAnswer>> waiting =
        IntStream.range(0, MAX_READS)
            .mapToObj(_ -> handle.readIndex().toCompletableFuture())
            .toList();
    assertThat(read()).isEqualTo(new ReadAnswer.Full());
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void quorumWaitsForAPeerAndAllForEveryPeer() throws Exception {
    long epoch = leadOfThree();
    TestProbe<AppendOutcome> quorum = append(AckLevel.QUORUM);
    TestProbe<AppendOutcome> all = append(AckLevel.ALL);
    await().atMost(PATIENCE).until(() -> handle.watermarks().durable() == 3);
    quorum.expectNoMessage(Duration.ofMillis(100));
    say(B, new Message.Progress(epoch, 3, 3, 0));
    quorum.expectMessage(PATIENCE, new AppendOutcome.Acknowledged(2, epoch, AckLevel.QUORUM));
    all.expectNoMessage(Duration.ofMillis(100));
    say(C, new Message.Progress(epoch, 3, 3, 0));
    all.expectMessage(PATIENCE, new AppendOutcome.Acknowledged(3, epoch, AckLevel.ALL));
  }

  private TestProbe<AppendOutcome> repeat(AckLevel level) throws Exception {
    TestProbe<AppendOutcome> caller = kit.createTestProbe(AppendOutcome.class);
    RecordData record = RecordData.data(new byte[10]).stamped(new Stamp(7, 1));
    appends().append(record, level, caller.getRef());
    return caller;
  }

  /// Before the commit, after it, and after a power cut in another epoch.
  @Test
  void whoRepeatsWaitsForTheSameCommitAndGetsTheSameLsn() throws Exception {
    long epoch = leadOfThree();
    AppendOutcome committed = new AppendOutcome.Acknowledged(2, epoch, AckLevel.QUORUM);
    TestProbe<AppendOutcome> first = repeat(AckLevel.QUORUM);
    TestProbe<AppendOutcome> second = repeat(AckLevel.QUORUM);
    TestProbe<AppendOutcome> all = repeat(AckLevel.ALL);
    await().atMost(PATIENCE).until(() -> handle.watermarks().durable() == 2);
    second.expectNoMessage(Duration.ofMillis(100));
    say(B, new Message.Progress(epoch, 2, 2, 0));
    first.expectMessage(PATIENCE, committed);
    second.expectMessage(PATIENCE, committed);
    repeat(AckLevel.QUORUM).expectMessage(PATIENCE, committed);
    all.expectNoMessage(Duration.ofMillis(100));
    kit.stop(replica, PATIENCE);
    assertThat(all.receiveMessage(PATIENCE)).isInstanceOf(AppendOutcome.Unknown.class);
    directory.alone(disk::crashLosingAllUnsynced);
    directory = new GatedDirectory(disk);
    long next = leadOfThree();
    TestProbe<AppendOutcome> later = repeat(AckLevel.QUORUM);
    await().atMost(PATIENCE).until(() -> handle.watermarks().durable() == 3);
    say(B, new Message.Progress(next, 3, 3, 0));
    later.expectMessage(PATIENCE, new AppendOutcome.Acknowledged(2, next, AckLevel.QUORUM));
    assertThat(handle.watermarks().appended()).isEqualTo(3);
  }

  @Test
  void whoRepeatsIsAnsweredWhenTheLeadershipEnds() throws Exception {
    long epoch = leadOfThree();
    repeat(AckLevel.QUORUM);
    TestProbe<AppendOutcome> second = repeat(AckLevel.QUORUM);
    await().atMost(PATIENCE).until(() -> handle.watermarks().durable() == 2);
    say(C, new Message.Heartbeat(epoch + 1, 0, 0));
    assertThat(second.receiveMessage(PATIENCE)).isInstanceOf(AppendOutcome.Unknown.class);
    await().atMost(PATIENCE).until(() -> appends().admission().admittedBytes() == 0);
  }

  /// The process is stopped for longer than an election takes: another may lead by now.
  @Test
  void afterAPauseALeaderAcknowledgesNothingInItsOldEpochAndResigns() throws Exception {
    leadOfThree();
    TestProbe<AppendOutcome> before = append(AckLevel.QUORUM);
    await().atMost(PATIENCE).until(() -> handle.watermarks().durable() == 2);
    clock.passNanos(60 * TICK.toNanos());
    for (AckLevel level : AckLevel.values()) {
      assertThat(outcome(level))
          .as("%s, before the next tick", level)
          .isInstanceOf(AppendOutcome.Refused.class);
    }
    replica.tell(new Replica.Tick(Set.of()));
    assertThat(before.receiveMessage(PATIENCE)).isInstanceOf(AppendOutcome.Unknown.class);
    await().atMost(PATIENCE).until(() -> !handle.view().state().equals("leader"));
    assertThat(read()).isEqualTo(new ReadAnswer.Refused());
    assertThat(outcome(AckLevel.RECEIVED)).isInstanceOf(AppendOutcome.Refused.class);
  }

  @Test
  void aHigherEpochEndsALeadershipAndItsWaiters() throws Exception {
    long epoch = leadOfThree();
    TestProbe<AppendOutcome> waiting = append(AckLevel.QUORUM);
    await().atMost(PATIENCE).until(() -> handle.watermarks().durable() == 2);
    say(C, new Message.Heartbeat(epoch + 1, 0, 0));
    assertThat(waiting.receiveMessage(PATIENCE)).isInstanceOf(AppendOutcome.Unknown.class);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              tick();
              return handle.view().epoch() == epoch + 1;
            });
    assertThat(outcome(AckLevel.LOCAL)).isInstanceOf(AppendOutcome.Refused.class);
  }

  @Test
  void aFailedSyncFencesItForGood() throws Exception {
    start(A);
    awaitState("leader");
    outcome(AckLevel.QUORUM);
    directory.alone(() -> disk.faults().failNth(DiskOperation.SYNC, name -> true, 1));
    assertThat(outcome(AckLevel.QUORUM)).isInstanceOf(AppendOutcome.Unknown.class);
    await().atMost(PATIENCE).until(() -> handle.view().state().equals("fenced"));
    assertThat(handle.leader()).isEmpty();
    for (AckLevel level : AckLevel.values()) {
      assertThat(outcome(level))
          .isInstanceOfSatisfying(
              AppendOutcome.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(Refusal.FENCED));
    }
    assertThat(read()).isEqualTo(new ReadAnswer.Refused());
    tick();
    assertThat(handle.view().state()).isEqualTo("fenced");
    assertThat(appends().admission().admittedBytes()).isZero();
  }

  /// Its vote may be lost, so nothing is said in that epoch; the log itself is well.
  @Test
  void aBallotThatCannotBeSavedFencesBeforeAnythingIsSaid() throws Exception {
    start(A);
    appends();
    directory.alone(() -> disk.faults().failNth(DiskOperation.SYNC, "ballot"::equals, 1));
    awaitState("fenced");
    assertThat(outcome(AckLevel.RECEIVED)).isInstanceOf(AppendOutcome.Refused.class);
  }

  /// Fenced by its ballots while its writer is in the middle of a batch: who waits in that batch is
  /// answered all the same.
  @Test
  void fencedByItsBallotsItStillAnswersWhatItsWriterReports() throws Exception {
    long epoch = leadOfThree();
    await().atMost(PATIENCE).until(() -> handle.watermarks().durable() == 1);
    directory.alone(() -> disk.faults().failNth(DiskOperation.SYNC, "ballot"::equals, 1));
    directory.holdWrites(name -> !name.equals("ballot"));
    TestProbe<AppendOutcome> waiting = append(AckLevel.QUORUM);
    await().atMost(PATIENCE).until(directory::hasHeldAWrite);
    say(C, new Message.Heartbeat(epoch + 1, 0, 0));
    await().atMost(PATIENCE).until(() -> handle.view().state().equals("fenced"));
    directory.releaseWrites();
    assertThat(waiting.receiveMessage(PATIENCE)).isInstanceOf(AppendOutcome.Unknown.class);
    await().atMost(PATIENCE).until(() -> appends().admission().admittedBytes() == 0);
  }

  @Test
  void aDamagedBallotIsSaidAndTheReplicaStops() {
    Log.open(directory, LOG).close();
    start(A);
    kit.createTestProbe().expectTerminated(replica, PATIENCE);
    assertThat(failures).singleElement().isInstanceOf(BallotDamagedException.class);
    assertThat(handle.openNow()).isEmpty();
    assertThat(handle.open().toCompletableFuture()).isCompletedExceptionally();
  }
}
