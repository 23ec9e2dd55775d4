package io.tidemark.benchmarks;

import java.util.Arrays;

/// The middle of some values, and the quartiles around it.
record Spread(double low, double median, double high) {
  static Spread of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    int quarter = sorted.length / 4;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(sorted[quarter], median, sorted[sorted.length - 1 - quarter]);
  }

  /// The ratios of what was measured in the same rounds.
  static Spread ofRatios(double[] values, double[] others) {
    double[] ratios = new double[values.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = values[i] / others[i];
    }
    return of(ratios);
  }
}
