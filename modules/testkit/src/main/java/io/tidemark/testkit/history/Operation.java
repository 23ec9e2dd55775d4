package io.tidemark.testkit.history;

import io.tidemark.foundation.Check;
import java.util.Locale;
import java.util.Optional;

/// One request of one client to the key-value store, and what became of it.
///
/// Times are nanoseconds of one clock that all clients of a history share. What was never answered
/// has as its return the moment its client gave up.
///
/// @param process the client; it does one thing at a time
/// @param value what was written, or what was read: empty if the key was not there. Empty for a
///   deletion, and for a read that is not [Outcome#OK]
/// @param place where the answer said that the record is, that was written or that set what was
///   read
public record Operation(
    int process,
    Kind kind,
    String key,
    Optional<String> value,
    long invokeNanos,
    long returnNanos,
    Outcome outcome,
    Optional<Place> place) {

  /// What was asked.
  public enum Kind {
    READ,
    WRITE,
    DELETE
  }

  /// What the client knows.
  public enum Outcome {
    /// It happened.
    OK,
    /// It surely did not and will not happen.
    REFUSED,
    /// It may have happened, may happen at any later time, or never.
    UNKNOWN
  }

  /// A record. `epoch` is 0 where the answer does not tell it.
  public record Place(int partition, long lsn, long epoch) {}

  public Operation {
    Check.argument(
        invokeNanos <= returnNanos, "returns at %d, before %d", returnNanos, invokeNanos);
    Check.argument(
        kind != Kind.WRITE || value.isPresent(), "a write of nothing to %s is a deletion", key);
    Check.argument(
        kind == Kind.WRITE || outcome == Outcome.OK && kind == Kind.READ || value.isEmpty(),
        "a %s that is %s has no value",
        kind,
        outcome);
  }

  /// Whether it would change the store.
  public boolean changes() {
    return kind != Kind.READ;
  }

  @Override
  public String toString() {
    return "client %d, %d..%d ns: %s %s %s: %s%s"
        .formatted(
            process,
            invokeNanos,
            returnNanos,
            kind.name().toLowerCase(Locale.ROOT),
            key,
            value.orElse("(nothing)"),
            outcome.name().toLowerCase(Locale.ROOT),
            place
                .map(p -> " at LSN %d of partition %d".formatted(p.lsn(), p.partition()))
                .orElse(""));
  }
}
