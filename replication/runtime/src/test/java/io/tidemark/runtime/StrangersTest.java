package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What a replica says to those that are no members, and does for them.
final class StrangersTest extends OneReplica {
  private void greets(ReplicaId from, Optional<List<ReplicaId>> founders) {
    replica.tell(new Replica.Greeted(new Greeting(Greeting.Kind.ANSWER, from, founders)));
  }

  /// Not before the replica has opened its files: it would be made here as well, at the same time.
  private Optional<List<ReplicaId>> savedFounders() throws Exception {
    read();
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

  /// It has data, which are damaged: whoever began without them would have forgotten them.
  @Test
  void nobodyBeginsWithOneThatIsDamaged() throws Exception {
    start(A, B, C);
    greets(B, Optional.empty());
    ReplicaId successor = ReplicaId.parse("c.00000002");
    replica.tell(
        new Replica.Greeted(new Greeting(Greeting.Kind.SUCCEEDS, successor, Optional.empty())));
    greets(C, Optional.empty());
    await().atMost(PATIENCE).until(() -> savedFounders().isPresent());
    assertThat(savedFounders()).contains(List.of(A, B, C));
  }

  @Test
  void withoutDataItTakesTheWordOfOneThatKnowsWhoBegan() throws Exception {
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

  /// Those it was to begin with may all have been replaced by others.
  @Test
  void aNodeThatCameLaterMaySayThatThePartitionHasBegunButDoesNotBeginIt() throws Exception {
    ReplicaId d = ReplicaId.of(new NodeId("d"));
    start(A, B, C);
    greets(B, Optional.empty());
    greets(d, Optional.empty());
    for (int i = 0; i < 50; i++) {
      tick();
    }
    assertThat(savedFounders()).isEmpty();
    greets(d, Optional.of(List.of(ReplicaId.parse("e.00000001"), d)));
    await().atMost(PATIENCE).until(() -> savedFounders().isPresent());
    assertThat(savedFounders()).contains(List.of());
  }

  @Test
  void aLeaderConfirmsItsMembersOnlyOnceTheyAreCommitted() throws Exception {
    long epoch = leadOfThree();
    say(B, new Message.Progress(epoch, 1, 1, 0));
    await().atMost(PATIENCE).until(() -> handle.watermarks().committed() == 1);
    assertThat(confirmedMembers(epoch, 1, 1)).contains(Members.of(List.of(A, B, C)));
    CompletableFuture<String> removed =
        handle.change(MemberAction.REMOVE, C.node()).toCompletableFuture();
    ledUntil(epoch, removed::isDone);
    assertThat(removed.join()).isEmpty();
    assertThat(handle.view().members().contains(C)).isFalse();
    assertThat(confirmedMembers(epoch, 1, 2))
        .as("C may still be a member under the next")
        .isEmpty();
    say(B, new Message.Progress(epoch, 2, 2, 0));
    await().atMost(PATIENCE).until(() -> handle.watermarks().committed() == 2);
    assertThat(confirmedMembers(epoch, 2, 3)).contains(Members.of(List.of(A, B)));
    say(C, new Message.Heartbeat(epoch + 1, 0, 0));
    await().atMost(PATIENCE).until(() -> handle.view().epoch() > epoch);
    assertThat(handle.confirmedMembers().toCompletableFuture().join()).isEmpty();
  }

  /// As B, which has the records up to `lsn`, lets it confirm in the read round `round`.
  private Optional<Members> confirmedMembers(long epoch, long lsn, long round) throws Exception {
    CompletableFuture<Optional<Members>> answer = handle.confirmedMembers().toCompletableFuture();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              tick();
              say(B, new Message.Progress(epoch, lsn, lsn, round));
              return answer.isDone();
            });
    return answer.join();
  }

  /// A member that is gone is succeeded meanwhile: that is nobody's answer.
  @Test
  void whoAsksForAnotherMemberIsAnsweredForThatOneOnly() throws Exception {
    long epoch = leadOfThree();
    say(B, new Message.Progress(epoch, 1, 1, 0));
    await().atMost(PATIENCE).until(() -> handle.watermarks().committed() == 1);
    CompletableFuture<String> answer =
        handle.change(MemberAction.ADD, new NodeId("d")).toCompletableFuture();
    ReplicaId successor = ReplicaId.parse("c.00000001");
    ledUntil(
        epoch,
        () -> {
          replica.tell(
              new Replica.Greeted(new Greeting(Greeting.Kind.HELLO, successor, Optional.empty())));
          return handle.view().members().isLearner(successor);
        });
    assertThat(answer).isNotDone();
    ledUntil(epoch, answer::isDone);
    assertThat(answer.join()).contains("node d does not answer");
  }

  /// Time goes by, and a quorum follows.
  private void ledUntil(long epoch, Callable<Boolean> condition) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              tick();
              say(B, new Message.Progress(epoch, 1, 1, 0));
              return condition.call();
            });
  }
}
