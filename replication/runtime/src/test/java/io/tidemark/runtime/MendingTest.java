package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.RecordData;
import io.tidemark.log.repair.Copies;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Message;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.transport.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A replica whose log is damaged; what the others say is what the test says for them.
final class MendingTest extends OneReplica {
  private static final int BATCHES = 6;
  private static final int MAX_BATCH_BYTES = 8192;
  private static final int TICKS_AT_ONCE = 20;

  /// What went out to a peer.
  private record Sent(NodeId to, RepairWire message) {}

  private final LinkedBlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<ReplicaWire.Said> control = new LinkedBlockingQueue<>();
  private final List<Batch> batches = new ArrayList<>();

  private void link(ReplicaId... peers) {
    links =
        new Links(
            Stream.of(peers)
                .map(ReplicaId::node)
                .collect(
                    Collectors.toMap(
                        node -> node,
                        node ->
                            TestLink.to(control::add, frame -> sent(node, frame), kit.system()))),
            1 << 16);
    links.byNode().values().forEach(link -> link.open(true));
  }

  private void sent(NodeId to, Frame frame) {
    if (frame.kind() == Frame.Kind.REPAIR) {
      sent.add(new Sent(to, RepairWire.decode(frame.payload(), MAX_BATCH_BYTES)));
    }
  }

  /// A voter of three with a promise and a few records, which is down.
  private void before() {
    agreed(A, B, C);
    try (BallotStore ballots = BallotStore.open(directory)) {
      ballots.save(new Ballot(5, Optional.of(B)));
    }
    try (Log log = Log.open(directory, LOG)) {
      for (int i = 1; i <= BATCHES; i++) {
        Batch batch =
            Batch.encode(i, 4, i, log.lastChecksum(), List.of(RecordData.data(new byte[100 + i])));
        log.append(batch);
        batches.add(batch);
      }
    }
  }

  private void flip(Batch batch, int at) {
    String file = "00000000000000000001.segment";
    ByteBuffer bytes = ByteBuffer.wrap(disk.copy().bytes(file));
    int position = 0;
    while (!bytes.slice(position, batch.sizeBytes()).equals(batch.bytes())) {
      position += Long.BYTES;
    }
    disk.flipBit(file, 8L * (position + at));
  }

  private Batch lost() {
    return batches.get(2);
  }

  private void startDamaged() {
    link(B, C);
    before();
    flip(lost(), 20);
    start(A, B, C);
  }

  private Sent next() throws InterruptedException {
    Sent one = sent.poll(10, TimeUnit.SECONDS);
    assertThat(one).as("something sent").isNotNull();
    return one;
  }

