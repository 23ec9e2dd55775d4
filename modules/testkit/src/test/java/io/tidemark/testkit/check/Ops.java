package io.tidemark.testkit.check;

import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Kind;
import io.tidemark.testkit.history.Operation.Outcome;
import java.util.Optional;

/// Operations on one key, short to write.
final class Ops {
  static final String KEY = "k";

  private Ops() {}

  static Operation write(String value, long invoke, long end) {
    return of(Kind.WRITE, Optional.of(value), invoke, end, Outcome.OK);
  }

  static Operation write(String value, long invoke, long end, Outcome outcome) {
    return of(Kind.WRITE, Optional.of(value), invoke, end, outcome);
  }

  static Operation delete(long invoke, long end, Outcome outcome) {
    return of(Kind.DELETE, Optional.empty(), invoke, end, outcome);
  }

  static Operation read(String value, long invoke, long end) {
    return of(Kind.READ, Optional.of(value), invoke, end, Outcome.OK);
  }

  static Operation readNothing(long invoke, long end) {
    return of(Kind.READ, Optional.empty(), invoke, end, Outcome.OK);
  }

  private static Operation of(
      Kind kind, Optional<String> value, long invoke, long end, Outcome outcome) {
    return new Operation(0, kind, KEY, value, invoke, end, outcome, Optional.empty());
  }
}
