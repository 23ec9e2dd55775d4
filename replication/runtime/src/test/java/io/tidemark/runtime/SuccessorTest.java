package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.protocol.Message;
import io.tidemark.simkit.GatedDirectory;
import io.tidemark.simkit.SimulatedDisk;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A replica that is damaged for good, and the one in its place; and the leader that takes it.
final class SuccessorTest extends RepairPeers {
  private static final ReplicaId SUCCESSOR = ReplicaId.parse("a.00000002");
  private static final Greeting WORD =
      new Greeting(Greeting.Kind.SUCCEEDS, SUCCESSOR, Optional.empty());
  private static final String SEGMENT = "00000000000000000001.segment";

  private final AtomicInteger setAside = new AtomicInteger();

  @Override
  ReplicaConfig anew() {
    setAside.incrementAndGet();
    directory = new GatedDirectory(new SimulatedDisk());
    return config();
  }

  private void damaged(Runnable damage) {
    link(B, C);
    before();
    damage.run();
    fresh = SUCCESSOR;
    start(A, B, C);
  }

  private void invites(ReplicaId leader) {
    replica.tell(
        new Replica.Greeted(
            new Greeting(Greeting.Kind.INVITATION, leader, Optional.of(List.of(A, B, C)))));
  }

  private void answers(ReplicaId from, long fromLsn, List<Batch> with) {
    replica.tell(new Replica.RepairHeard(from.node(), new RepairWire.Answer(fromLsn, with)));
  }

