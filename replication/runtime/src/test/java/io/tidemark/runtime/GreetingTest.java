package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GreetingTest {
  private static final NodeId A = new NodeId("a");
  private static final ReplicaId SELF = new ReplicaId(A, 0x1F3C09E2);

  private static final Map<String, Greeting> GOLDEN =
      Map.of(
          "HELLO 1f3c09e2 ?",
          new Greeting(Greeting.Kind.HELLO, SELF, Optional.empty()),
          "ANSWER 1f3c09e2 -",
          new Greeting(Greeting.Kind.ANSWER, SELF, Optional.of(List.of())),
          "INVITATION ffffffff a.ffffffff,b",
          new Greeting(
              Greeting.Kind.INVITATION,
              new ReplicaId(A, -1),
              Optional.of(List.of(new ReplicaId(A, -1), ReplicaId.parse("b")))));

  @Test
  void theTextOfEveryKindStaysAsItIs() {
    GOLDEN.forEach(
        (text, greeting) -> {
          assertThat(greeting.text()).isEqualTo(text);
          assertThat(Greeting.parse(A, text)).isEqualTo(greeting);
        });
  }

  @Test
  void whatIsNoGreetingIsRefused() {
    for (String text :
        List.of("", "HELLO", "HELLO 1", "hello 1 ?", "HELLO x ?", "HELLO 1 A", "HELLO 1 a.x")) {
      assertThatThrownBy(() -> Greeting.parse(A, text))
          .isInstanceOf(WireException.class)
          .hasMessageContaining("'" + text + "'");
    }
  }
}
