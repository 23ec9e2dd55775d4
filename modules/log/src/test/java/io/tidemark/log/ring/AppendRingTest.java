package io.tidemark.log.ring;

import static io.tidemark.log.ring.AppendRing.FULL;
import static io.tidemark.log.ring.AppendRing.NO_ATTACHMENT;
import static io.tidemark.log.ring.AppendRing.TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.log.RecordData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class AppendRingTest {
  private static final RingConfig CONFIG = new RingConfig(4096, 16, 2032);

  private final AppendRing ring = new AppendRing(CONFIG, 41);
  private final Sink sink = new Sink(ring, 4096);
  private final Claim claim = ring.newClaim();

  private static byte[] payload(int length, int fill) {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) fill);
    return payload;
  }

  private long append(int length, int fill) {
    return ring.append(RecordData.DATA, false, payload(length, fill), NO_ATTACHMENT);
  }

  @Test
  void drainsTheBytesOfABatchBody() {
    assertThat(claim.open(0x1234, true, 5)).isEqualTo(41);
    claim.put(0, new byte[] {9, 1, 2, 3, 4, 5, 9}, 1, 5);
    claim.commit();
    assertThat(claim.open(0xFFFF, false, 0x0807060504030201L, 1)).isEqualTo(42);
    claim.payload().set(ValueLayout.JAVA_BYTE, 0, (byte) 0xAB);
    claim.commit();
    assertThat(ring.append(1, false, new byte[0], NO_ATTACHMENT)).isEqualTo(43);

    byte[] body = new byte[64];
    assertThat(ring.drain(MemorySegment.ofArray(body), 2, 60, 100)).isEqualTo(48);
    assertThat(HexFormat.of().formatHex(body))
        .isEqualTo(
            ("0000" // where the caller began
                + "0500000034120100"
                + "0102030405000000"
                + "01000000ffff0200"
                + "0102030405060708"
                + "ab00000000000000"
                + "0000000001000000"
                + "0000000000000000000000000000"));
    assertThat(ring.endLsn()).isEqualTo(44);
  }

  @Test
  void saysAtOnceWhichLsnARecordHas() {
    for (long lsn = 41; lsn < 57; lsn++) {
      assertThat(append(10, 1)).isEqualTo(lsn);
    }
    assertThat(ring.claimedLsn()).isEqualTo(57);
    assertThat(ring.endLsn()).isEqualTo(41);
    assertThat(sink.drain()).extracting(Drained::lsn).hasSize(16).startsWith(41L, 42L);
    assertThat(ring.endLsn()).isEqualTo(57);
    assertThat(append(10, 1)).isEqualTo(57);
  }

  @Test
  void lsnsStayExactOverBillionsOfRecords() {
    RingMemory memory = new RingMemory(4096, 0, 1);
    AppendRing longLived = new AppendRing(CONFIG, memory);
    long lsn = 1;
    for (int i = 0; i < 60; i++) {
      lsn += 1 << 26;
      long passed = RingState.of(i, lsn);
      assertThat(memory.moveTail(memory.tail(), passed)).isTrue();
      memory.moveHead(passed, lsn);
      assertThat(longLived.append(1, false, new byte[0], NO_ATTACHMENT)).isEqualTo(lsn);
      assertThat(new Sink(longLived, 64).drain()).extracting(Drained::lsn).containsExactly(lsn);
      lsn++;
    }
  }

  @Test
  void takesEveryKindOfPayload() {
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    ByteBuffer heap = ByteBuffer.wrap(bytes).position(2).limit(6);
    ByteBuffer direct = ByteBuffer.allocateDirect(9).put(bytes).position(3);
    MemorySegment segment = MemorySegment.ofArray(bytes).asSlice(4);
    ring.append(1, false, bytes, NO_ATTACHMENT);
    ring.append(1, false, heap, NO_ATTACHMENT);
    ring.append(1, false, direct.asReadOnlyBuffer(), NO_ATTACHMENT);
    ring.append(1, false, segment, NO_ATTACHMENT);
    claim.open(1, false, 16);
    claim.put(1, bytes, 3, 2);
    claim.put(4, heap);
    claim.put(10, segment, 1, 3);
    claim.commit();

    assertThat(sink.drain())
        .extracting(Drained::payload)
        .containsExactly(
            bytes,
            new byte[] {3, 4, 5, 6},
            new byte[] {4, 5, 6, 7, 8, 9},
            new byte[] {5, 6, 7, 8, 9},
            new byte[] {0, 4, 5, 0, 3, 4, 5, 6, 0, 0, 6, 7, 8, 0, 0, 0});
    assertThat(heap.position()).isEqualTo(2);
    assertThat(direct.position()).isEqualTo(3);
  }

  @Test
  void wrapsWithFillerWhereARecordDoesNotFit() {
    assertThat(append(2032, 1)).isEqualTo(41);
    assertThat(append(992, 2)).isEqualTo(42);
    assertThat(append(1048, 3)).as("1,056 bytes left, of 4,096").isEqualTo(43);
    assertThat(append(0, 4)).as("not a word left").isEqualTo(FULL);
    assertThat(sink.drain(4096, 2)).hasSize(2);
    assertThat(append(2000, 5)).isEqualTo(44);
    assertThat(append(1040, 6)).isEqualTo(FULL);
    assertThat(sink.drain()).extracting(r -> (int) r.payload()[0]).containsExactly(3, 5);
    assertThat(append(2032, 7)).as("in the middle").isEqualTo(45);
    assertThat(append(100, 8)).as("behind filler of 40 bytes").isEqualTo(46);
    List<Drained> last = sink.drain();
    assertThat(last).extracting(Drained::lsn).containsExactly(45L, 46L);
    assertThat(last.getLast().payload()).isEqualTo(payload(100, 8));
  }

  @Test
  void isFullByRecordsAndByBytes() {
    for (int i = 0; i < 16; i++) {
      assertThat(append(0, 0)).isPositive();
    }
    assertThat(append(0, 0)).isEqualTo(FULL);
    assertThat(claim.open(1, false, 0)).isEqualTo(FULL);
    assertThat(sink.drain(4096, 1)).hasSize(1);
    assertThat(append(0, 0)).isEqualTo(57);
    assertThat(sink.drain()).hasSize(16);

    assertThat(append(2000, 1)).isPositive();
    assertThat(append(1900, 1)).isPositive();
    assertThat(append(200, 1)).isEqualTo(FULL);
    assertThat(append(16, 1)).isPositive();
  }

  @Test
  void anEmptyRingTakesTheLargestRecordWhereverItStands() {
    for (int i = 0; i < 600; i++) {
      assertThat(append(2032, i)).isPositive();
      assertThat(sink.drain().getFirst().payload()).isEqualTo(payload(2032, i));
      assertThat(append(i % 5 * 8, i)).isPositive();
      assertThat(sink.drain()).hasSize(1);
    }
  }

  @Test
  void refusesWhatIsTooLargeOrNoRecord() {
    assertThat(append(2033, 1)).isEqualTo(TOO_LARGE);
    assertThat(claim.open(1, false, Integer.MAX_VALUE)).isEqualTo(TOO_LARGE);
    assertThat(claim.open(1, false, 7L, 2033)).isEqualTo(TOO_LARGE);
    assertThatIllegalArgumentException().isThrownBy(() -> claim.open(0, false, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> claim.open(0x10000, false, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> claim.open(1, false, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new AppendRing(CONFIG, 0));
    assertThat(claim.open(1, false, 7L, 2032)).as("nothing was taken").isEqualTo(41);
  }

  @Test
  void abortLeavesAVoidRecordOfTheSameLength() {
    claim.open(300, false, 77L, 21);
    claim.put(0, payload(21, 5), 0, 21);
    claim.abort();
    claim.open(300, false, 3);
    claim.put(0, payload(3, 5), 0, 3);
    claim.abort();
    assertThat(sink.drain())
        .containsExactly(
            new Drained(41, RecordData.VOID, 1, 0, new byte[29], NO_ATTACHMENT),
            new Drained(42, RecordData.VOID, 1, 0, new byte[3], NO_ATTACHMENT));
  }

  @Test
  void aPayloadThatCannotBeCopiedLeavesAVoidRecord() {
    MemorySegment closed;
    try (Arena arena = Arena.ofConfined()) {
      closed = arena.allocate(10);
    }
    assertThatThrownBy(() -> ring.append(1, false, closed, "waiter"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(append(1, 1)).isEqualTo(42);
    assertThat(sink.drain().getFirst())
        .isEqualTo(new Drained(41, RecordData.VOID, 1, 0, new byte[10], NO_ATTACHMENT));
  }

  @Test
  void attachmentsAreTakenOnce() {
    ring.append(1, false, new byte[1], "first");
    append(1, 1);
    claim.open(1, false, 0);
    claim.commit("third");
    ring.drain(MemorySegment.ofArray(new byte[64]), 0, 64, 16);
    assertThat(ring.attachment(43)).isEqualTo("third");
    assertThat(ring.attachment(41)).isEqualTo("first");
    assertThat(ring.attachment(42)).isSameAs(NO_ATTACHMENT);
    assertThat(ring.attachment(41)).isSameAs(NO_ATTACHMENT);
  }

  @Test
  void attachmentsOfADrainOutliveWhatIsClaimedAfterIt() {
    byte[] body = new byte[4096];
    for (int round = 0; round < 20; round++) {
      long first = ring.endLsn();
      for (int i = 0; i < 16; i++) {
        assertThat(ring.append(1, false, new byte[0], first + i)).isPositive();
      }
      ring.drain(MemorySegment.ofArray(body), 0, 4096, 100);
      for (int i = 0; i < 16; i++) {
        assertThat(ring.append(1, false, new byte[0], "later")).isPositive();
      }
      for (int i = 0; i < 16; i++) {
        assertThat(ring.attachment(first + i)).isEqualTo(first + i);
      }
      assertThat(sink.drain()).extracting(Drained::attachment).containsOnly("later");
    }
  }

  @Test
  void aDrainTakesNoMoreThanAttachmentsAreKeptFor() {
    AtomicReference<Runnable> afterRun = new AtomicReference<>(() -> {});
    AppendRing refilled =
        new AppendRing(
            CONFIG,
            new RingMemory(4096, 480, 1) {
              @Override
              void moveHead(long head, long endLsn) {
                super.moveHead(head, endLsn);
                afterRun.get().run();
              }
            });
    Runnable refill =
        () -> {
          while (refilled.append(1, false, new byte[32], refilled.claimedLsn()) > 0) {
            assertThat(refilled.claimedLsn()).isLessThan(100);
          }
        };
    refill.run();
    afterRun.set(refill);
    List<Drained> drained = new Sink(refilled, 4096).drain();
    assertThat(drained).hasSize(16).allMatch(record -> record.attachment().equals(record.lsn()));
  }

  @Test
  void drainKeepsToItsLimits() {
    for (int i = 0; i < 6; i++) {
      append(8, i);
    }
    assertThat(sink.drain(15, 9)).isEmpty();
    assertThat(sink.drain(47, 9)).hasSize(2);
    assertThat(sink.drain(4096, 0)).isEmpty();
    assertThat(sink.drain(4096, 3)).hasSize(3);
    assertThat(sink.drain(16, 9)).hasSize(1);
    assertThat(sink.drain()).isEmpty();
    MemorySegment tooSmall = MemorySegment.ofArray(new byte[8]);
    append(8, 7);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> ring.drain(tooSmall, 0, 64, 9));
    assertThat(sink.drain()).as("nothing was lost").hasSize(1);
  }

  @Test
  void misuseOfAClaimIsFound() {
    assertThatExceptionOfType(CheckFailure.class).isThrownBy(claim::commit);
    assertThatExceptionOfType(CheckFailure.class).isThrownBy(claim::abort);
    assertThatExceptionOfType(CheckFailure.class).isThrownBy(claim::payload);
    claim.open(1, false, 4);
    assertThatExceptionOfType(CheckFailure.class).isThrownBy(() -> claim.open(1, false, 4));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> claim.put(3, new byte[2], 0, 2));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> claim.put(0, MemorySegment.ofArray(new byte[9]), 0, 5));
    assertThat(claim.payload().byteSize()).isEqualTo(claim.payloadBytes()).isEqualTo(4);
    claim.commit();
    assertThatExceptionOfType(CheckFailure.class).isThrownBy(() -> claim.put(0, new byte[1], 0, 1));
    assertThatExceptionOfType(CheckFailure.class).isThrownBy(() -> ring.wasTaken(FULL));
    assertThat(claim.lsn()).isEqualTo(41);
  }
}
