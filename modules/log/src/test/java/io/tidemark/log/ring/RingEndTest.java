package io.tidemark.log.ring;

import static io.tidemark.log.ring.AppendRing.CLOSED;
import static io.tidemark.log.ring.AppendRing.NOT_STALLED;
import static io.tidemark.log.ring.AppendRing.NO_ATTACHMENT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// How a ring stops: at a producer that does not commit, and for good.
final class RingEndTest {
  private final AppendRing ring = new AppendRing(new RingConfig(4096, 8, 2032), 1);
  private final Sink sink = new Sink(ring, 4096);
  private final Claim early = ring.newClaim();
  private final Claim late = ring.newClaim();

  private long append(int length) {
    return ring.append(1, false, new byte[length], "waiter");
  }

  @Test
  void stallsOnlyWhileOthersWait() {
    assertThat(ring.stalledLsn()).isEqualTo(NOT_STALLED);
    append(1);
    early.open(1, false, 100);
    assertThat(ring.stalledLsn()).as("a committed one comes first").isEqualTo(NOT_STALLED);
    assertThat(sink.drain()).hasSize(1);
    assertThat(ring.stalledLsn()).as("nobody waits").isEqualTo(NOT_STALLED);
    append(1);
    assertThat(sink.drain()).isEmpty();
    assertThat(ring.stalledLsn()).isEqualTo(2);
    early.commit();
    assertThat(ring.stalledLsn()).isEqualTo(NOT_STALLED);
    assertThat(sink.drain()).hasSize(2);
    assertThat(ring.stalledLsn()).isEqualTo(NOT_STALLED);
  }

  @Test
  void stallsBehindFiller() {
    append(2032);
    append(1500);
    assertThat(sink.drain()).hasSize(2);
    early.open(1, false, 1000);
    assertThat(ring.stalledLsn()).isEqualTo(NOT_STALLED);
    append(100);
    assertThat(ring.stalledLsn()).isEqualTo(3);
    assertThat(sink.drain()).isEmpty();
    early.abort();
    assertThat(sink.drain()).extracting(Drained::lsn).containsExactly(3L, 4L);
  }

  @Test
  void whatWasDrainedWasTakenAndNothingElse() {
    append(1);
    assertThat(ring.wasTaken(1)).isFalse();
    assertThat(ring.wasRefused(1)).isFalse();
    sink.drain();
    append(1);
    early.open(1, false, 10);
    append(1);
    ring.close();
    assertThat(ring.endLsn()).isEqualTo(2);
    assertThat(ring.claimedLsn()).isEqualTo(5);
    assertThat(ring.wasTaken(1)).isTrue();
    assertThat(ring.wasRefused(1)).isFalse();
    for (long lsn = 2; lsn < 5; lsn++) {
      assertThat(ring.wasTaken(lsn)).isFalse();
      assertThat(ring.wasRefused(lsn)).isTrue();
    }
  }

  @Test
  void nothingIsClaimedOrDrainedAfterClose() {
    append(1);
    ring.close();
    ring.close();
    assertThat(append(1)).isEqualTo(CLOSED);
    assertThat(early.open(1, false, 1)).isEqualTo(CLOSED);
    assertThat(early.open(1, false, 7L, 1)).isEqualTo(CLOSED);
    assertThat(sink.drain()).isEmpty();
    assertThat(ring.claimedLsn()).isEqualTo(2);
    assertThat(ring.endLsn()).isEqualTo(1);
  }

  @Test
  void aFullRingThatIsClosedSaysClosed() {
    while (append(100) > 0) {
      assertThat(ring.claimedLsn()).isLessThan(10);
    }
    ring.close();
    assertThat(append(100)).isEqualTo(CLOSED);
  }

  @Test
  void aLateCommitDoesNoHarmAndItsAttachmentIsThere() {
    early.open(1, false, 10);
    late.open(1, false, 10);
    ring.close();
    assertThat(ring.attachment(1)).isSameAs(NO_ATTACHMENT);
    early.put(0, new byte[10], 0, 10);
    early.commit("early");
    late.abort();
    assertThat(sink.drain()).isEmpty();
    assertThat(ring.attachment(1)).isEqualTo("early");
    assertThat(ring.attachment(2)).isSameAs(NO_ATTACHMENT);
    assertThat(ring.endLsn()).isEqualTo(1);
  }
}
