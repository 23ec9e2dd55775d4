package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.CheckFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransitionTest {
  private static final int STEPS = 200_000;

  private static List<Transition> all() {
    List<Transition> all = new ArrayList<>();
    for (Role.Kind from : Role.Kind.values()) {
      for (Role.Kind to : Role.Kind.values()) {
        all.add(new Transition(from, to, false));
        all.add(new Transition(from, to, true));
      }
    }
    return all;
  }

  @Test
  void whatIsNotInTheTableStopsAReplica() {
    assertThat(all()).hasSize(32).containsAll(Transition.LEGAL);
    for (Transition one : all()) {
      if (Transition.LEGAL.contains(one)) {
        assertThatCode(one::check).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(one::check)
            .isInstanceOf(CheckFailure.class)
            .hasMessageContaining(one.toString());
      }
    }
  }

  /// The table promises nothing that never happens: then it would not be exact.
  @Test
  void whatIsInTheTableHappens() {
    Set<Transition> taken = new HashSet<>(wander(1));
    taken.addAll(wander(3));
    assertThat(taken).containsExactlyInAnyOrderElementsOf(Transition.LEGAL);
  }

  /// A group to which everything happens by chance, though in one order for ever.
  private static Set<Transition> wander(int size) {
    Group group = Group.of(size);
    Random random = new Random(size);
    int ticksInEight = 1;
    for (int i = 0; i < STEPS; i++) {
      if (i % 1_000 == 0) {
        // Now and then mail is slower than impatience.
        ticksInEight = random.nextInt(1, 8);
      }
      Member member = group.member(1 + random.nextInt(size));
      switch (random.nextInt(400)) {
        case 0 -> member.stopDisk();
        case 1, 2, 3 -> member.continueDisk();
        case 4 -> member.step(new Event.ResignRequested());
        case 5 -> member.step(new Event.HandOverRequested(Optional.empty()));
        case 6 -> group.cutOff(1 + random.nextInt(size));
        case 7, 8, 9 -> group.lose(_ -> false);
        default -> {
          if (random.nextInt(8) < ticksInEight) {
            member.tick();
          } else if (!group.mail().isEmpty()) {
            group.deliverOne();
          }
        }
      }
    }
    Set<Transition> taken = new HashSet<>();
    for (int i = 1; i <= size; i++) {
      taken.addAll(group.member(i).taken());
    }
    return taken;
  }
}
