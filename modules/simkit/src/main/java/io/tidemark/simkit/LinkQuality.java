package io.tidemark.simkit;

import io.tidemark.foundation.Check;

/// How one direction between two endpoints treats messages.
///
/// Every message, and every duplicate, draws a delay of its own, so a range wider than the pause
/// between two messages reorders them. Equal delays keep the order of sending.
public record LinkQuality(
    int leastDelayMicros, int greatestDelayMicros, int lossPercent, int duplicatePercent) {
  /// No delay, no loss, no duplicates.
  public static final LinkQuality PERFECT = new LinkQuality(0, 0, 0, 0);

  public LinkQuality {
    Check.argument(
        leastDelayMicros >= 0 && leastDelayMicros <= greatestDelayMicros,
        "a delay range runs from 0 upwards: %d..%d",
        leastDelayMicros,
        greatestDelayMicros);
    Check.argument(
        lossPercent >= 0 && lossPercent <= 100 && duplicatePercent >= 0 && duplicatePercent <= 100,
        "percent is 0..100: loss %d, duplicates %d",
        lossPercent,
        duplicatePercent);
  }
}
