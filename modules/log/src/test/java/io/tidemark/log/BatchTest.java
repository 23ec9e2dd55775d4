package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.log.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BatchTest {
  private static final int MAX_BYTES = 1 << 16;

  private static Batch sample() {
    return Batch.encode(
        41,
        7,
        1_700_000_000_000_000L,
        0x1234ABCD,
        List.of(
            RecordData.anchor(),
            RecordData.data("tide".getBytes(StandardCharsets.US_ASCII)),
            RecordData.of(300, new byte[] {1, 2, 3}).asOptional()));
  }

  private static byte[] bytesOf(Batch batch) {
    byte[] bytes = new byte[batch.sizeBytes()];
    batch.bytes().get(bytes);
    return bytes;
  }

  private static BatchRefused refusal(byte[] bytes) {
    return catchThrowableOfType(
        BatchRefused.class, () -> Batch.decode(ByteBuffer.wrap(bytes), MAX_BYTES));
  }

  @Test
  void decodesWhatWasEncoded() {
    Batch batch = Batch.decode(sample().bytes(), MAX_BYTES);
    assertThat(batch).isEqualTo(sample());
    assertThat(batch.baseLsn()).isEqualTo(41);
    assertThat(batch.lastLsn()).isEqualTo(43);
    assertThat(batch.epoch()).isEqualTo(7);
    assertThat(batch.timeMicros()).isEqualTo(1_700_000_000_000_000L);
    assertThat(batch.recordCount()).isEqualTo(3);
    assertThat(batch.previousChecksum()).isEqualTo(0x1234ABCD);
    assertThat(batch.sizeBytes()).isEqualTo(104).isEqualTo(batch.bytes().remaining());
    assertThat(batch.records())
        .extracting(RecordView::lsn, RecordView::type, RecordView::optional)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(41L, RecordData.ANCHOR, false),
            org.assertj.core.groups.Tuple.tuple(42L, RecordData.DATA, false),
            org.assertj.core.groups.Tuple.tuple(43L, 300, true));
    assertThat(batch.records().get(1).payload())
        .isEqualTo(ByteBuffer.wrap("tide".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void decodesOneOfSeveralAndMovesBehindIt() {
    Batches batches = new Batches();
    Batch first = batches.next(1, 10);
    Batch second = batches.next(2, 20);
    ByteBuffer both = ByteBuffer.allocate(first.sizeBytes() + second.sizeBytes() + 5);
    both.put(first.bytes()).put(second.bytes()).clear();
    assertThat(Batch.decode(both, MAX_BYTES)).isEqualTo(first);
    assertThat(Batch.decode(both, MAX_BYTES)).isEqualTo(second);
    assertThat(both.remaining()).isEqualTo(5);
  }

  @Test
  void staysAsItIsWhenTheBytesItCameFromChange() {
    byte[] bytes = bytesOf(sample());
    Batch batch = Batch.decode(ByteBuffer.wrap(bytes), MAX_BYTES);
    java.util.Arrays.fill(bytes, (byte) 0);
    assertThat(batch).isEqualTo(sample());
    assertThat(batch.bytes().isReadOnly()).isTrue();
  }

  @Test
  void everySingleBitFlipIsRefused() {
    byte[] bytes = bytesOf(sample());
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
      BatchRefused refused = refusal(bytes);
      assertThat(refused).as("bit %d", bit).isNotNull();
      reasons.add(refused.reason());
      bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
    }
    assertThat(reasons)
        .containsExactlyInAnyOrder(Reason.MAGIC, Reason.HEADER_CHECKSUM, Reason.BODY_CHECKSUM);
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] bytes = bytesOf(sample());
    for (int length = 0; length < bytes.length; length++) {
      assertThat(refusal(java.util.Arrays.copyOf(bytes, length)).reason()).isEqualTo(Reason.LENGTH);
    }
  }

  @Test
  void refusesMoreThanTheLimitBeforeItLooksForTheBody() {
    BatchRefused refused =
        catchThrowableOfType(BatchRefused.class, () -> Batch.decode(sample().bytes(), 103));
    assertThat(refused.reason()).isEqualTo(Reason.LENGTH);
    assertThat(refused).hasMessageContaining("104").hasMessageContaining("103");
  }

  /// Fields that no checksum can catch, since whoever wrote them computed it over them.
  @Test
  void refusesWhatAWrongWriterSealed() {
    assertThat(resealed(BatchFormat.RECORD_COUNT, 2)).isEqualTo(Reason.RECORDS);
    assertThat(resealed(BatchFormat.RECORD_COUNT, 4)).isEqualTo(Reason.RECORDS);
    assertThat(resealed(BatchFormat.RECORD_COUNT, 0)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.RECORD_COUNT, -1)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.BASE_LSN, 0)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.BASE_LSN + 4, -1)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.EPOCH + 4, -1)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.TIME_MICROS + 4, -1)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.LENGTH, 112)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.LENGTH, -8)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.BODY_LENGTH, -1)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.BODY_LENGTH, Integer.MAX_VALUE)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.UNCOMPRESSED_LENGTH, 1)).isEqualTo(Reason.HEADER_FIELD);
    assertThat(resealed(BatchFormat.CODEC, 3)).isEqualTo(Reason.UNKNOWN_KIND);
    assertThat(resealed(BatchFormat.RESERVED, 1)).isEqualTo(Reason.UNKNOWN_KIND);
    assertThat(resealed(BatchFormat.HEADER_BYTES, -1)).isEqualTo(Reason.RECORDS);
    assertThat(resealed(BatchFormat.HEADER_BYTES, Integer.MAX_VALUE)).isEqualTo(Reason.RECORDS);
    assertThat(resealed(BatchFormat.HEADER_BYTES + 4, 2 | 4 << 16)).isEqualTo(Reason.UNKNOWN_KIND);
  }

  private static Reason resealed(int position, int value) {
    ByteBuffer bytes = BatchFormat.littleEndian(ByteBuffer.wrap(bytesOf(sample())));
    bytes.putInt(position, value);
    BatchSeal.reseal(bytes);
    return refusal(bytes.array()).reason();
  }

  @Test
  void takesOnlyWhatItCanKeep() {
    assertThatIllegalArgumentException().isThrownBy(() -> Batch.encode(1, 1, 1, 0, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batch.encode(0, 1, 1, 0, List.of(RecordData.anchor())));
    assertThatIllegalArgumentException().isThrownBy(() -> RecordData.of(5, new byte[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> RecordData.of(65536, new byte[0]));
  }

  @Test
  void aBuilderTakesALargerBatchAfterOneThatDoesNotCompress() {
    for (Codec codec : Codec.values()) {
      BatchBuilder builder = new BatchBuilder(4096, codec);
      for (int bytes : new int[] {10, 3000}) {
        builder.clear();
        assertThat(builder.add(RecordData.data(new byte[bytes]))).isTrue();
        builder.seal(1, 1, 1, 0);
        assertThat(builder.toBatch().records().getFirst().payload().remaining()).isEqualTo(bytes);
      }
    }
  }
}
