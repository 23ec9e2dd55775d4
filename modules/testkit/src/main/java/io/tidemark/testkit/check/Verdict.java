package io.tidemark.testkit.check;

/// What [Linearizability] says of a history.
public sealed interface Verdict {
  /// Some order explains every answer.
  ///
  /// @param operations how many were judged
  /// @param configurations how many states the search went through for that
  record Holds(long operations, long configurations) implements Verdict {}

  /// No order explains what was seen of `key`; `story` tells how far one comes, and where it ends.
  record Violated(String key, String story) implements Verdict {}

  /// The search for `key` was given up after `configurations` states: nobody knows.
  record Undecided(String key, long configurations) implements Verdict {}
}
