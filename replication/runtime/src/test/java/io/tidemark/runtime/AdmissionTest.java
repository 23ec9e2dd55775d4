package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.protocol.Age;
import io.tidemark.protocol.Message;
import io.tidemark.simkit.DiskOperation;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a node asks and says before its replicas open.
final class AdmissionTest extends OneNode {
  /// What it leaves room for where not all have answered.
  private static final long UNHEARD = 1L << 20;

  @Test
  void itBeginsWhenAllHaveAnsweredAndSpeaksToWhoRemembersIt() throws Exception {
    startOfAge(5);
    awaitSent(B, AgeWire.Kind.TELLS, 0, PROCESS);
    knows(B, 5, OTHER);
    settle();
    assertThat(begun).hasValue(0);
    assertThat(store.own()).as("no age before it is known").isEqualTo(new Age(5, OTHER));
    knows(C, 0, 0);
    awaitBegun();
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
    awaitSent(C, AgeWire.Kind.TELLS, 6, PROCESS);
    assertThat(store.own()).isEqualTo(new Age(6, PROCESS));
    assertThat(speaks(B)).isFalse();
    knows(B, 6, PROCESS);
    settle();
    assertThat(speaks(B)).isTrue();
    assertThat(speaks(C)).isFalse();
    links.send(C, new ReplicaWire.Item(0, 0, 0, new Message.PreVote(1, true)));
    links.send(B, new ReplicaWire.Item(0, 0, 0, new Message.PreVote(1, true)));
    await().atMost(PATIENCE).until(() -> !control.isEmpty());
    assertThat(control).hasSize(1);
    assertThat(failures).isEmpty();
    assertThat(aside).isEmpty();
  }

  @Test
  void whoDoesNotAnswerIsWaitedForSoLongAndNoLonger() throws Exception {
    startOfAge(5);
    knows(B, 5, OTHER);
    ticks(START_TICKS - 1);
    settle();
    assertThat(begun).hasValue(0);
    ticks(1);
    awaitBegun();
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
  }

  @Test
  void whomNobodyAnswersDoesNotGetOlder() throws Exception {
    startOfAge(5);
    ticks(START_TICKS);
    awaitBegun();
    settle();
    assertThat(store.own()).isEqualTo(new Age(5, OTHER));
    knows(C, 5, OTHER);
    awaitSent(C, AgeWire.Kind.TELLS, 6, PROCESS);
  }

  @Test
  void olderDataAreSetAsideAndItBeginsWithoutAny() throws Exception {
    startOfAge(5);
    knows(B, 9, OTHER);
    awaitBegun();
    awaitSent(C, AgeWire.Kind.TELLS, 10 + UNHEARD, PROCESS);
    assertThat(aside).containsExactly(10L);
    assertThat(store.own()).isEqualTo(new Age(10 + UNHEARD, PROCESS));
    knows(C, 12 + UNHEARD, OTHER);
    awaitSent(B, AgeWire.Kind.TELLS, 13 + UNHEARD, PROCESS);
    assertThat(speaks(B)).isFalse();
    knows(B, 13 + UNHEARD, PROCESS);
    settle();
    assertThat(speaks(B)).isTrue();
    assertThat(failures).isEmpty();
    assertThat(aside).as("nothing more").hasSize(1);
  }

  @Test
  void olderDataThatCannotBeSetAsideAreNotUsed() throws Exception {
    keepsItsData = true;
    startOfAge(5);
    knows(B, 9, OTHER);
    await().atMost(PATIENCE).until(() -> !failures.isEmpty());
    assertThat(failures.getFirst()).hasRootCauseInstanceOf(RolledBackException.class);
    knows(C, 5, OTHER);
    ticks(2 * START_TICKS);
    settle();
    assertThat(begun).hasValue(0);
    assertThat(store.own()).isEqualTo(new Age(5, OTHER));
  }

  @Test
  void anotherProcessOfTheSameAgeIsAnotherOne() {
    startOfAge(5);
    knows(B, 5, 77);
    awaitBegun();
    assertThat(aside).containsExactly(6L);
  }

  @Test
  void whoAnswersTooLateThatTheDataAreOlderEndsTheNode() throws Exception {
    startOfAge(5);
    knows(B, 5, OTHER);
    ticks(START_TICKS);
    awaitBegun();
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
    knows(B, 6, PROCESS);
    tells(B, 3, 77);
    await().atMost(PATIENCE).until(() -> introduced.contains(B));
    assertThat(speaks(B)).isTrue();
    knows(C, 6, 77);
    await().atMost(PATIENCE).until(() -> !failures.isEmpty());
    assertThat(failures.getFirst())
        .isInstanceOf(RolledBackException.class)
        .hasMessageContaining("node c");
    assertThat(speaks(B)).isFalse();
    assertThat(introduced).isEmpty();
    assertThat(aside).isEmpty();
  }

