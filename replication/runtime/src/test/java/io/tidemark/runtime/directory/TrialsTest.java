package io.tidemark.runtime.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TrialsTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final Step.Lead B_LEADS = new Step.Lead(0, B);
  private static final long SECOND = 1_000_000_000L;

  private final Trials trials = new Trials(Duration.ofSeconds(10));
  private final Map<Integer, Group> groups = new TreeMap<>();

  private void led(NodeId by) {
    for (int partition = 0; partition < 3; partition++) {
      groups.put(partition, new Group(List.of(A, B), List.of(), by, List.of()));
    }
  }

  private Set<NodeId> unwillingAt(long second) {
    return trials.unwilling(groups, second * SECOND);
  }

  @Test
  void whoKeepsWhatItWasGivenIsGivenMore() {
    led(B);
    trials.taken(B_LEADS, 0);
    for (long second = 0; second < 2_000; second++) {
      assertThat(unwillingAt(second)).isEmpty();
    }
    led(A);
    assertThat(unwillingAt(2_000)).as("it was its own for long").isEmpty();
  }

  @Test
  void whoRefusesOrLosesItAgainAndAgainIsLeftAloneForLongerEachTime() {
    long now = 0;
    long[] pauses = {10, 20, 40, 80, 160, 320, 640, 640, 640};
    for (int i = 0; i < pauses.length; i++) {
      if (i % 2 == 0) {
        led(B);
        trials.taken(B_LEADS, now * SECOND);
        assertThat(unwillingAt(now)).isEmpty();
        led(A);
      } else {
        trials.refused(B_LEADS, now * SECOND);
      }
      assertThat(unwillingAt(now)).containsExactly(B);
      assertThat(unwillingAt(now + pauses[i] - 1)).containsExactly(B);
      assertThat(unwillingAt(now + pauses[i])).isEmpty();
      now += pauses[i];
    }
    led(B);
    trials.taken(B_LEADS, now * SECOND);
    assertThat(unwillingAt(now + 640)).isEmpty();
    trials.refused(B_LEADS, (now + 640) * SECOND);
    assertThat(unwillingAt(now + 649)).containsExactly(B);
    assertThat(unwillingAt(now + 650)).as("what was before is forgotten").isEmpty();
  }

  /// A process that ends loses all it leads.
  @Test
  void manyThatAreLostAtOnceAreOneFailure() {
    led(B);
    for (int partition = 0; partition < 3; partition++) {
      trials.taken(new Step.Lead(partition, B), 0);
    }
    groups.put(1, new Group(List.of(A, B), List.of(), A, List.of()));
    assertThat(unwillingAt(1)).containsExactly(B);
    led(A);
    trials.refused(B_LEADS, 2 * SECOND);
    assertThat(unwillingAt(10)).containsExactly(B);
    assertThat(unwillingAt(11)).isEmpty();
  }

  @Test
  void aLeaderThatIsUnknownIsNoLoss() {
    trials.taken(B_LEADS, 0);
    assertThat(unwillingAt(1)).isEmpty();
    led(A);
    assertThat(unwillingAt(2)).containsExactly(B);
    trials.forget();
    assertThat(unwillingAt(2)).isEmpty();
  }
}
