package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class RecordFormatTest {
  @Test
  void firstWordIsLengthTypeAndFlagsOnDisk() {
    long word = RecordFormat.firstWord(0x01020304, 0xBEEF, RecordFormat.KEYED);
    byte[] bytes = new byte[8];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(word);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("04030201efbe0200");
  }

  @Test
  void firstWordGivesBackWhatItWasMadeOf() {
    for (int bytes : new int[] {0, 1, 1 << 20, Integer.MAX_VALUE}) {
      for (int type : new int[] {1, 2, 256, 0x8000, 0xFFFF}) {
        for (int flags = 0; flags < 8; flags++) {
          long word = RecordFormat.firstWord(bytes, type, flags);
          assertThat(word).isNotZero().isNotEqualTo(-1);
          assertThat(RecordFormat.payloadBytes(word)).isEqualTo(bytes);
          assertThat(RecordFormat.type(word)).isEqualTo(type);
          assertThat(RecordFormat.flags(word)).isEqualTo(flags);
        }
      }
    }
  }

  @Test
  void framesAreMultiplesOfEight() {
    assertThat(RecordFormat.frameBytes(0, 0)).isEqualTo(8);
    assertThat(RecordFormat.frameBytes(1, 0)).isEqualTo(16);
    assertThat(RecordFormat.frameBytes(8, 0)).isEqualTo(16);
    assertThat(RecordFormat.frameBytes(9, 0)).isEqualTo(24);
    assertThat(RecordFormat.frameBytes(0, RecordFormat.KEYED)).isEqualTo(16);
    assertThat(RecordFormat.frameBytes(8, RecordFormat.KEYED)).isEqualTo(24);
    assertThat(RecordFormat.frameBytes(0xFFFF_FFFFL, RecordFormat.KEYED))
        .isEqualTo((1L << 32) + 16);
    assertThat(RecordFormat.frameBytes(0, RecordFormat.OPTIONAL)).isEqualTo(8);
    assertThat(RecordFormat.frameBytes(1, RecordFormat.STAMPED)).isEqualTo(32);
    assertThat(RecordFormat.frameBytes(0, 7)).isEqualTo(32);
    assertThat(RecordFormat.stampOffset(RecordFormat.STAMPED)).isEqualTo(8);
    assertThat(RecordFormat.stampOffset(7)).isEqualTo(16);
    long word = RecordFormat.firstWord(-1, 1, RecordFormat.KEYED);
    assertThat(RecordFormat.frameBytesOf(word)).isEqualTo((1L << 32) + 16);
  }
}
