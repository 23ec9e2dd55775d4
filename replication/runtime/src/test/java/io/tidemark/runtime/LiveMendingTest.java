package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.RecordData;
import io.tidemark.log.repair.Copies;
import io.tidemark.log.writer.WriterHealth;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.partition.Records;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.Test;

/// A replica that reads damage while it runs; what the others say is what the test says for them.
final class LiveMendingTest extends RepairPeers {
  private static final long EPOCH = 6;
  private final List<Batch> seen = Collections.synchronizedList(new ArrayList<>());

  /// A follower of b, which has committed records up to `committed`.
  private void follows(long committed) throws Exception {
    link(B, C);
    before();
    start(A, B, C);
    appends();
    say(B, new Message.Batches(EPOCH, BATCHES, 4, List.of(), committed));
    await().atMost(PATIENCE).until(() -> handle.watermarks().committed() == committed);
  }

  private Log log() {
    return handle.openNow().orElseThrow().log();
  }

  private void spoil(Batch batch) {
    directory.alone(() -> flip(batch, 20));
  }

  /// Somebody reads what is damaged.
  private void isRead() throws Exception {
    asks(C, 3, 3);
    List<Sent> two = List.of(next(), next());
    assertThat(two)
        .containsExactlyInAnyOrder(
            answer(C, 3, List.of()), new Sent(B.node(), new RepairWire.Ask(3, 3)));
  }

  private void answers(ReplicaId from, List<Batch> with) {
    replica.tell(new Replica.RepairHeard(from.node(), new RepairWire.Answer(3, with)));
  }

  private CompletionStage<Done> readsAll() {
    return Records.committedFrom(log(), handle.watermarks(), 1)
        .take(BATCHES)
        .runWith(Sink.foreach(seen::add), kit.system());
  }

