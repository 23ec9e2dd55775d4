package io.tidemark.log.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.RecordData;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Records that are drained together or not at all.
final class RingGroupTest {
  private final AppendRing ring = new AppendRing(new RingConfig(4096, 64, 1024, 8), 1);
  private final Sink sink = new Sink(ring, 4096);

  private static List<RecordData> group(int records, int payloadBytes) {
    List<RecordData> group = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      group.add(RecordData.of(300 + i, new byte[payloadBytes]));
    }
    return group;
  }

  private long appendOne() {
    return ring.append(RecordData.DATA, false, new byte[10], AppendRing.NO_ATTACHMENT);
  }

  @Test
  void itsRecordsHaveLsnsThatFollowEachOther() {
    assertThat(appendOne()).isEqualTo(1);
    List<RecordData> group =
        List.of(
            RecordData.of(300, new byte[] {1, 2, 3}),
            RecordData.of(301, new byte[0]).inStream(77).asOptional(),
            RecordData.data(new byte[] {9}));
    assertThat(ring.appendAll(group, "beside the last")).isEqualTo(2);
    assertThat(appendOne()).isEqualTo(5);
    List<Drained> drained = sink.drain();
    assertThat(drained).extracting(Drained::lsn).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(drained).extracting(Drained::type).containsExactly(1, 300, 301, 1, 1);
    assertThat(drained)
        .extracting(Drained::flags)
        .as("the third is optional, and keyed")
        .containsExactly(0, 0, 3, 0, 0);
    assertThat(drained.get(2).key()).isEqualTo(77);
    assertThat(drained.get(1).payload()).containsExactly(1, 2, 3);
    assertThat(drained.get(2).payload()).isEmpty();
    assertThat(drained.get(3).payload()).containsExactly(9);
    assertThat(drained.get(3).attachment()).isEqualTo("beside the last");
    assertThat(drained.get(2).attachment()).isEqualTo(AppendRing.NO_ATTACHMENT);
  }

  @Test
  void aDrainTakesAllOfItOrNone() {
    appendOne();
    ring.appendAll(group(4, 100), "waiter");
    assertThat(sink.drain(4096, 4)).as("room for three of the four").hasSize(1);
    assertThat(sink.drain(400, 64)).as("448 bytes are needed").isEmpty();
    assertThat(sink.drain(4096, 3)).isEmpty();
    assertThat(sink.drain(448, 4)).hasSize(4);
  }

  @Test
  void whatNoBatchCouldHoldIsRefused() {
    assertThat(ring.appendAll(group(9, 1), "w")).isEqualTo(AppendRing.TOO_LARGE);
    assertThat(ring.appendAll(group(2, 505), "w")).isEqualTo(AppendRing.TOO_LARGE);
    assertThat(ring.appendAll(group(2, 504), "w")).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> ring.appendAll(List.of(), "w"));
  }

  @Test
  void aCopyThatFailsLeavesRecordsNobodyWants() {
    ByteBuffer gone;
    try (Arena arena = Arena.ofConfined()) {
      gone = arena.allocate(50).asByteBuffer();
    }
    RecordData bad = new RecordData(RecordData.DATA, false, OptionalLong.of(5), gone);
    assertThatThrownBy(
            () -> ring.appendAll(List.of(RecordData.data(new byte[30]), bad, bad), "waiter"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(appendOne()).isEqualTo(4);
    List<Drained> drained = sink.drain();
    assertThat(drained).extracting(Drained::type).containsExactly(3, 3, 3, 1);
    assertThat(drained).extracting(Drained::lsn).containsExactly(1L, 2L, 3L, 4L);
    assertThat(drained).extracting(Drained::attachment).doesNotContain("waiter");
  }

  @Test
  void groupsAndSinglesGoRoundTheRing() {
    Random random = new Random(4);
    long next = 1;
    for (int i = 0; i < 5_000; i++) {
      int records = random.nextInt(1, 9);
      int bytes = random.nextInt(100);
      long lsn =
          random.nextBoolean() ? appendOne() : ring.appendAll(group(records, bytes), "waiter");
      if (lsn == AppendRing.FULL || random.nextInt(4) == 0) {
        for (Drained drained : sink.drain()) {
          assertThat(drained.lsn()).isEqualTo(next++);
        }
      }
    }
    assertThat(next).isGreaterThan(5_000);
  }
}