  /// The next question; time passes until it is asked.
  private Sent question() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              for (int i = 0; i < TICKS_AT_ONCE && sent.isEmpty(); i++) {
                tick();
              }
              return !sent.isEmpty();
            });
    return sent.remove();
  }

  private void answers(ReplicaId from, List<Batch> with) {
    replica.tell(new Replica.RepairHeard(from.node(), new RepairWire.Answer(3, with)));
  }

  private void isAsBefore() throws Exception {
    awaitState("follower");
    assertThat(handle.view().epoch()).isEqualTo(5);
    Log log = handle.open().toCompletableFuture().get(10, TimeUnit.SECONDS).log();
    assertThat(Copies.of(log).read(1, Long.MAX_VALUE, 1 << 16)).isEqualTo(batches);
    assertThat(failures).isEmpty();
  }

  @Test
  void itSaysNothingUntilItHasWhatItLost() throws Exception {
    startDamaged();
    assertThat(next()).isEqualTo(new Sent(B.node(), new RepairWire.Ask(3, 3)));
    assertThat(handle.view().state()).isEqualTo("mending");
    for (long epoch = 6; epoch < 9; epoch++) {
      say(C, new Message.AskPreVote(epoch, 100, 5));
      say(C, new Message.AskVote(epoch, 100, 5, false));
      say(C, new Message.Batches(epoch, 6, 4, List.of(), 6));
      say(C, new Message.Heartbeat(epoch, 6, 1));
    }
    assertThat(read()).isEqualTo(new ReadAnswer.Refused());
    assertThat(handle.handOver(Optional.empty()).toCompletableFuture().join()).isFalse();
    assertThat(handle.openNow()).isEmpty();
    assertThat(control).isEmpty();
    answers(B, List.of(lost()));
    isAsBefore();
  }

  @Test
  void whoHasItNotOrHasAnotherIsLeftForTheNext() throws Exception {
    startDamaged();
    next();
    answers(C, List.of(lost()));
    Batch other =
        Batch.encode(3, 5, 3, lost().previousChecksum(), List.of(RecordData.data(new byte[1])));
    answers(B, List.of(other));
    assertThat(next()).isEqualTo(new Sent(C.node(), new RepairWire.Ask(3, 3)));
    answers(C, List.of());
    assertThat(sent).isEmpty();
    assertThat(question().to()).isEqualTo(B.node());
    assertThat(question().to()).as("after a silence").isEqualTo(C.node());
    assertThat(handle.view().state()).isEqualTo("mending");
    answers(C, List.of(lost()));
    isAsBefore();
  }

  @Test
  void whatIsWholeInItIsForOthers() throws Exception {
    startDamaged();
    next();
    asks(C, 1, 6);
    assertThat(next()).isEqualTo(answer(C, 1, batches.subList(0, 2)));
    asks(C, 3, 3);
    assertThat(next()).isEqualTo(answer(C, 3, List.of()));
    asks(C, 4, 5);
    assertThat(next()).isEqualTo(answer(C, 4, batches.subList(3, 5)));
  }

  @Test
  void soIsAllInOneThatRuns() throws Exception {
    link(B, C);
    before();
    start(A, B, C);
    isAsBefore();
    asks(C, 3, 4);
    assertThat(next()).isEqualTo(answer(C, 3, batches.subList(2, 4)));
    asks(C, 7, 8);
    assertThat(next()).isEqualTo(answer(C, 7, List.of()));
  }

  private void asks(ReplicaId from, long fromLsn, long uptoLsn) {
    replica.tell(new Replica.RepairHeard(from.node(), new RepairWire.Ask(fromLsn, uptoLsn)));
  }

  private static Sent answer(ReplicaId to, long fromLsn, List<Batch> with) {
    return new Sent(to.node(), new RepairWire.Answer(fromLsn, with));
  }

  @Test
  void whatCannotBeProvenIsSaidAndTheReplicaStops() {
    link(B, C);
    before();
    flip(batches.getLast(), 20);
    start(A, B, C);
    kit.createTestProbe().expectTerminated(replica, PATIENCE);
    assertThat(failures)
        .singleElement()
        .isInstanceOf(LogDamagedException.class)
        .extracting(Throwable::getMessage)
        .asString()
        .contains("00000000000000000001.segment at ", "nothing here says");
    assertThat(sent).isEmpty();
  }

  @Test
  void aloneItCanAskNobody() {
    before();
    flip(lost(), 20);
    start(A);
    kit.createTestProbe().expectTerminated(replica, PATIENCE);
    assertThat(failures).singleElement().isInstanceOf(LogDamagedException.class);
  }

  @Test
  void whatNeedsNobodyIsMendedAlone() throws Exception {
    before();
    disk.flipBit("00000000000000000001.segment", 8 * 60);
    start(A, B, C);
    isAsBefore();
    assertThat(directory.list()).contains("00000000000000000001.segment.damaged");
    kit.stop(replica, PATIENCE);
    start(A, B, C);
    isAsBefore();
    assertThat(directory.list()).doesNotContain("00000000000000000001.segment.damaged");
  }

  @Test
  void damageBehindTheFirstIsAskedForAsWell() throws Exception {
    link(B);
    before();
    flip(lost(), 20);
    flip(batches.get(4), 20);
    start(A, B, C);
    assertThat(next().message()).isEqualTo(new RepairWire.Ask(3, 3));
    answers(B, List.of(lost()));
    assertThat(next().message()).isEqualTo(new RepairWire.Ask(5, 5));
    replica.tell(
        new Replica.RepairHeard(B.node(), new RepairWire.Answer(5, List.of(batches.get(4)))));
    isAsBefore();
  }

  @Test
  void aDiskThatFailsMeanwhileStopsIt() throws Exception {
    startDamaged();
    next();
    directory.alone(
        () -> disk.faults().failNth(DiskOperation.SYNC, name -> name.endsWith("segment.new"), 1));
    answers(B, List.of(lost()));
    kit.createTestProbe().expectTerminated(replica, PATIENCE);
    assertThat(failures).hasSize(1);
    failures.clear();
    start(A, B, C);
    assertThat(question().message()).isEqualTo(new RepairWire.Ask(3, 3));
    answers(B, List.of(lost()));
    isAsBefore();
  }
}
