package io.tidemark.log.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import org.junit.jupiter.api.Test;

final class RingStateTest {
  private static final long POSITIONS = 1L << 35;
  private static final long LSNS = 1L << 28;

  @Test
  void positionAndLsnWrapWithoutTouchingEachOther() {
    long last = RingState.of(POSITIONS - 1, LSNS - 1);
    assertThat(RingState.isClosed(last)).isFalse();
    long next = RingState.after(last, 3, 1);
    assertThat(RingState.position(next)).isEqualTo(2);
    assertThat(RingState.lsn(next, LSNS - 1)).isEqualTo(LSNS);
    assertThat(RingState.isClosed(next)).isFalse();
    assertThat(RingState.wordsBetween(last, next)).isEqualTo(3);
    assertThat(RingState.wordsBetween(next, last)).isEqualTo(-3);
    assertThat(RingState.recordsBetween(last, next)).isEqualTo(1);
    assertThat(RingState.recordsBetween(next, last)).isEqualTo(-1);
  }

  @Test
  void closedBitDisturbsNothing() {
    long state = RingState.of(77, 99);
    long closed = state | RingState.CLOSED_BIT;
    assertThat(RingState.isClosed(closed)).isTrue();
    assertThat(RingState.position(closed)).isEqualTo(77);
    assertThat(RingState.lsn(closed, 98)).isEqualTo(99);
    assertThat(RingState.wordsBetween(state, closed)).isZero();
    assertThat(RingState.recordsBetween(state, closed)).isZero();
  }

  @Test
  void differencesAreExactWhereverTheyAre() {
    Chance chance = new Chance(4711);
    for (int i = 0; i < 10_000; i++) {
      long position = chance.bits() & (POSITIONS - 1);
      long lsn = chance.bits() >>> 2;
      int words = chance.below(1 << 28);
      int records = chance.below(1 << 25);
      long from = RingState.of(position, lsn);
      long to = RingState.after(from, words, records);
      assertThat(RingState.wordsBetween(from, to)).isEqualTo(words);
      assertThat(RingState.wordsBetween(to, from)).isEqualTo(-words);
      assertThat(RingState.recordsBetween(from, to)).isEqualTo(records);
      assertThat(RingState.recordsBetween(to, from)).isEqualTo(-records);
      assertThat(RingState.lsn(to, lsn)).isEqualTo(lsn + records);
      assertThat(RingState.lsn(to, lsn - chance.below(1 << 20))).isEqualTo(lsn + records);
    }
  }
}
