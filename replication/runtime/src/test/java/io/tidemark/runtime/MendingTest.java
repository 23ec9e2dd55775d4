package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.RecordData;
import io.tidemark.log.repair.Copies;
import io.tidemark.protocol.Message;
import io.tidemark.simkit.DiskOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A replica whose log is damaged; what the others say is what the test says for them.
final class MendingTest extends RepairPeers {
  private void startDamaged() {
    link(B, C);
    before();
    flip(lost(), 20);
    start(A, B, C);
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
    assertThat(handle.view().state()).as("all have been asked").isEqualTo("unmendable");
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
    whoIsAskedAgainAnswers();
    isAsBefore();
  }

  /// On a busy machine a question may be out of date, and the next one asked already.
  private void whoIsAskedAgainAnswers() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              tick();
              List<Sent> questions = new ArrayList<>();
              sent.drainTo(questions);
              questions.forEach(
                  asked ->
                      replica.tell(
                          new Replica.RepairHeard(
                              asked.to(), new RepairWire.Answer(3, List.of(lost())))));
              return handle.openNow().isPresent();
            });
  }
}
