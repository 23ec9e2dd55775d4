package io.tidemark.node.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvOperationTest {
  /// The format, for ever: a change of these bytes is a change of what is on disks.
  @Test
  void bytes() {
    assertThat(hex(new KvOperation.Put("kä", new byte[] {7, 8}))).isEqualTo("0103006bc3a40708");
    assertThat(hex(new KvOperation.Delete("k"))).isEqualTo("0201006b");
    assertThat(hex(new KvOperation.Put("k", new byte[0]))).isEqualTo("0101006b");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 255, 256, 4096})
  void decodesWhatItEncoded(int keyBytes) {
    KvOperation put = new KvOperation.Put("k".repeat(keyBytes), new byte[] {1, 2, 3});
    KvOperation delete = new KvOperation.Delete("k".repeat(keyBytes));
    assertThat(KvOperation.decode(ByteBuffer.wrap(put.encode()))).isEqualTo(put);
    assertThat(KvOperation.decode(ByteBuffer.wrap(delete.encode()))).isEqualTo(delete);
  }

  @Test
  void decodesFromTheMiddleOfABufferAndLeavesItAlone() {
    byte[] encoded = new KvOperation.Put("key", new byte[] {9}).encode();
    ByteBuffer buffer = ByteBuffer.allocate(100).put(10, encoded);
    ByteBuffer payload = buffer.position(10).limit(10 + encoded.length);
    assertThat(KvOperation.decode(payload)).isEqualTo(new KvOperation.Put("key", new byte[] {9}));
    assertThat(payload.remaining()).isEqualTo(encoded.length);
  }

  @Test
  void aKeyHas1To4096Bytes() {
    assertThatIllegalArgumentException().isThrownBy(new KvOperation.Delete("")::encode);
    assertThatIllegalArgumentException()
        .isThrownBy(new KvOperation.Delete("ä".repeat(2049))::encode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "0100", "010000", "0102006b", "010110", "0301006b", "0001006b"})
  void refusesWhatIsNoOperation(String hex) {
    ByteBuffer payload = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    assertThatIllegalArgumentException().isThrownBy(() -> KvOperation.decode(payload));
  }

  @Test
  void keysAreUtf8() {
    KvOperation put = KvOperation.decode(ByteBuffer.wrap(new KvOperation.Delete("€").encode()));
    assertThat(put.key().getBytes(StandardCharsets.UTF_8)).hasSize(3);
  }

  private static String hex(KvOperation operation) {
    return HexFormat.of().formatHex(operation.encode());
  }
}