  /// Time passes until it asks to come.
  private void asksToCome() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              tick();
              return greetings.size() >= 2;
            });
    assertThat(greetings).allMatch(one -> one.greeting().equals(WORD));
    assertThat(greetings).extracting(Greeted::to).contains(B.node(), C.node());
  }

  private void isReplaced() {
    invites(C);
    await()
        .atMost(PATIENCE)
        .until(() -> handle.openNow().isPresent() && handle.view().id().isPresent());
    assertThat(handle.view().id()).contains(SUCCESSOR);
    assertThat(handle.view().state()).isEqualTo("follower");
    assertThat(handle.view().epoch()).as("it has promised nothing").isZero();
    assertThat(handle.openNow().orElseThrow().log().appendedLsn()).isZero();
    assertThat(MembersStore.open(directory, A).founders()).contains(List.of());
    assertThat(setAside).hasValue(1);
    assertThat(failures).isEmpty();
  }

  /// Nobody can prove what the last batch was.
  @Test
  void whatCannotBeProvenIsGivenUpWhenALeaderIsThere() {
    damaged(() -> flip(batches.getLast(), 20));
    List<String> files = directory.list();
    asksToCome();
    assertThat(handle.view().state()).isEqualTo("unmendable");
    for (long epoch = 6; epoch < 9; epoch++) {
      say(C, new Message.AskVote(epoch, 100, 5, false));
      say(C, new Message.Heartbeat(epoch, 6, 1));
    }
    greetings.clear();
    asksToCome();
    assertThat(control).as("it says nothing as who it was").isEmpty();
    assertThat(sent).isEmpty();
    assertThat(directory.list()).isEqualTo(files);
    assertThat(setAside).hasValue(0);
    isReplaced();
  }

  /// Its leader goes on asking the one that was here, as long as that is a member.
  @Test
  void whatIsSaidToTheOneBeforeItItDoesNotHear() {
    damaged(() -> disk.flipBit("ballot", 8 * 20));
    asksToCome();
    isReplaced();
    say(B, new Message.Batches(6, 124, 5, List.of(), 7));
    replica.tell(
        new Replica.PeerMessage(
            B,
            OptionalInt.of(SUCCESSOR.incarnation()),
            new Message.Batches(6, 125, 5, List.of(), 7),
            List.of()));
    await().atMost(PATIENCE).until(() -> !control.isEmpty());
    assertThat(control)
        .extracting(said -> ((ReplicaWire.Item) said).message())
        .containsExactly(new Message.Mismatch(6, 125, 0, 0));
  }

  @Test
  void soIsOneThatCannotTellWhatItPromised() {
    damaged(() -> disk.flipBit("ballot", 8 * 20));
    asksToCome();
    assertThat(control).isEmpty();
    isReplaced();
  }

  @Test
  void soIsOneThatCannotTellWhoItWas() {
    damaged(() -> disk.flipBit("members", 8 * 30));
    asksToCome();
    isReplaced();
  }

  @Test
  void soIsOneThatLostWhatNobodyHas() throws Exception {
    damaged(() -> flip(lost(), 20));
    assertThat(next().to()).isEqualTo(B.node());
    answers(B, 3, List.of());
    assertThat(next().to()).isEqualTo(C.node());
    invites(C);
    tick();
    assertThat(greetings).as("C has not answered").isEmpty();
    assertThat(handle.view().state()).isEqualTo("mending");
    answers(C, 3, List.of());
    asksToCome();
    isReplaced();
  }

  @Test
  void ifSomebodyHasItAfterAllItIsMended() throws Exception {
    damaged(() -> flip(lost(), 20));
    next();
    answers(B, 3, List.of());
    next();
    answers(C, 3, List.of());
    asksToCome();
    assertThat(question().message()).isEqualTo(new RepairWire.Ask(3, 3));
    answers(B, 3, List.of(lost()));
    awaitState("follower");
    assertThat(handle.view().id()).contains(A);
    assertThat(handle.view().epoch()).isEqualTo(5);
    assertThat(setAside).hasValue(0);
    assertThat(directory.list()).contains(SEGMENT);
  }

  @Test
  void aloneItSaysWhyItCannotGoOn() {
    before();
    disk.flipBit("ballot", 8 * 20);
    start(A);
    kit.createTestProbe().expectTerminated(replica, PATIENCE);
    assertThat(failures).singleElement().isInstanceOf(BallotDamagedException.class);
  }

  // --- the leader

  /// As B, which has all records up to `lsn`.
  private void follows(long epoch, long lsn) {
    tick();
    say(B, new Message.Progress(epoch, lsn, lsn, 0));
  }

  private static boolean isInvitation(Greeted one) {
    return one.greeting().kind() == Greeting.Kind.INVITATION && one.to().equals(C.node());
  }

  @Test
  void aLeaderInvitesItWhenItsPlaceIsCommitted() {
    link(B, C);
    long epoch = leadOfThree();
    follows(epoch, 1);
    await().atMost(PATIENCE).until(() -> handle.watermarks().committed() == 1);
    ReplicaId successor = ReplicaId.parse("c.00000001");
    Greeting word = new Greeting(Greeting.Kind.SUCCEEDS, successor, Optional.empty());
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              follows(epoch, 1);
              replica.tell(new Replica.Greeted(word));
              return handle.view().members().isLearner(successor);
            });
    for (int i = 0; i < 20; i++) {
      follows(epoch, 1);
      replica.tell(new Replica.Greeted(word));
    }
    assertThat(greetings).as("its place is not committed").noneMatch(SuccessorTest::isInvitation);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              follows(epoch, 2);
              replica.tell(new Replica.Greeted(word));
              return greetings.stream().anyMatch(SuccessorTest::isInvitation);
            });
    assertThat(handle.watermarks().committed()).isEqualTo(2);
  }

  @Test
  void aFollowerInvitesNobody() {
    link(B, C);
    agreed(A, B, C);
    start(A, B, C);
    Greeting word = new Greeting(Greeting.Kind.SUCCEEDS, C, Optional.empty());
    say(B, new Message.Heartbeat(3, 0, 0));
    awaitState("follower");
    for (int i = 0; i < 10; i++) {
      tick();
      replica.tell(new Replica.Greeted(word));
    }
    say(B, new Message.Heartbeat(4, 0, 0));
    await().atMost(PATIENCE).until(() -> handle.view().epoch() == 4);
    assertThat(greetings).noneMatch(SuccessorTest::isInvitation);
  }
}
