package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.simkit.SimulatedDisk;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CodecTest {
  private static byte[] noise(int bytes) {
    Chance chance = new Chance(bytes);
    byte[] noise = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      noise[i] = (byte) chance.bits();
    }
    return noise;
  }

  /// Crash story: a body that Zstandard cannot make smaller made its library throw, out of the
  /// append and into the writer, with the batch half sealed.
  @ParameterizedTest
  @EnumSource(Codec.class)
  void whatCannotBeCompressedIsStoredAsItIs(Codec codec) {
    Log log = Log.open(new SimulatedDisk().root(), LogConfig.defaults(7, 0).withSizes(65536, 4096));
    for (int bytes = 0; bytes < 700; bytes += 13) {
      BatchBuilder builder = new BatchBuilder(4096, codec);
      builder.add(RecordData.data(noise(bytes)));
      long lsn = log.append(builder, 1, 1);
      assertThat(builder.toBatch().codec()).isEqualTo(Codec.NONE);
      assertThat(log.read(lsn)).isEqualTo(new ReadResult.Found(builder.toBatch()));
    }
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void whatIsNoCompressedBodyIsRefusedAndNotThrown(Codec codec) {
    for (int bytes = 0; bytes < 700; bytes += 13) {
      ByteBuffer from = ByteBuffer.allocateDirect(bytes).put(noise(bytes)).flip();
      assertThat(codec.decompress(from, ByteBuffer.allocateDirect(1000))).isFalse();
    }
  }
}
