package io.tidemark.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
  private static final int CLUSTER = 0xC0FFEE11;

  private final FrameCodec codec = new FrameCodec(CLUSTER);

  @Test
  void decodeGivesWhatEncodeTook() {
    Random random = new Random(1);
    for (int length = 0; length < 300; length++) {
      byte[] payload = new byte[length];
      random.nextBytes(payload);
      Frame.Kind kind = Frame.Kind.values()[length % 2];
      Frame frame =
          new Frame(
              kind,
              random.nextInt(Frame.MAX_SENDER + 1),
              random.nextInt() & Integer.MAX_VALUE,
              random.nextLong() & Long.MAX_VALUE,
              payload);
      assertThat(decode(encode(frame), length % 7)).isEqualTo(new FrameCodec.Decoded.Valid(frame));
    }
  }

  @Test
  void theBytesOfAFrameAreThese() {
    Frame frame = new Frame(Frame.Kind.BATCHES, 0x0203, 0x04050607, 0x08090A0B0C0D0E0FL, bytes(3));
    String expected =
        "544d4631" // magic "TMF1"
            + "01" // version
            + "02" // kind
            + "0302" // sender
            + "11eeffc0" // cluster
            + "07060504" // partition
            + "0f0e0d0c0b0a0908" // epoch
            + "03000000" // payload length
            + "c792b3a2"
            + "000102";
    assertThat(HexFormat.of().formatHex(encode(frame))).isEqualTo(expected);
  }

  @Test
  void everySingleBitFlipIsRefused() {
    byte[] good = encode(new Frame(Frame.Kind.CONTROL, 3, 17, 42, bytes(40)));
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] flipped = good.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(decode(flipped, 0))
          .as("bit %d", bit)
          .isInstanceOf(FrameCodec.Decoded.Refused.class);
    }
  }

  @Test
  void everyLengthButTheRightOneIsRefused() {
    byte[] good = encode(new Frame(Frame.Kind.CONTROL, 3, 17, 42, bytes(40)));
    for (int length = 0; length < good.length; length++) {
      Refusal expected = length < FrameCodec.HEADER_BYTES ? Refusal.SHORT : Refusal.LENGTH;
      assertThat(codec.decode(new UnsafeBuffer(good), 0, length))
          .isEqualTo(new FrameCodec.Decoded.Refused(expected));
    }
  }

  @Test
  void eachReasonIsToldEvenUnderACorrectChecksum() {
    assertThat(forged(b -> b.putInt(0, 1, LITTLE_ENDIAN))).isEqualTo(Refusal.MAGIC);
    assertThat(forged(b -> b.putByte(4, (byte) 2))).isEqualTo(Refusal.VERSION);
    assertThat(forged(b -> b.putByte(5, (byte) 99))).isEqualTo(Refusal.KIND);
    assertThat(forged(b -> b.putInt(8, 1, LITTLE_ENDIAN))).isEqualTo(Refusal.CLUSTER);
    assertThat(forged(b -> b.putInt(12, -1, LITTLE_ENDIAN))).isEqualTo(Refusal.RANGE);
    assertThat(forged(b -> b.putLong(16, -1, LITTLE_ENDIAN))).isEqualTo(Refusal.RANGE);
    assertThat(forged(b -> b.putInt(24, -1, LITTLE_ENDIAN))).isEqualTo(Refusal.LENGTH);
    assertThat(forged(b -> b.putInt(24, Integer.MAX_VALUE, LITTLE_ENDIAN)))
        .isEqualTo(Refusal.LENGTH);
  }

  @Test
  void aFrameRefusesNumbersItsHeaderCannotHold() {
    assertThatThrownBy(() -> new Frame(Frame.Kind.CONTROL, 65_536, 0, 0, bytes(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Frame(Frame.Kind.CONTROL, 0, -1, 0, bytes(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Frame(Frame.Kind.CONTROL, 0, 0, -1, bytes(0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Refusal forged(Consumer<UnsafeBuffer> change) {
    byte[] bytes = encode(new Frame(Frame.Kind.CONTROL, 3, 17, 42, bytes(40)));
    UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    change.accept(buffer);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 28);
    crc.update(bytes, 32, bytes.length - 32);
    buffer.putInt(28, (int) crc.getValue(), LITTLE_ENDIAN);
    return ((FrameCodec.Decoded.Refused) decode(bytes, 0)).reason();
  }

  private byte[] encode(Frame frame) {
    byte[] bytes = new byte[FrameCodec.HEADER_BYTES + frame.payload().length];
    codec.encodeHeader(frame, new UnsafeBuffer(bytes));
    System.arraycopy(frame.payload(), 0, bytes, FrameCodec.HEADER_BYTES, frame.payload().length);
    return bytes;
  }

  private FrameCodec.Decoded decode(byte[] bytes, int offset) {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[offset + bytes.length + 5]);
    buffer.putBytes(offset, bytes);
    return codec.decode(buffer, offset, bytes.length);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
