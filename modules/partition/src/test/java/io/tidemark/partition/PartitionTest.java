package io.tidemark.partition;

import static io.tidemark.partition.WriterRig.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.partition.Partition.Command;
import io.tidemark.partition.Partition.GetHandle;
import io.tidemark.partition.Partition.Handle;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.GatedDirectory;
import io.tidemark.simkit.SimulatedDisk;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PartitionTest {
  private static final int STASHED = 1024;
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final SimulatedDisk disk = new SimulatedDisk();
  private final GatedDirectory directory = new GatedDirectory(disk);

  private Log open() {
    return Log.open(directory, WriterRig.LOG);
  }

  private static ActorRef<Command> partition(Callable<Log> open) {
    return ACTORS.spawn(Partition.create(WriterRig.CONFIG, () -> 1_000, open));
  }

  private static AppendOutcome append(Handle handle, AckLevel level) {
    TestProbe<AppendOutcome> caller = ACTORS.probe(AppendOutcome.class);
    handle.appends().append(RecordData.DATA, new byte[10], level, caller.getRef());
    return caller.receiveMessage(PATIENCE);
  }

  @Test
  void aloneEveryLevelHoldsOnceSynced() {
    Handle handle = ACTORS.handle(partition(this::open));
    long lsn = 2;
    for (AckLevel level : AckLevel.values()) {
      assertThat(append(handle, level)).isEqualTo(new AppendOutcome.Acknowledged(lsn, 1, level));
      lsn++;
    }
    await().atMost(PATIENCE).until(() -> handle.watermarks().committed() == 5);
    assertThat(handle.watermarks().durable()).isEqualTo(5);
    assertThat(handle.watermarks().appended()).isEqualTo(5);
    assertThat(handle.appends().admission().admittedBytes()).isZero();
  }

  @Test
  void openedAgainItGoesOnInANewEpoch() {
    ActorRef<Command> first = partition(this::open);
    append(ACTORS.handle(first), AckLevel.QUORUM);
    ACTORS.stop(first);
    Handle handle = ACTORS.handle(partition(this::open));
    assertThat(handle.watermarks().committed()).isGreaterThanOrEqualTo(2);
    assertThat(append(handle, AckLevel.QUORUM))
        .isEqualTo(new AppendOutcome.Acknowledged(4, 2, AckLevel.QUORUM));
  }

  @Test
  void whatArrivesWhileOpeningIsKeptUpToALimitAndAnsweredLater() {
    CountDownLatch disk = new CountDownLatch(1);
    ActorRef<Command> partition =
        partition(
            () -> {
              assertThat(disk.await(20, TimeUnit.SECONDS)).isTrue();
              return open();
            });
    TestProbe<Handle> probe = ACTORS.probe(Handle.class);
    TestProbe<Handle> dropped = ACTORS.probe(Handle.class);
    for (int i = 0; i < STASHED; i++) {
      partition.tell(new GetHandle(probe.getRef()));
    }
    partition.tell(new GetHandle(dropped.getRef()));
    probe.expectNoMessage(WriterRig.MOMENT);
    disk.countDown();
    assertThat(probe.receiveSeveralMessages(STASHED, PATIENCE)).hasSize(STASHED);
    assertThat(ACTORS.handle(partition)).isNotNull();
    dropped.expectNoMessage(WriterRig.MOMENT);
  }

  @Test
  void whatCannotBeOpenedStops() {
    ActorRef<Command> partition =
        partition(
            () -> {
              throw new IllegalArgumentException("damaged");
            });
    ACTORS.awaitStopped(partition);
    ActorRef<Command> died =
        partition(
            () -> {
              throw new AssertionError("an error is a failure too");
            });
    ACTORS.awaitStopped(died);
  }

  /// Its owner has asked for it and is gone before it is open: nobody else will close the log.
  @Test
  void whoStopsWhileOpeningLeavesNoLogOpen() throws InterruptedException {
    CountDownLatch disk = new CountDownLatch(1);
    CountDownLatch opened = new CountDownLatch(1);
    Log[] log = new Log[1];
    ActorRef<Command> partition =
        partition(
            () -> {
              assertThat(disk.await(20, TimeUnit.SECONDS)).isTrue();
              log[0] = open();
              opened.countDown();
              return log[0];
            });
    ACTORS.stop(partition);
    disk.countDown();
    assertThat(opened.await(10, TimeUnit.SECONDS)).isTrue();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(catchThrowable(() -> log[0].sync())).hasMessageContaining("closed"));
  }

  @Test
  void aFailedSyncStopsItAndWhoWaitsHearsUnknown() {
    ActorRef<Command> partition = partition(this::open);
    Handle handle = ACTORS.handle(partition);
    append(handle, AckLevel.QUORUM);
    directory.alone(() -> disk.faults().failNth(DiskOperation.SYNC, _ -> true, 1));
    assertThat(append(handle, AckLevel.QUORUM)).isInstanceOf(AppendOutcome.Unknown.class);
    ACTORS.awaitStopped(partition);
    assertThat(handle.watermarks().committed()).isEqualTo(2);
    assertThat(handle.appends().admission().admittedBytes()).isZero();
  }
}
