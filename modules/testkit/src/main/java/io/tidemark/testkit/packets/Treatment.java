package io.tidemark.testkit.packets;

import io.tidemark.foundation.Check;

/// What happens to packets on their way. Where the delays differ, packets overtake each other.
///
/// @param corruptPercent so many of a hundred datagrams have one bit of their payload turned, with
///   no checksum to tell
public record Treatment(int minDelayMillis, int maxDelayMillis, int corruptPercent) {
  /// None.
  public static final Treatment NONE = new Treatment(0, 0, 0);

  public Treatment {
    Check.argument(
        minDelayMillis >= 0 && minDelayMillis <= maxDelayMillis,
        "from %d to %d ms",
        minDelayMillis,
        maxDelayMillis);
    Check.argument(corruptPercent >= 0 && corruptPercent <= 100, "%d percent", corruptPercent);
  }
}
