package io.tidemark.protocol;

/// How long leaders have been silent lately and were well all the same, in ticks: on a busy machine
/// or a bad link that is longer than on a good one, and who waits has to bear more.
///
/// The longest silence of the window under way and of the one before counts, so that each is
/// remembered for one to two windows.
final class Rhythm {
  /// Another silence is unlikely to be so many times longer than the longest of them.
  private static final int MARGIN = 3;

  /// Never wait longer than this many times what is configured: a leader that hardly ever speaks
  /// would never be replaced.
  private static final int MOST = 4;

  /// Of the configured patience.
  private static final int WINDOW = 40;

  private final int electionTicks;
  private long windowEndTick;
  private long longest;
  private long longestBefore;

  Rhythm(int electionTicks) {
    this.electionTicks = electionTicks;
    this.windowEndTick = (long) WINDOW * electionTicks;
  }

  /// At `tick` a leader was heard, `silence` after the last time.
  void heard(long tick, long silence) {
    if (tick >= windowEndTick) {
      longestBefore = tick < windowEndTick + (long) WINDOW * electionTicks ? longest : 0;
      longest = 0;
      windowEndTick = tick + (long) WINDOW * electionTicks;
    }
    longest = Math.max(longest, silence);
  }

  /// How long to bear the next silence: what is configured, or more if that has been too little.
  int patience() {
    long learnt = MARGIN * Math.max(longest, longestBefore);
    return (int) Math.max(electionTicks, Math.min(learnt, (long) MOST * electionTicks));
  }
}
