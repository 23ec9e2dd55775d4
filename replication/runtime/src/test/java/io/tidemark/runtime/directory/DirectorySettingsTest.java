package io.tidemark.runtime.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DirectorySettingsTest {
  private static Config with(String settings) {
    return ConfigFactory.parseString(settings).withFallback(ConfigFactory.load());
  }

  @Test
  void theDefaultsAreThoseOfTheReference() {
    assertThat(DirectorySettings.of(ConfigFactory.load()))
        .isEqualTo(
            new DirectorySettings(
                2,
                Duration.ofMillis(500),
                Optional.of(Duration.ofSeconds(30)),
                2,
                Duration.ofSeconds(15)));
  }

  @Test
  void whatIsOutOfItsLimitsIsRefusedByName() {
    for (String setting : new String[] {"moves = 0", "look = 1 ms", "leaders = -1"}) {
      assertThatThrownBy(() -> DirectorySettings.of(with("tidemark.directory." + setting)))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("tidemark.directory");
    }
  }
}
