package io.tidemark.log.producers;

/// What a stamp is to what went before.
public sealed interface Verdict {
  /// Its record is the next one, or the first that is known of its producer.
  record Fresh() implements Verdict {}

  /// Its record is there already, as number `lsn`.
  record Repeat(long lsn) implements Verdict {}

  /// It is older than what is remembered: maybe its record is there, under an LSN that nobody
  /// knows.
  record TooOld() implements Verdict {}

  /// Records of its producer are missing before it; the next is that with the sequence `expected`.
  record Gap(long expected) implements Verdict {}
}
