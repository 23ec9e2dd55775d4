package io.tidemark.runtime.directory;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.tidemark.foundation.Check;
import java.time.Duration;
import java.util.Optional;

/// How the directory's leader works: the settings under `tidemark.directory`, which
/// `reference.conf` explains.
///
/// @param moves replicas on their way at once
/// @param look how often it looks at the cluster while there is something to do, and a node asks
///   another for news
/// @param removeAfter how long a replica was no member before its files are removed; empty if they
///   stay
/// @param leaders leaderships that are handed over at once so that each node has as many; 0: none
/// @param leaderPause how long a node that did not take or keep one is given none
public record DirectorySettings(
    int moves, Duration look, Optional<Duration> removeAfter, int leaders, Duration leaderPause) {
  private static final String PATH = "tidemark.directory";

  public DirectorySettings {
    Check.argument(moves >= 1, "at least one move at a time: %d", moves);
    Check.argument(leaders >= 0, "less than no leaders at a time: %d", leaders);
    Check.argument(
        look.compareTo(Duration.ofMillis(10)) >= 0, "a look every %s, at most every 10 ms", look);
  }

  /// Throws [ConfigException], which names the setting and where it is from.
  public static DirectorySettings of(Config all) {
    Config config = all.getConfig(PATH);
    try {
      return new DirectorySettings(
          config.getInt("moves"),
          config.getDuration("look"),
          unlessOff(config, "remove-after"),
          config.getInt("leaders"),
          config.getDuration("leader-pause"));
    } catch (IllegalArgumentException e) {
      throw new ConfigException.BadValue(config.origin(), PATH, e.getMessage(), e);
    }
  }

  private static Optional<Duration> unlessOff(Config config, String name) {
    return config.getString(name).equals("off")
        ? Optional.empty()
        : Optional.of(config.getDuration(name));
  }
}
