package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.ProtocolConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicationSettingsTest {
  private static final ReplicaId A = ReplicaId.parse("a");

  private static ReplicationSettings settings(String heartbeat, String election) {
    return settings(heartbeat, election, "interface");
  }

  private static ReplicationSettings settings(String heartbeat, String election, String mtu) {
    String text =
        "tidemark.replication { heartbeat = %s, election = %s, rest = 1 s, mtu = %s }"
            .formatted(heartbeat, election, mtu);
    return ReplicationSettings.of(
        ConfigFactory.parseString(text).withFallback(ConfigFactory.load()));
  }

  @Test
  void timesBecomeTicks() {
    ReplicationSettings settings = settings("20 ms", "300 ms");
    assertThat(settings.tick()).isEqualTo(Duration.ofMillis(10));
    ProtocolConfig protocol = settings.protocol(A, List.of(A), 1);
    assertThat(protocol.heartbeatTicks()).isEqualTo(2);
    assertThat(protocol.electionTicks()).isEqualTo(30);
    assertThat(protocol.restTicks()).isEqualTo(100);
  }

  @Test
  void anElectionAfterAQuarterOfASecondUnlessSaidOtherwise() {
    assertThat(ReplicationSettings.defaults().election()).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void theInterfaceOrWhoConfiguresSaysHowLargeADatagramMayBe() {
    assertThat(settings("20 ms", "300 ms", "interface").mtuBytes()).isEmpty();
    assertThat(settings("20 ms", "300 ms", "1408").mtuBytes()).hasValue(1408);
    assertThatThrownBy(() -> settings("20 ms", "300 ms", "1400"))
        .isInstanceOf(ConfigException.BadValue.class)
        .hasMessageContaining("multiple of 32");
    assertThatThrownBy(() -> settings("20 ms", "300 ms", "much"))
        .isInstanceOf(ConfigException.WrongType.class)
        .hasMessageContaining("mtu");
  }

  @Test
  void tooShortIsNamed() {
    assertThatThrownBy(() -> settings("50 ms", "199 ms"))
        .isInstanceOf(ConfigException.BadValue.class)
        .hasMessageContaining("tidemark.replication")
        .hasMessageContaining("4 heartbeats");
    assertThatThrownBy(() -> settings("1 ms", "1 s"))
        .isInstanceOf(ConfigException.BadValue.class)
        .hasMessageContaining("every 2 ms");
  }
}
