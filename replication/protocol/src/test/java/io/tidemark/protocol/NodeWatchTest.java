package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeWatchTest {
  private static final int ELECTION_TICKS = 10;
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");

  private final NodeWatch watch = new NodeWatch(ELECTION_TICKS);

  private List<NodeId> tick(int times) {
    List<NodeId> lost = List.of();
    for (int i = 0; i < times; i++) {
      lost = watch.tick();
      if (!lost.isEmpty() && i < times - 1) {
        throw new AssertionError(lost + " already after " + (i + 1) + " ticks");
      }
    }
    return lost;
  }

  @Test
  void whoWasNeverThereIsNotLost() {
    assertThat(tick(100 * ELECTION_TICKS)).isEmpty();
  }

  @Test
  void whoIsSilentForTheElectionTimeoutIsLostOnce() {
    watch.heard(A, 1);
    assertThat(tick(ELECTION_TICKS - 1)).isEmpty();
    watch.heard(B, 1);
    assertThat(tick(1)).containsExactly(A);
    assertThat(tick(ELECTION_TICKS - 1)).containsExactly(B);
    assertThat(tick(100 * ELECTION_TICKS)).isEmpty();
  }

  @Test
  void whoComesBackMayBeLostAgain() {
    watch.heard(A, 1);
    tick(ELECTION_TICKS);
    assertThat(watch.heard(A, 2)).as("it was missed already").isFalse();
    assertThat(tick(ELECTION_TICKS)).containsExactly(A);
  }

  @Test
  void anotherProcessOnTheSameNodeIsNoticedBeforeTheSilenceWas() {
    watch.heard(A, 1);
    tick(2);
    assertThat(watch.heard(A, 2)).isTrue();
    assertThat(watch.heard(A, 2)).isFalse();
  }

  @Test
  void aNodeThatWasSilentForLongAndWellIsGivenMoreTime() {
    watch.heard(A, 1);
    tick(ELECTION_TICKS - 1);
    watch.heard(A, 1);
    assertThat(tick(2 * ELECTION_TICKS)).isEmpty();
  }

  @Test
  void whoIsThereIsSaidUntilItIsLost() {
    assertThat(watch.heard()).isEmpty();
    watch.heard(A, 1);
    watch.heard(B, 1);
    assertThat(watch.heard()).containsExactlyInAnyOrder(A, B);
    watch.lost(A);
    assertThat(watch.heard()).containsExactly(B);
    assertThat(tick(ELECTION_TICKS)).as("A is known to be lost").containsExactly(B);
    assertThat(watch.heard()).isEmpty();
    watch.heard(A, 1);
    assertThat(watch.heard()).containsExactly(A);
  }
}
