package io.tidemark.log.journal;

/// Whether several files are synced in turn, as a rule, and not one again and again.
final class Crowd {
  private static final int ONE = 1 << 8;
  private static final int MEMORY = 32;

  // There is one when more than half of the syncs are of another file than the one before, and none
  // any more when fewer than an eighth are.
  private static final int COMES = ONE / 2;
  private static final int GOES = ONE / 8;

  private JournaledFile last;
  private int average;
  private volatile boolean there;

  boolean isThere() {
    return there;
  }

  /// `file` is synced.
  synchronized void sees(JournaledFile file) {
    int other = file.equals(last) ? 0 : ONE;
    last = file;
    average += (other - average) / MEMORY;
    if (average >= COMES) {
      there = true;
    } else if (average < GOES) {
      there = false;
    }
  }
}