  private void isWhole(List<Batch> all) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(Copies.of(log()).read(1, Long.MAX_VALUE, 1 << 16)).isEqualTo(all));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                handle.openNow().orElseThrow().appends().health().condition().state()
                    == WriterHealth.State.HEALTHY);
    assertThat(failures).isEmpty();
    assertThat(handle.view().state()).isNotEqualTo("fenced");
  }

  private <M extends Message> M said(Class<M> kind) throws InterruptedException {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              tick();
              return control.stream().anyMatch(one -> message(one, kind));
            });
    var found = control.stream().filter(one -> message(one, kind)).findFirst().orElseThrow();
    return kind.cast(((ReplicaWire.Item) found).message());
  }

  private static boolean message(ReplicaWire.Said said, Class<?> kind) {
    return said instanceof ReplicaWire.Item item && kind.isInstance(item.message());
  }

  @Test
  void whatAReaderFindsIsMendedAndTheReaderGoesOn() throws Exception {
    follows(BATCHES);
    spoil(lost());
    CompletionStage<Done> reader = readsAll();
    assertThat(next()).isEqualTo(new Sent(B.node(), new RepairWire.Ask(3, 3)));
    assertThat(seen).isEqualTo(batches.subList(0, 2));
    assertThat(handle.openNow().orElseThrow().appends().health().condition().state())
        .isEqualTo(WriterHealth.State.DAMAGED);
    answers(B, List.of(lost()));
    await().atMost(PATIENCE).until(() -> reader.toCompletableFuture().isDone());
    assertThat(seen).isEqualTo(batches);
    isWhole(batches);
    assertThat(directory.list()).contains("00000000000000000001.segment.damaged");
  }

  @Test
  void whatNobodyHasNowIsAskedForAgain() throws Exception {
    follows(BATCHES);
    spoil(lost());
    isRead();
    answers(B, List.of());
    assertThat(next().to()).isEqualTo(C.node());
    answers(C, List.of());
    assertThat(question().to()).isEqualTo(B.node());
    assertThat(handle.view().state()).isNotEqualTo("fenced");
    Batch other =
        Batch.encode(3, 5, 3, lost().previousChecksum(), List.of(RecordData.data(new byte[1])));
    answers(B, List.of(other));
    assertThat(next()).isEqualTo(new Sent(B.node(), new RepairWire.Ask(4, 6)));
    replica.tell(new Replica.RepairHeard(B.node(), new RepairWire.Answer(4, List.of())));
    assertThat(next()).isEqualTo(new Sent(C.node(), new RepairWire.Ask(4, 6)));
    replica.tell(
        new Replica.RepairHeard(C.node(), new RepairWire.Answer(4, batches.subList(3, 6))));
    assertThat(next()).isEqualTo(new Sent(C.node(), new RepairWire.Ask(3, 3)));
    answers(C, List.of(lost()));
    isWhole(batches);
  }

  @Test
  void meanwhileItVotesAndReceivesAsEver() throws Exception {
    follows(BATCHES);
    spoil(lost());
    isRead();
    control.clear();
    Batch more =
        Batch.encode(
            7, EPOCH, 7, batches.getLast().checksum(), List.of(RecordData.data(new byte[1])));
    receives(more);
    await()
        .atMost(PATIENCE)
        .until(() -> said(Message.Progress.class).durable() == 7 || control.removeIf(_ -> true));
    say(C, new Message.AskVote(EPOCH + 1, 6, 4, true));
    assertThat(said(Message.Vote.class).granted()).as("its log ends later").isFalse();
    control.clear();
    say(C, new Message.AskVote(EPOCH + 2, 7, EPOCH, true));
    assertThat(said(Message.Vote.class).granted()).isTrue();
    answers(B, List.of(lost()));
    batches.add(more);
    isWhole(batches);
  }

  private void receives(Batch batch) {
    replica.tell(
        new Replica.PeerMessage(
            B,
            OptionalInt.empty(),
            ReplicaWire.decodeBatches(
                    EPOCH,
                    ReplicaWire.encodeBatches(
                        B.incarnation(),
                        batch.baseLsn() - 1,
                        batches.get((int) batch.baseLsn() - 2).epoch(),
                        handle.watermarks().committed(),
                        List.of(batch)),
                    8192)
                .message(),
            List.of(batch)));
  }

  @Test
  void whatIsNotCommittedIsNotCountedWhileItMayBeDamaged() throws Exception {
    follows(2);
    spoil(lost());
    isRead();
    control.clear();
    Batch more =
        Batch.encode(
            7, EPOCH, 7, batches.getLast().checksum(), List.of(RecordData.data(new byte[1])));
    receives(more);
    await().atMost(PATIENCE).until(() -> log().durableLsn() == 7);
    say(B, new Message.Heartbeat(EPOCH, 2, 3));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                control.stream()
                    .anyMatch(
                        one ->
                            one instanceof ReplicaWire.Item item
                                && item.message() instanceof Message.Progress progress
                                && progress.round() == 3));
    assertThat(control)
        .filteredOn(one -> message(one, Message.Progress.class))
        .extracting(one -> ((Message.Progress) ((ReplicaWire.Item) one).message()).durable())
        .containsOnly(6L);
    control.clear();
    answers(B, List.of(lost()));
    assertThat(said(Message.Progress.class).durable()).isEqualTo(7);
    batches.add(more);
    isWhole(batches);
  }

  @Test
  void aTruncationBehindDamageWaitsUntilThatIsMended() throws Exception {
    follows(2);
    spoil(lost());
    Batch other =
        Batch.encode(5, EPOCH, 7, batches.get(3).checksum(), List.of(RecordData.data(new byte[1])));
    receives(other);
    assertThat(next()).isEqualTo(new Sent(B.node(), new RepairWire.Ask(3, 3)));
    answers(B, List.of(lost()));
    isWhole(batches.subList(0, 4));
    receives(other);
    List<Batch> all = new ArrayList<>(batches.subList(0, 4));
    all.add(other);
    isWhole(all);
    control.clear();
    say(B, new Message.Heartbeat(EPOCH, 2, 3));
    assertThat(said(Message.Progress.class).durable()).isEqualTo(5);
  }

  @Test
  void whatIsTruncatedNeedsNotBeMended() throws Exception {
    follows(2);
    spoil(lost());
    isRead();
    Batch other =
        Batch.encode(3, EPOCH, 7, lost().previousChecksum(), List.of(RecordData.data(new byte[1])));
    receives(other);
    isWhole(batches.subList(0, 2));
    receives(other);
    List<Batch> all = new ArrayList<>(batches.subList(0, 2));
    all.add(other);
    isWhole(all);
    answers(B, List.of(lost()));
    isWhole(all);
  }

  @Test
  void aLeaderLeavesOfficeIfNobodyHasWhatMayNeverHaveBeenCommitted() throws Exception {
    link(B, C);
    before();
    leadOfThree();
    spoil(lost());
    isRead();
    answers(B, List.of());
    assertThat(next().to()).isEqualTo(C.node());
    answers(C, List.of());
    said(Message.Resigned.class);
    awaitState("follower");
    assertThat(failures).isEmpty();
  }

  @Test
  void aloneItsReadersAreToldAndItGoesOn() throws Exception {
    agreed(A);
    try (BallotStore ballots = BallotStore.open(directory)) {
      ballots.save(new Ballot(5, Optional.of(A)));
    }
    records();
    start(A);
    awaitState("leader");
    assertThat(outcome(AckLevel.QUORUM)).isInstanceOf(AppendOutcome.Acknowledged.class);
    spoil(lost());
    assertThat(readsAll().toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withCauseInstanceOf(LogDamagedException.class);
    awaitState("leader");
    assertThat(outcome(AckLevel.QUORUM)).isInstanceOf(AppendOutcome.Acknowledged.class);
  }
}
