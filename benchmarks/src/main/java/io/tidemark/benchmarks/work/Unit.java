package io.tidemark.benchmarks.work;

/// What a value counts, and which way better is. A ratio is a value over another.
public enum Unit {
  /// A record's time.
  MICROS("µs", true),
  /// A process's time.
  MILLIS("ms", true),
  /// A rate.
  RECORDS_PER_SECOND("records/s", false),
  /// A rate, of payload.
  MIB_PER_SECOND("MiB/s", false),
  /// Room on the disk.
  BYTES_PER_RECORD("B/record", true),
  /// Room in memory.
  MIB("MiB", true),
  /// How often a leader was elected.
  ELECTIONS("elections", true),
  /// A rate as a part of another.
  SHARE("×", false),
  /// A time as a multiple of another.
  TIMES("×", true);

  private final String symbol;
  private final boolean lessIsBetter;

  Unit(String symbol, boolean lessIsBetter) {
    this.symbol = symbol;
    this.lessIsBetter = lessIsBetter;
  }

  /// As it stands in the tables.
  public String symbol() {
    return symbol;
  }

  /// Whether a value is of two others.
  public boolean isRatio() {
    return this == SHARE || this == TIMES;
  }

  /// Whether `value` is better than `other`.
  public boolean isBetter(double value, double other) {
    return lessIsBetter ? value < other : value > other;
  }
}
