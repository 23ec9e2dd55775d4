package io.tidemark.protocol;

import io.tidemark.foundation.Check;

/// How old the data of a node are. The number is raised at every start before the node says a word
/// that counts, and now and then while it says some; it is never raised while nobody hears it.
///
/// As text: `17.0123456789abcdef`.
///
/// @param number 0 for data that have not been spoken for
/// @param process drawn anew by each process: so that two are told apart that went on from the same
///   data
public record Age(long number, long process) {
  /// Of a node of which nothing is known.
  public static final Age NONE = new Age(0, 0);

  /// More than will ever be counted, and far from where counting fails.
  public static final long MAX_NUMBER = 1L << 48;

  public Age {
    Check.argument(
        number >= 0 && number <= MAX_NUMBER, "an age is 0 to %d: %d", MAX_NUMBER, number);
  }

  /// What is remembered of a node by one that remembers `known` and is told `told`: never less than
  /// before, and of two with one number the first.
  public static Age later(Age known, Age told) {
    return told.number > known.number ? told : known;
  }

  /// Whether data of this age may be what data of age `other` went on from.
  boolean isAtMost(Age other) {
    return number < other.number || equals(other);
  }

  @Override
  public String toString() {
    return "%d.%016x".formatted(number, process);
  }

  /// Throws [IllegalArgumentException] if it is none.
  public static Age parse(String text) {
    int dot = text.indexOf('.');
    Check.argument(dot > 0, "not an age: '%s'", text);
    Age age =
        new Age(
            Long.parseLong(text.substring(0, dot)),
            Long.parseUnsignedLong(text.substring(dot + 1), 16));
    Check.argument(age.toString().equals(text), "not an age: '%s'", text);
    return age;
  }
}
