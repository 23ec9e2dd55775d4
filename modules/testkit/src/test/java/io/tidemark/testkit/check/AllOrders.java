package io.tidemark.testkit.check;

import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tries every order of every choice of what happened: slow, and too simple to be wrong.
final class AllOrders {
  private AllOrders() {}

  /// Whether one of them explains `history`, all of one key.
  static boolean explain(List<Operation> history) {
    List<Operation> left =
        new ArrayList<>(
            history.stream()
                .filter(o -> o.outcome() != Outcome.REFUSED)
                .filter(o -> o.changes() || o.outcome() == Outcome.OK)
                .toList());
    return explain(left, Optional.empty());
  }

  private static boolean explain(List<Operation> left, Optional<String> value) {
    if (left.stream().allMatch(operation -> operation.outcome() == Outcome.UNKNOWN)) {
      return true;
    }
    for (int i = 0; i < left.size(); i++) {
      Operation first = left.remove(i);
      boolean mayComeFirst =
          left.stream()
              .noneMatch(
                  other ->
                      other.outcome() == Outcome.OK && other.returnNanos() < first.invokeNanos());
      boolean explains = first.changes() || first.value().equals(value);
      boolean found = mayComeFirst && explains && explain(left, first.value());
      left.add(i, first);
      if (found) {
        return true;
      }
    }
    return false;
  }
}
