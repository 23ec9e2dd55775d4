package io.tidemark.testkit.check;

import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Kind;
import io.tidemark.testkit.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The operations of one key that an order must explain, numbered by the time of their invocation,
/// with values as numbers; 0 is "not there".
///
/// What is refused did not happen, and a read without an answer says nothing: they are left out. So
/// is a write of unknown outcome whose value nobody read, since an order that holds it explains the
/// same without it. If somebody did read it, and no other operation writes the same, it must have
/// happened before the first such read returned. These two rules are what keeps the search short:
/// without them every unknown write doubles the states for the rest of the history.
final class KeyHistory {
  /// Return of what may happen at any later time.
  static final long NEVER = Long.MAX_VALUE;

  private static final int ABSENT = 0;

  private final List<Operation> operations;
  final int[] values;
  final boolean[] writes;
  final long[] invokes;
  final long[] returns;

  private KeyHistory(List<Operation> operations, Map<String, Integer> numbers, long[] bounds) {
    this.operations = operations;
    int size = operations.size();
    values = new int[size];
    writes = new boolean[size];
    invokes = new long[size];
    returns = new long[size];
    for (int i = 0; i < size; i++) {
      Operation operation = operations.get(i);
      values[i] = number(operation, numbers);
      writes[i] = operation.changes();
      invokes[i] = operation.invokeNanos();
      returns[i] =
          operation.outcome() == Outcome.OK
              ? operation.returnNanos()
              : Math.max(operation.invokeNanos(), bounds[values[i]]);
    }
  }

  private static int number(Operation operation, Map<String, Integer> numbers) {
    return operation.value().map(numbers::get).orElse(ABSENT);
  }

  static KeyHistory of(List<Operation> all) {
    Map<String, Integer> numbers = new HashMap<>();
    for (Operation operation : all) {
      operation.value().ifPresent(value -> numbers.putIfAbsent(value, numbers.size() + 1));
    }
    long[] firstRead = new long[numbers.size() + 1];
    Arrays.fill(firstRead, NEVER);
    int[] writers = new int[numbers.size() + 1];
    // Before all operations somebody deleted the key, so to speak.
    writers[ABSENT] = 1;
    for (Operation operation : all) {
      int value = number(operation, numbers);
      if (operation.kind() == Kind.READ && operation.outcome() == Outcome.OK) {
        firstRead[value] = Math.min(firstRead[value], operation.returnNanos());
      } else if (operation.changes() && operation.outcome() != Outcome.REFUSED) {
        writers[value]++;
      }
    }
    List<Operation> judged = new ArrayList<>();
    for (Operation operation : all) {
      boolean seen = operation.changes() && firstRead[number(operation, numbers)] != NEVER;
      if (operation.outcome() == Outcome.OK || operation.outcome() == Outcome.UNKNOWN && seen) {
        judged.add(operation);
      }
    }
    judged.sort(Comparator.comparingLong(Operation::invokeNanos));
    long[] bounds = new long[writers.length];
    for (int value = 0; value < bounds.length; value++) {
      bounds[value] = writers[value] == 1 ? firstRead[value] : NEVER;
    }
    bounds[ABSENT] = NEVER;
    return new KeyHistory(judged, numbers, bounds);
  }

  int size() {
    return values.length;
  }

  Operation operation(int number) {
    return operations.get(number);
  }
}
