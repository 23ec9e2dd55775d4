package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.Chance;
import io.tidemark.protocol.Age;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AgeWireTest {
  private static final Map<String, AgeWire> GOLDEN =
      Map.of(
          "TELLS 17.0123456789abcdef",
          new AgeWire(AgeWire.Kind.TELLS, new Age(17, 0x0123456789ABCDEFL)),
          "KNOWS 0.0000000000000000",
          new AgeWire(AgeWire.Kind.KNOWS, Age.NONE),
          "KNOWS 281474976710656.ffffffffffffffff",
          new AgeWire(AgeWire.Kind.KNOWS, new Age(Age.MAX_NUMBER, -1)));

  @Test
  void theTextOfEveryKindStaysAsItIs() {
    GOLDEN.forEach(
        (text, message) -> {
          assertThat(new String(message.encode(), StandardCharsets.US_ASCII)).isEqualTo(text);
          assertThat(AgeWire.decode(message.encode())).isEqualTo(message);
        });
  }

  @Test
  void everyCutAndEveryLongerTextIsRefused() {
    GOLDEN
        .values()
        .forEach(
            message -> {
              byte[] whole = message.encode();
              for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> AgeWire.decode(cut)).isInstanceOf(WireException.class);
              }
              byte[] longer = Arrays.copyOf(whole, whole.length + 1);
              assertThatThrownBy(() -> AgeWire.decode(longer)).isInstanceOf(WireException.class);
            });
    assertThatThrownBy(() -> AgeWire.decode(new byte[1 << 20])).isInstanceOf(WireException.class);
  }

  /// Whatever comes is an age or none, and what is one is what was written.
  @Test
  void anyBytesAreAnAgeOrRefused() {
    Chance chance = new Chance(1);
    byte[] whole = "TELLS 17.0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = whole.clone();
      for (int changes = 1 + chance.below(3); changes > 0; changes--) {
        bytes[chance.below(bytes.length)] = (byte) chance.below(256);
      }
      try {
        assertThat(AgeWire.decode(bytes).encode()).isEqualTo(bytes);
      } catch (WireException refused) {
        assertThat(refused).hasMessageContaining("age");
      }
    }
  }
}
