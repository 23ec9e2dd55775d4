package io.tidemark.testkit.check;

import io.tidemark.testkit.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether a history of the key-value store could be that of registers, one for each key, each
/// operation of which happens at one moment between its invocation and its return.
///
/// One of unknown outcome may happen at any time after its invocation, or never; a refused one
/// never happens. Keys are judged one by one, which is as good as together (Herlihy and Wing,
/// TOPLAS 1990: linearizability is local), and is what makes it affordable.
public final class Linearizability {
  /// After so many states of the search for one key it is given up; about 100 bytes each.
  public static final long MOST_CONFIGURATIONS = 10_000_000;

  private static final int TOLD = 24;

  private Linearizability() {}

  /// Judges `history`, whose operations may come in any order.
  public static Verdict check(List<Operation> history) {
    return check(history, MOST_CONFIGURATIONS);
  }

  static Verdict check(List<Operation> history, long mostConfigurations) {
    Map<String, List<Operation>> byKey = new LinkedHashMap<>();
    for (Operation operation : history) {
      byKey.computeIfAbsent(operation.key(), _ -> new ArrayList<>()).add(operation);
    }
    long configurations = 0;
    for (Map.Entry<String, List<Operation>> one : byKey.entrySet()) {
      KeyHistory judged = KeyHistory.of(one.getValue());
      Search search = new Search(judged, mostConfigurations);
      Optional<Boolean> found = search.run();
      if (found.isEmpty()) {
        return new Verdict.Undecided(one.getKey(), search.configurations());
      }
      if (!found.get()) {
        return new Verdict.Violated(one.getKey(), story(one.getKey(), judged, search));
      }
      configurations += search.configurations();
    }
    return new Verdict.Holds(history.size(), configurations);
  }

  private static String story(String key, KeyHistory judged, Search search) {
    Operation stuck = judged.operation(search.furthest());
    StringBuilder text =
        new StringBuilder("no order of the operations of key %s explains%n".formatted(key));
    text.append("  ").append(stuck).append(System.lineSeparator());
    text.append("after, or at the same time as, among others").append(System.lineSeparator());
    List<Operation> before = new ArrayList<>();
    for (int i = 0; i < judged.size(); i++) {
      if (judged.operation(i).invokeNanos() <= stuck.returnNanos()) {
        before.add(judged.operation(i));
      }
    }
    before.sort(Comparator.comparingLong(Operation::returnNanos));
    for (Operation operation : before.subList(Math.max(0, before.size() - TOLD), before.size())) {
      text.append("  ").append(operation).append(System.lineSeparator());
    }
    return text.toString();
  }
}
