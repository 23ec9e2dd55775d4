package io.tidemark.benchmarks.contender;

import io.tidemark.foundation.Check;

/// That a read found what was appended: a contender that reads less is not faster.
final class Found {
  private Found() {}

  static void check(long found, long expected) {
    Check.that(found == expected, "read %d records of %d", found, expected);
  }
}
