package io.tidemark.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final AtomicInteger resumed = new AtomicInteger();

  private Pace pace(int rounds) {
    Pace pace = new Pace(rounds);
    pace.resume(resumed::incrementAndGet);
    return pace;
  }

  @Test
  void aRoundMoreThanIsAllowedWaitsForACommitOfTheOldest() {
    Pace pace = pace(2);
    assertThat(pace.holds()).isFalse();
    pace.wrote(3);
    assertThat(pace.holds()).isFalse();
    pace.wrote(5);
    assertThat(pace.holds()).isTrue();
    pace.committed(3);
    assertThat(resumed).hasValue(1);
    assertThat(pace.holds()).isFalse();
  }

  @Test
  void aCommitOfAPartOfTheRoundLetsTheWriterLookAgainButNotWrite() {
    Pace pace = pace(1);
    pace.wrote(5);
    assertThat(pace.holds()).isTrue();
    pace.committed(4);
    assertThat(resumed).hasValue(1);
    assertThat(pace.holds()).isTrue();
    pace.committed(5);
    assertThat(resumed).hasValue(2);
    assertThat(pace.holds()).isFalse();
  }

  @Test
  void whoIsNotHeldIsNotResumed() {
    Pace pace = pace(1);
    pace.wrote(5);
    pace.committed(5);
    assertThat(resumed).hasValue(0);
    assertThat(pace.holds()).isFalse();
  }

  @Test
  void aRoundThatWroteNothingDoesNotCount() {
    Pace pace = pace(2);
    pace.wrote(5);
    pace.wrote(5);
    assertThat(pace.holds()).isFalse();
  }

  @Test
  void whoWaitsForLessThanAQuorumEndsTheHoldAtOnce() {
    Pace pace = pace(1);
    pace.wrote(5);
    assertThat(pace.holds()).isTrue();
    pace.expects(AckLevel.ALL);
    pace.expects(AckLevel.QUORUM);
    assertThat(resumed).hasValue(0);
    pace.expects(AckLevel.LOCAL);
    assertThat(resumed).hasValue(1);
    assertThat(pace.holds()).isFalse();
  }

  @Test
  void theNextLeadershipBeginsWithoutAHold() {
    Pace pace = pace(1);
    pace.wrote(5);
    assertThat(pace.holds()).isTrue();
    pace.restart();
    assertThat(resumed).as("what was held back is looked at").hasValue(1);
    assertThat(pace.holds()).isFalse();
    pace.hurry();
    pace.restart();
    pace.wrote(7);
    assertThat(pace.holds()).as("who was in a hurry belonged to the one before").isTrue();
  }
}
