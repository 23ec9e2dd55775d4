package io.tidemark.benchmarks.replicated;

import java.util.Map;

/// A measurement beside another that was made next to it.
///
/// @param value what the work is about
/// @param beside what it is compared with, in the same unit
record Ratio(double value, double beside) {
  static final String VALUE = "value";
  static final String BESIDE = "beside";

  double ratio() {
    return value / beside;
  }

  /// Both, as a figure has them.
  Map<String, Double> details() {
    return Map.of(VALUE, value, BESIDE, beside);
  }
}
