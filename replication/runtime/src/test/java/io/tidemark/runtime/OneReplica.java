package io.tidemark.runtime;

import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.partition.Appends;
import io.tidemark.protocol.Message;
import io.tidemark.simkit.GatedDirectory;
import io.tidemark.simkit.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// One replica on a simulated disk under a manual clock; its peers are what the test says for them.
abstract class OneReplica {
  static final Duration PATIENCE = Duration.ofSeconds(10);
  static final Duration TICK = Duration.ofMillis(25);
  static final ReplicaId A = ReplicaId.parse("a");
  static final ReplicaId B = ReplicaId.parse("b");
  static final ReplicaId C = ReplicaId.parse("c");
  static final int MAX_READS = 3;
  static final LogConfig LOG = LogConfig.defaults(7, 0).withSizes(1 << 17, 8192);
  static ActorTestKit kit;

  final SimulatedDisk disk = new SimulatedDisk();
  GatedDirectory directory = new GatedDirectory(disk);
  final ManualClock clock = new ManualClock();
  final List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
  Links links = Links.NONE;
  ReplicaId fresh = A;
  ReplicaHandle handle;
  ActorRef<Replica.Command> replica;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  void start(ReplicaId... voters) {
    handle = new ReplicaHandle(0);
    replica = kit.spawn(Replica.create(config(voters), links, handle, failures::add));
    handle.replica(replica);
  }

  ReplicaConfig config(ReplicaId... voters) {
    return new ReplicaConfig(
        0,
        directory,
        LOG,
        WriterConfig.of(WriterConfig.Limits.of(4096, 64, 1 << 16)),
        fresh,
        Stream.of(voters).map(ReplicaId::node).toList(),
        new ReplicationSettings(
            TICK.multipliedBy(2),
            TICK.multipliedBy(16),
            TICK.multipliedBy(40),
            Duration.ZERO,
            TICK.multipliedBy(400),
            8 << 20,
            64 << 20,
            1 << 20,
            1,
            MAX_READS,
            OptionalInt.empty()),
        1,
        1 << 16,
        clock,
        this::anew);
  }

  /// With what it begins when it is damaged for good.
  ReplicaConfig anew() {
    throw new IllegalStateException("it is not to begin anew");
  }

  Appends appends() throws Exception {
    return handle.open().toCompletableFuture().get(10, TimeUnit.SECONDS).appends();
  }

  void tick() {
    clock.passNanos(TICK.toNanos());
    clock.tick();
    replica.tell(new Replica.Tick(Set.of()));
  }

  void awaitState(String state) {
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
  void awaitTaking() {
    await()
        .atMost(PATIENCE)
        .until(() -> handle.openNow().flatMap(open -> open.appends().appender()).isPresent());
  }

  TestProbe<AppendOutcome> append(AckLevel level) throws Exception {
    TestProbe<AppendOutcome> caller = kit.createTestProbe(AppendOutcome.class);
    appends().append(RecordData.DATA, new byte[10], level, caller.getRef());
    return caller;
  }

  AppendOutcome outcome(AckLevel level) throws Exception {
    return append(level).receiveMessage(PATIENCE);
  }

  ReadAnswer read() throws Exception {
    return handle.readIndex().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  void say(ReplicaId from, Message message) {
    replica.tell(
        new Replica.PeerMessage(from, OptionalInt.of(A.incarnation()), message, List.of()));
  }

  /// Those with whom the partition begins, if more than one: they have agreed before.
  void agreed(ReplicaId... founders) {
    MembersStore.open(directory, A).agree(List.of(founders));
  }

  /// Leads a, b and c by the vote of b.
  long leadOfThree() {
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
              replica.tell(new Replica.Tick(Set.of()));
              return handle.view().state().equals("leader");
            });
    awaitTaking();
    return epoch;
  }
}
