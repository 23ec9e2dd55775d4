package io.tidemark.benchmarks.replicated;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/// The command line.
///
/// @param directory below which the files go
/// @param json where the raw figures go
/// @param rounds how often each side has its turn
/// @param length of a measurement
/// @param kills of the leader in each round
/// @param only a part of the names of the works to measure
/// @param side a part of the names of the sides to measure
record Options(
    Path directory, Path json, int rounds, Duration length, int kills, String only, String side) {
  static final String USAGE =
      "options: [--dir DIR] [--seconds N] [--rounds N] [--kills N] [--only TEXT] [--side TEXT]"
          + " [--json FILE]";

  /// Throws [IllegalArgumentException] if they are not as [#USAGE] says.
  static Options parse(List<String> arguments) {
    Options options =
        new Options(
            Path.of(""), Path.of("results-replicated.json"), 2, Duration.ofSeconds(10), 3, "", "");
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String name = rest.next();
      if (!rest.hasNext()) {
        throw new IllegalArgumentException(name);
      }
      options = options.with(name, rest.next());
    }
    return options;
  }

  /// Whether `side` is one to measure.
  boolean names(Side side) {
    return isPart(this.side, side.name());
  }

  /// Whether `work` is one to measure.
  boolean names(Work work) {
    return isPart(only, work.name());
  }

  /// In any case: nobody who types a name should get an empty table.
  private static boolean isPart(String part, String name) {
    return name.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  private Options with(String name, String value) {
    return switch (name) {
      case "--dir" -> new Options(Path.of(value), json, rounds, length, kills, only, side);
      case "--json" -> new Options(directory, Path.of(value), rounds, length, kills, only, side);
      case "--rounds" ->
          new Options(directory, json, Integer.parseInt(value), length, kills, only, side);
      case "--seconds" ->
          new Options(
              directory,
              json,
              rounds,
              Duration.ofSeconds(Integer.parseInt(value)),
              kills,
              only,
              side);
      case "--kills" ->
          new Options(directory, json, rounds, length, Integer.parseInt(value), only, side);
      case "--only" -> new Options(directory, json, rounds, length, kills, value, side);
      case "--side" -> new Options(directory, json, rounds, length, kills, only, value);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
