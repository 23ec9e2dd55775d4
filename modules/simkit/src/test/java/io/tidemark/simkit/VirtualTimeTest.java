package io.tidemark.simkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The order in which [VirtualTime] runs things.
class VirtualTimeTest {
  private final VirtualTime time = new VirtualTime();
  private final List<String> ran = new ArrayList<>();

  private VirtualTime.Scheduled at(long delayMicros, String name) {
    return time.schedule(delayMicros, () -> ran.add(name + "@" + time.nowMicros()));
  }

  @Test
  void runsByTimeThenByOrderOfScheduling() {
    at(20, "c");
    at(10, "a");
    at(10, "b");
    while (time.runNext()) {
      assertThat(time.nowMicros()).isPositive();
    }
    assertThat(ran).containsExactly("a@10", "b@10", "c@20");
    assertThat(time.runNext()).isFalse();
  }

  @Test
  void cancelledTaskDoesNotRun() {
    VirtualTime.Scheduled a = at(10, "a");
    at(20, "b");
    assertThat(a.cancel()).isTrue();
    assertThat(a.cancel()).isFalse();
    assertThat(time.pending()).isEqualTo(1);
    time.runNext();
    assertThat(ran).containsExactly("b@20");
    assertThat(time.pending()).isZero();
  }

  @Test
  void taskThatRanCannotBeCancelled() {
    VirtualTime.Scheduled a = at(0, "a");
    time.runNext();
    assertThat(a.cancel()).isFalse();
    assertThat(time.pending()).isZero();
  }

  @Test
  void taskMayScheduleForNowAndRunsAfterWhatIsDueNow() {
    time.schedule(
        5,
        () -> {
          ran.add("first");
          at(0, "third");
        });
    at(5, "second");
    time.runFor(5);
    assertThat(ran).containsExactly("first", "second@5", "third@5");
  }

  @Test
  void runForStopsAtItsEndAndMovesTimeThere() {
    at(10, "a");
    at(11, "b");
    time.runFor(10);
    assertThat(ran).containsExactly("a@10");
    time.runFor(0);
    assertThat(time.nowMicros()).isEqualTo(10);
    time.runFor(100);
    assertThat(time.nowMicros()).isEqualTo(110);
  }
}