  @Test
  void whoEndsBecauseItsDataAreOlderLeavesThemTheirAge() throws Exception {
    startOfAge(5);
    ticks(START_TICKS);
    awaitBegun();
    directory.holdSyncs();
    int before = directory.syncs();
    knows(C, 9, OTHER);
    await().atMost(PATIENCE).until(() -> !failures.isEmpty());
    kit.stop(admission);
    assertThat(directory.syncs()).isEqualTo(before);
    assertThat(store.own()).isEqualTo(new Age(5, OTHER));
  }

  @Test
  void withoutDataItTakesAHigherAgeThanItsFormerSelf() throws Exception {
    start(true);
    settle();
    assertThat(begun).hasValue(0);
    knows(B, 7, OTHER);
    awaitBegun();
    awaitSent(B, AgeWire.Kind.TELLS, 8 + UNHEARD, PROCESS);
    assertThat(aside).isEmpty();
    knows(C, 9 + UNHEARD, OTHER);
    awaitSent(C, AgeWire.Kind.TELLS, 10 + UNHEARD, PROCESS);
    assertThat(failures).isEmpty();
  }

  @Test
  void whatAnotherTellsIsDurableBeforeThatIsSaidAndItsWordCounts() throws Exception {
    start(true);
    directory.holdSyncs();
    tells(B, 4, OTHER);
    settle();
    assertThat(introduced).isEmpty();
    assertThat(sent).noneMatch(one -> one.to().equals(B) && isKnows(one));
    directory.releaseSyncs();
    awaitSent(B, AgeWire.Kind.KNOWS, 4, OTHER);
    assertThat(introduced).containsExactly(B);
    assertThat(store.others()).containsExactly(Map.entry(B, new Age(4, OTHER)));
  }

  @Test
  void whatCouldNotBeRememberedIsNotSaidToBeAndRememberedLater() throws Exception {
    start(true);
    directory.alone(
        () -> disk.faults().failNth(DiskOperation.SYNC, name -> name.equals("ages.new"), 1));
    tells(B, 4, OTHER);
    await().atMost(PATIENCE).until(() -> disk.faults().struck() == 1);
    settle();
    assertThat(introduced).isEmpty();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              ticks(10);
              tells(B, 4, OTHER);
              return introduced.contains(B);
            });
    awaitSent(B, AgeWire.Kind.KNOWS, 4, OTHER);
  }

  /// Two that tell at the same time: the second need not tell again.
  @Test
  void whatIsToldWhileTheDiskIsBusyIsRememberedNext() {
    start(true);
    directory.holdSyncs();
    tells(B, 4, OTHER);
    tells(C, 5, 77);
    directory.releaseSyncs();
    awaitSent(B, AgeWire.Kind.KNOWS, 4, OTHER);
    awaitSent(C, AgeWire.Kind.KNOWS, 5, 77);
  }

  private static boolean isKnows(Sent one) {
    return one.message().kind() == AgeWire.Kind.KNOWS;
  }

  @Test
  void whoIsOlderThanItIsRememberedIsToldSoAndItsWordDoesNotCount() throws Exception {
    store.saveOthers(Map.of(B, new Age(9, OTHER)));
    start(true);
    tells(B, 5, 77);
    awaitSent(B, AgeWire.Kind.KNOWS, 9, OTHER);
    tells(B, 9, 77);
    settle();
    assertThat(introduced).isEmpty();
  }

  @Test
  void whoWasStartedAgainIsToldAtOnce() throws Exception {
    startOfAge(5);
    knows(B, 5, OTHER);
    knows(C, 5, OTHER);
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
    tells(B, 0, 50);
    knows(B, 6, PROCESS);
    settle();
    tells(B, 0, 51);
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
  }

  @Test
  void theAgeIsRaisedWhileSomethingIsPromisedAndNotOtherwise() throws Exception {
    startOfAge(5);
    knows(B, 5, OTHER);
    knows(C, 5, OTHER);
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
    knows(B, 6, PROCESS);
    promised.set(1);
    ticks(AGE_TICKS);
    awaitSent(B, AgeWire.Kind.TELLS, 7, PROCESS);
    assertThat(store.own()).isEqualTo(new Age(7, PROCESS));
    assertThat(speaks(B)).as("nothing stops meanwhile").isTrue();
    ticks(2 * AGE_TICKS);
    settle();
    assertThat(store.own()).as("nothing promised").isEqualTo(new Age(7, PROCESS));
    promised.set(2);
    ticks(AGE_TICKS);
    awaitSent(B, AgeWire.Kind.TELLS, 8, PROCESS);
    settle();
    assertThat(speaks(B)).as("it never heard of the one before").isFalse();
    assertThat(begun).hasValue(1);
  }

  @Test
  void anAgeThatCouldNotBeSavedIsNotToldAndSavedLater() throws Exception {
    store.saveOwn(new Age(5, OTHER));
    directory.alone(
        () -> disk.faults().failNth(DiskOperation.SYNC, name -> name.equals("age.new"), 1));
    start(false);
    knows(B, 5, OTHER);
    knows(C, 5, OTHER);
    awaitBegun();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              ticks(10);
              return sent.contains(
                  new Sent(B, new AgeWire(AgeWire.Kind.TELLS, new Age(6, PROCESS))));
            });
    assertThat(failures).isEmpty();
  }
}
