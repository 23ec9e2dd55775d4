package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Recognition.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RecognitionTest {
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final Set<NodeId> PEERS = Set.of(B, C);
  private static final long BEFORE = 7;
  private static final long SELF = 8;
  private static final long OTHER = 9;

  private static Recognition ofAge(long number) {
    return new Recognition(new Age(number, BEFORE), false, SELF, PEERS);
  }

  private static Recognition blank() {
    return new Recognition(Age.NONE, true, SELF, PEERS);
  }

  private static Recognition taken(Recognition recognition) {
    recognition.take(recognition.next());
    return recognition;
  }

  /// Every age of a few numbers and processes against data of age 2, before and after one is taken.
  @Test
  void dataAreRolledBackIfAnybodyRemembersMoreThanTheyKnow() {
    for (boolean hasAge : new boolean[] {false, true}) {
      for (long number = 0; number <= 4; number++) {
        for (long process : new long[] {BEFORE, OTHER}) {
          Recognition recognition = hasAge ? taken(ofAge(2)) : ofAge(2);
          boolean isKnown = number < 2 || number == 2 && process == BEFORE;
          assertThat(recognition.heard(B, new Age(number, process)))
              .as("%d.%d, has age: %s", number, process, hasAge)
              .isEqualTo(isKnown ? Finding.BEHIND : Finding.ROLLED_BACK);
        }
      }
    }
  }

  @Test
  void dataWhoseAgeIsLostAreRolledBackIfAnybodyRemembersAny() {
    Recognition recognition = new Recognition(Age.NONE, false, SELF, PEERS);
    assertThat(recognition.heard(B, Age.NONE)).isEqualTo(Finding.BEHIND);
    assertThat(recognition.heard(C, new Age(1, OTHER))).isEqualTo(Finding.ROLLED_BACK);
  }

  @Test
  void itsOwnAgeIsConfirmedAndAnOlderOneOfItsOwnIsNot() {
    Recognition recognition = taken(ofAge(2));
    assertThat(recognition.own()).isEqualTo(new Age(3, SELF));
    assertThat(recognition.heard(B, new Age(3, SELF))).isEqualTo(Finding.CONFIRMED);
    taken(recognition);
    assertThat(recognition.heard(B, new Age(3, SELF))).isEqualTo(Finding.BEHIND);
    assertThat(recognition.heard(B, new Age(4, SELF))).isEqualTo(Finding.CONFIRMED);
  }

  @Test
  void withoutDataItTakesAHigherAgeThanAnybodyRemembers() {
    Recognition recognition = blank();
    assertThat(recognition.heard(B, new Age(4, OTHER))).isEqualTo(Finding.BEHIND);
    assertThat(recognition.heard(C, new Age(2, OTHER))).isEqualTo(Finding.BEHIND);
    assertThat(taken(recognition).own().number()).isEqualTo(5);
    assertThat(recognition.heard(B, new Age(4, OTHER))).isEqualTo(Finding.BEHIND);
    assertThat(recognition.heard(C, new Age(5, OTHER))).isEqualTo(Finding.OVERTAKEN);
    assertThat(taken(recognition).own().number()).isEqualTo(6);
    assertThat(recognition.heard(C, new Age(5, OTHER))).isEqualTo(Finding.BEHIND);
    assertThat(recognition.heard(B, new Age(9, OTHER))).isEqualTo(Finding.OVERTAKEN);
    assertThat(recognition.next().number()).isEqualTo(10);
  }

  /// Found by the simulator, seed 15438.
  @Test
  void withoutDataItTakesAnAgeThatIsAboveWhatThoseWhoDidNotAnswerMayRemember() {
    Recognition recognition = blank();
    recognition.heard(B, new Age(10, OTHER));
    Age taken = taken(recognition).own();
    Recognition startedAgain = new Recognition(taken, false, OTHER + 1, PEERS);
    assertThat(startedAgain.heard(B, taken)).isEqualTo(Finding.BEHIND);
    assertThat(startedAgain.heard(C, new Age(12, OTHER))).isEqualTo(Finding.BEHIND);
    assertThat(taken(startedAgain).own().number()).as("with data").isEqualTo(taken.number() + 1);
  }

  @Test
  void dataThatAreSetAsideAreNone() {
    Recognition recognition = ofAge(2);
    assertThat(recognition.heard(B, new Age(6, OTHER))).isEqualTo(Finding.ROLLED_BACK);
    assertThat(recognition.mayTake()).isFalse();
    assertThatThrownBy(() -> taken(recognition)).isInstanceOf(CheckFailure.class);
    recognition.setAside();
    assertThat(recognition.mayTake()).isTrue();
    assertThat(recognition.isDone()).as("without an age").isFalse();
    assertThat(taken(recognition).own().number()).isGreaterThanOrEqualTo(7);
    assertThat(recognition.isDone()).isTrue();
    Age higher = new Age(recognition.own().number(), OTHER);
    assertThat(recognition.heard(C, higher)).isEqualTo(Finding.OVERTAKEN);
  }

  @Test
  void withDataAllHaveToAnswer() {
    Recognition recognition = ofAge(2);
    assertThat(recognition.needsAge(true)).isFalse();
    recognition.heard(B, Age.NONE);
    assertThat(recognition.needsAge(true)).isTrue();
    assertThat(recognition.isDone()).isFalse();
    recognition.heard(C, Age.NONE);
    assertThat(recognition.isDone()).isTrue();
  }

  @Test
  void whoRemembersTheAgeOfNowOrTheOneBeforeMayHear() {
    Recognition recognition = ofAge(2);
    recognition.heard(B, new Age(2, BEFORE));
    assertThat(recognition.mayHear(B)).as("only asked").isFalse();
    taken(recognition);
    assertThat(recognition.mayHear(B)).as("not told").isFalse();
    recognition.heard(B, recognition.own());
    assertThat(recognition.mayHear(B)).isTrue();
    assertThat(recognition.mayHear(C)).isFalse();
    assertThat(taken(recognition).mayHear(B)).as("one behind").isTrue();
    assertThat(taken(recognition).mayHear(B)).as("two behind").isFalse();
    recognition.heard(B, recognition.own());
    recognition.heard(B, new Age(3, SELF));
    assertThat(recognition.mayHear(B)).as("what was said before arrives late").isTrue();
  }

  @Test
  void whoJumpsFarAheadIsNotHeardBeforeItIsConfirmedAgain() {
    Recognition recognition = blank();
    recognition.heard(B, Age.NONE);
    taken(recognition).heard(B, new Age(1, SELF));
    assertThat(recognition.mayHear(B)).isTrue();
    recognition.heard(C, new Age(7, OTHER));
    assertThat(taken(recognition).mayHear(B)).isFalse();
  }

  @Test
  void anAgeOnlyRisesAndOnlyOfThisProcess() {
    Recognition recognition = taken(ofAge(2));
    assertThatIllegalArgumentException().isThrownBy(() -> recognition.take(new Age(3, SELF)));
    assertThatIllegalArgumentException().isThrownBy(() -> recognition.take(new Age(9, OTHER)));
  }

  /// What a disk has, and what two others remember of it, in all orders of a few steps: starts that
  /// get to speak, starts that end before that, a raised age, a word that counts, a copy, and that
  /// copy put back. A node whose word was counted after the copy was made is recognized, but within
  /// the age at which it was made.
  @Test
  void whoseWordCountedIsRecognizedByWhoCountedIt() {
    int[] recognized = {0};
    play(new Played(), 8, recognized);
    assertThat(recognized[0]).as("rollbacks that were recognized").isGreaterThan(1000);
  }

  private static void play(Played before, int steps, int[] recognized) {
    if (steps == 0) {
      return;
    }
    for (int step = 0; step < Played.STEPS; step++) {
      Played now = new Played(before);
      if (now.does(step, recognized)) {
        play(now, steps - 1, recognized);
      }
    }
  }

  private static final class Played {
    static final int STEPS = 7;

    private Age disk = Age.NONE;
    private Age copy = Age.NONE;
    private boolean copied;
    private long said;
    private long saidInCopy;
    private long process = 1;
    private Age running = Age.NONE;
    private final Map<NodeId, Age> remembered = new HashMap<>();
    private final List<String> story = new ArrayList<>();

    /// Which word was the last to be counted at each node.
    private final Map<NodeId, Long> counted = new HashMap<>();

    Played() {}

    Played(Played other) {
      disk = other.disk;
      copy = other.copy;
      copied = other.copied;
      said = other.said;
      saidInCopy = other.saidInCopy;
      process = other.process;
      running = other.running;
      remembered.putAll(other.remembered);
      counted.putAll(other.counted);
      story.addAll(other.story);
    }

    /// False if it cannot be done now.
    boolean does(int step, int[] recognized) {
      story.add(List.of("start", "end", "raise", "to b", "to c", "copy", "back").get(step));
      switch (step) {
        case 0 -> {
          return running.number() == 0 && start(recognized);
        }
        case 1 -> running = Age.NONE;
        case 2 -> {
          if (running.number() == 0) {
            return false;
          }
          running = new Age(running.number() + 1, running.process());
          disk = running;
        }
        case 3, 4 -> {
          if (running.number() == 0) {
            return false;
          }
          NodeId to = step == 3 ? B : C;
          remembered.merge(to, running, Age::later);
          said++;
          counted.put(to, said);
        }
        case 5 -> {
          copy = disk;
          saidInCopy = said;
          copied = true;
        }
        default -> {
          running = Age.NONE;
          disk = copy;
          said = saidInCopy;
          return copied;
        }
      }
      return true;
    }

    private boolean start(int[] recognized) {
      process++;
      Recognition recognition = new Recognition(disk, false, process, PEERS);
      boolean rolledBack = false;
      boolean forgot = false;
      for (NodeId peer : PEERS) {
        Age known = remembered.getOrDefault(peer, Age.NONE);
        rolledBack |= recognition.heard(peer, known) == Finding.ROLLED_BACK;
        forgot |= counted.getOrDefault(peer, 0L) > said && !known.equals(disk);
      }
      assertThat(rolledBack || !forgot).as("%s", story).isTrue();
      assertThat(rolledBack && said == highestCounted() && !copied).as("%s", story).isFalse();
      recognized[0] += rolledBack ? 1 : 0;
      // What could not be told is not told later.
      said = highestCounted();
      if (rolledBack) {
        return false;
      }
      recognition.take(recognition.next());
      running = recognition.own();
      disk = running;
      return true;
    }

    private long highestCounted() {
      return counted.values().stream().mapToLong(n -> n).max().orElse(0);
    }
  }
}
