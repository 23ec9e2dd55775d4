package io.tidemark.log.producers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidemark.foundation.Chance;
import io.tidemark.log.Stamp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The fold, against the words of its description.
final class ProducersTest {
  private static final Verdict FRESH = new Verdict.Fresh();
  private static final Verdict TOO_OLD = new Verdict.TooOld();

  private final Producers producers = new Producers(new ProducerLimits(6, 3));

  private Verdict look(long producer, long sequence) {
    return producers.look(new Stamp(producer, sequence));
  }

  @Test
  void aProducerBeginsWhereItWants() {
    assertThat(look(7, 0)).isEqualTo(FRESH);
    assertThat(look(7, -50)).isEqualTo(FRESH);
    producers.stamped(10, 7, 500);
    assertThat(look(7, 501)).isEqualTo(FRESH);
    assertThat(look(7, 500)).isEqualTo(new Verdict.Repeat(10));
    assertThat(look(7, 499)).isEqualTo(TOO_OLD);
    assertThat(look(7, 502)).isEqualTo(new Verdict.Gap(501));
  }

  @Test
  void theNewestSequencesAreKnown() {
    for (int i = 0; i < 20; i++) {
      producers.stamped(100 + 3 * i, 7, i);
    }
    for (int i = 14; i < 20; i++) {
      assertThat(look(7, i)).isEqualTo(new Verdict.Repeat(100 + 3 * i));
    }
    assertThat(look(7, 13)).isEqualTo(TOO_OLD);
    assertThat(look(7, Long.MIN_VALUE)).isEqualTo(TOO_OLD);
    assertThat(look(7, 20)).isEqualTo(FRESH);
    assertThat(look(7, Long.MAX_VALUE)).isEqualTo(new Verdict.Gap(20));
    assertThat(producers.newestLsn()).isEqualTo(157);
  }

  @Test
  void whoAppendedLongestAgoIsForgotten() {
    producers.stamped(1, 7, 1);
    producers.stamped(2, 8, 1);
    producers.stamped(3, 9, 1);
    producers.stamped(4, 7, 2);
    assertThat(look(8, 1)).as("a look is no append").isEqualTo(new Verdict.Repeat(2));
    producers.stamped(5, 10, 1);
    assertThat(look(8, 1)).isEqualTo(FRESH);
    assertThat(look(7, 2)).isEqualTo(new Verdict.Repeat(4));
    assertThat(look(9, 1)).isEqualTo(new Verdict.Repeat(3));
  }

  @Test
  void whatDoesNotFollowBeginsAnew() {
    producers.stamped(1, 7, 1);
    producers.stamped(2, 7, 5);
    assertThat(look(7, 5)).isEqualTo(new Verdict.Repeat(2));
    assertThat(look(7, 1)).isEqualTo(TOO_OLD);
    assertThat(look(7, 6)).isEqualTo(FRESH);
  }

  @Test
  void limitsAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ProducerLimits(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ProducerLimits(1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new ProducerLimits(1 << 12, 1 << 12));
  }

  /// A list of all that ever was, gone over from its end for every question.
  @Test
  void knowsWhatAListOfAllRecordsTells() {
    record Appended(Stamp stamp, long lsn) {}
    Chance chance = new Chance(1);
    List<Appended> all = new ArrayList<>();
    for (int lsn = 1; lsn < 5_000; lsn++) {
      Stamp stamp = new Stamp(chance.below(5), chance.below(40));
      List<Appended> newest = new ArrayList<>();
      List<Long> seen = new ArrayList<>();
      for (Appended one : all.reversed()) {
        if (!seen.contains(one.stamp().producer())) {
          seen.add(one.stamp().producer());
        }
        if (seen.size() > 3) {
          break;
        }
        if (one.stamp().producer() == stamp.producer() && newest.size() < 6) {
          newest.add(one);
        }
      }
      Verdict expected = FRESH;
      if (!newest.isEmpty()) {
        long last = newest.getFirst().stamp().sequence();
        expected = stamp.sequence() > last ? new Verdict.Gap(last + 1) : TOO_OLD;
        if (stamp.sequence() == last + 1) {
          expected = FRESH;
        }
        for (Appended one : newest) {
          if (one.stamp().equals(stamp)) {
            expected = new Verdict.Repeat(one.lsn());
          }
        }
      }
      assertThat(producers.look(stamp)).as("%s at %d", stamp, lsn).isEqualTo(expected);
      if (expected.equals(FRESH)) {
        all.add(new Appended(stamp, lsn));
        producers.stamped(lsn, stamp.producer(), stamp.sequence());
      }
    }
    assertThat(all).hasSizeGreaterThan(300);
  }
}
