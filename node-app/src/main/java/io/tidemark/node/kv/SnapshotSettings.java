package io.tidemark.node.kv;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.tidemark.foundation.Check;

/// When the store of a partition is saved, and what of its log stays then: the settings under
/// `tidemark.kv.snapshot`, which `application.conf` explains.
///
/// @param everyBytes of the log that were applied since the last snapshot; [#NEVER] for none
/// @param keepBytes of segment files that stay in spite of a snapshot
public record SnapshotSettings(long everyBytes, long keepBytes) {
  /// As if the log would never have so much.
  public static final long NEVER = Long.MAX_VALUE;

  private static final String PATH = "tidemark.kv.snapshot";

  public SnapshotSettings {
    Check.argument(everyBytes >= 1, "a snapshot every %d bytes, at least 1", everyBytes);
    Check.argument(keepBytes >= 0, "%d bytes to keep", keepBytes);
  }

  /// Throws [ConfigException], which names the setting and where it is from.
  public static SnapshotSettings of(Config all) {
    Config config = all.getConfig(PATH);
    boolean off = config.getString("every").equals("off");
    try {
      return new SnapshotSettings(off ? NEVER : config.getBytes("every"), config.getBytes("keep"));
    } catch (IllegalArgumentException e) {
      throw new ConfigException.BadValue(config.origin(), PATH, e.getMessage(), e);
    }
  }

  boolean isOff() {
    return everyBytes == NEVER;
  }
}
