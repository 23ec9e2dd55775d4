package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
  /// A node that forgot its own settings could not talk to other nodes, and its HTTP would call a
  /// late answer a refusal.
  @Test
  void aFileIsOnTopOfTheProgramsOwn(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("some.conf"), "tidemark.log.codec = lz4\n");
    Config settings = NodeCommand.settings(file);
    assertThat(settings.getString("tidemark.log.codec")).isEqualTo("lz4");
    assertThat(settings.getString("pekko.http.server.request-timeout")).isEqualTo("infinite");
    assertThat(settings.getConfig("tidemark.kryo.classes").root())
        .containsKey("io.tidemark.node.Gateway$Append");
  }
}
