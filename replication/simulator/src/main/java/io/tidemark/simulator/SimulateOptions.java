package io.tidemark.simulator;

import io.tidemark.foundation.Check;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What [Simulate] is told to do.
sealed interface SimulateOptions {
  /// One seed, again.
  record Again(long seed, int nodes) implements SimulateOptions {}

  /// Seeds from the first on for so long.
  record Fresh(long firstSeed, Duration duration) implements SimulateOptions {}

  List<String> KNOWN = List.of("--minutes", "--seed", "--trace", "--nodes");

  /// Throws [IllegalArgumentException] that says what is wrong.
  static SimulateOptions parse(String... arguments) {
    Map<String, Long> given = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i];
      Check.argument(KNOWN.contains(name), "unknown: %s", name);
      Check.argument(i + 1 < arguments.length, "%s needs a number", name);
      given.put(name, number(name, arguments[i + 1]));
    }
    boolean again = given.containsKey("--trace");
    Check.argument(
        again != given.containsKey("--minutes"), "either --minutes or --trace is needed");
    return again ? again(given) : fresh(given);
  }

  private static long number(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " needs a number, found " + text, e);
    }
  }

  private static Again again(Map<String, Long> given) {
    Check.argument(!given.containsKey("--seed"), "--trace names the seed already");
    long seed = given.get("--trace");
    long nodes = Optional.ofNullable(given.get("--nodes")).orElse((long) Series.nodesOf(seed));
    Check.argument(nodes == 3 || nodes == 5, "3 or 5 nodes: %d", nodes);
    return new Again(seed, (int) nodes);
  }

  private static Fresh fresh(Map<String, Long> given) {
    Check.argument(!given.containsKey("--nodes"), "each seed says how many nodes it has");
    long minutes = given.get("--minutes");
    Check.argument(minutes >= 1, "at least a minute: %d", minutes);
    long seed = Optional.ofNullable(given.get("--seed")).orElseGet(System::currentTimeMillis);
    return new Fresh(seed, Duration.ofMinutes(minutes));
  }
}
