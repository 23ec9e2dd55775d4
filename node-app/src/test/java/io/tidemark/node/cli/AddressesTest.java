package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidemark.foundation.NodeId;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @Test
  void hostAndPort() {
    assertThat(Addresses.parse("127.0.0.1:80")).isEqualTo(new InetSocketAddress("127.0.0.1", 80));
    assertThat(Addresses.parse("[::1]:80").getPort()).isEqualTo(80);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "80",
        ":80",
        "localhost",
        "localhost:",
        "localhost:x",
        "localhost:65536",
        "localhost:-1",
        "no-such-host.invalid:80"
      })
  void anythingElseIsNone(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Addresses.parse(text))
        .withMessageContaining("'" + text + "'");
  }

  @Test
  void nodesAreSorted() {
    assertThat(Addresses.parseNodes("b=127.0.0.1:2, a=127.0.0.1:1").keySet())
        .containsExactly(new NodeId("a"), new NodeId("b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "=127.0.0.1:1",
        "a=127.0.0.1:1,",
        "A=127.0.0.1:1",
        "a=127.0.0.1:1,a=127.0.0.1:2"
      })
  void aListOfOtherThingsIsNone(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Addresses.parseNodes(text));
  }
}
