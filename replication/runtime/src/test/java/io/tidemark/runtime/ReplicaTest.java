package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.log.writer.Refusal;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.partition.Appends;
import io.tidemark.protocol.Message;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.GatedDirectory;
import io.tidemark.simkit.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// One replica on a simulated disk under a manual clock; its peers are what the test says for them.
final class ReplicaTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofMillis(25);
  private static final ReplicaId A = ReplicaId.parse("a");
  private static final ReplicaId B = ReplicaId.parse("b");
  private static final ReplicaId C = ReplicaId.parse("c");
  private static final LogConfig LOG = LogConfig.defaults(7, 0).withSizes(1 << 17, 8192);
  private static ActorTestKit kit;

  private final SimulatedDisk disk = new SimulatedDisk();
  private GatedDirectory directory = new GatedDirectory(disk);
  private final ManualClock clock = new ManualClock();
  private final List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
  private ReplicaHandle handle;
  private ActorRef<Replica.Command> replica;

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  private void start(ReplicaId... voters) {
    ReplicaConfig config =
        new ReplicaConfig(
            0,
            directory,
            LOG,
            WriterConfig.of(WriterConfig.Limits.of(4096, 64, 1 << 16)),
            A,
            Stream.of(voters).map(ReplicaId::node).toList(),
            new ReplicationSettings(TICK.multipliedBy(2), TICK.multipliedBy(16)),
            1,
            1 << 16,
            clock);
    handle = new ReplicaHandle(0);
    replica = kit.spawn(Replica.create(config, Links.NONE, handle, failures::add));
    handle.replica(replica);
  }

  private Appends appends() throws Exception {
    return handle.open().toCompletableFuture().get(10, TimeUnit.SECONDS).appends();
  }

  private void tick() {
    clock.passNanos(TICK.toNanos());
    replica.tell(Replica.Tick.INSTANCE);
  }

  private void awaitState(String state) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              tick();
              return handle.view().state().equals(state);
            });
    if (state.equals("leader")) {
      awaitTaking();
    }
  }

  /// Its writer takes records a moment after the core says that it leads.
  private void awaitTaking() {
    await()
        .atMost(PATIENCE)
        .until(() -> handle.openNow().flatMap(open -> open.appends().appender()).isPresent());
  }

  private TestProbe<AppendOutcome> append(AckLevel level) throws Exception {
    TestProbe<AppendOutcome> caller = kit.createTestProbe(AppendOutcome.class);
    appends().append(RecordData.DATA, new byte[10], level, caller.getRef());
    return caller;
  }

  private AppendOutcome outcome(AckLevel level) throws Exception {
    return append(level).receiveMessage(PATIENCE);
  }

  private ReadAnswer read() throws Exception {
    return handle.readIndex().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private void say(ReplicaId from, Message message) {
    replica.tell(new Replica.PeerMessage(from, message, List.of()));
  }

  /// Those with whom the partition begins, if more than one: they have agreed before.
  private void agreed(ReplicaId... founders) {
    MembersStore.open(directory, A).agree(List.of(founders));
  }

  /// Leads a, b and c by the vote of b.
  private long leadOfThree() {
    agreed(A, B, C);
    start(A, B, C);
    awaitState("pre-candidate");
    long epoch = handle.view().epoch() + 1;
    say(B, new Message.PreVote(epoch, true));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              say(B, new Message.Vote(epoch, true));
              replica.tell(Replica.Tick.INSTANCE);
              return handle.view().state().equals("leader");
            });
    awaitTaking();
    return epoch;
  }

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
    replica.tell(Replica.Tick.INSTANCE);
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

  private void greets(ReplicaId from, Optional<List<ReplicaId>> founders) {
    replica.tell(new Replica.Greeted(new Greeting(Greeting.Kind.ANSWER, from, founders)));
  }

  private Optional<List<ReplicaId>> savedFounders() {
    return MembersStore.open(directory, A).founders();
  }

  @Test
  void withoutDataItPromisesNothingUntilAllAreFoundToHaveNone() throws Exception {
    start(A, B, C);
    greets(B, Optional.empty());
    for (int i = 0; i < 200; i++) {
      tick();
    }
    assertThat(read()).isEqualTo(new ReadAnswer.Refused());
    assertThat(handle.openNow()).isEmpty();
    assertThat(savedFounders()).isEmpty();
    greets(C, Optional.empty());
    awaitState("pre-candidate");
    assertThat(savedFounders()).contains(List.of(A, B, C));
  }

  @Test
  void withoutDataItTakesTheWordOfOneThatKnowsWhoBegan() {
    start(A, B, C);
    greets(B, Optional.of(List.of(A, B, C)));
    awaitState("pre-candidate");
    assertThat(savedFounders()).contains(List.of(A, B, C));
  }

  @Test
  void whoseFormerSelfBeganOnlyJoins() throws Exception {
    start(A, B, C);
    greets(C, Optional.of(List.of()));
    greets(B, Optional.of(List.of(ReplicaId.parse("a.00000001"), B, C)));
    appends();
    assertThat(savedFounders()).contains(List.of());
    for (int i = 0; i < 200; i++) {
      tick();
    }
    assertThat(read()).isEqualTo(new ReadAnswer.Refused());
    assertThat(handle.view().state()).isEqualTo("follower");
    assertThat(handle.view().epoch()).isZero();
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
