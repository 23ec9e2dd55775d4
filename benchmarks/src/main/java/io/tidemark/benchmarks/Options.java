package io.tidemark.benchmarks;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/// The command line.
///
/// @param directory below which the files go
/// @param json where the raw figures go
/// @param rounds how many count
/// @param only a part of the names of the works to measure
/// @param side a part of the names of the sides to measure
/// @param quick whether it is enough to see that all runs
record Options(Path directory, Path json, int rounds, String only, String side, boolean quick) {
  static final String USAGE =
      "options: [--dir DIR] [--rounds N] [--only TEXT] [--side TEXT] [--quick] [--json FILE]";

  private static final int ROUNDS = 7;

  /// Throws [IllegalArgumentException] if they are not as [#USAGE] says.
  static Options parse(List<String> arguments) {
    Options options = new Options(Path.of(""), Path.of("results.json"), ROUNDS, "", "", false);
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      options = options.with(rest.next(), rest);
    }
    return options;
  }

  private Options with(String name, Iterator<String> rest) {
    if (name.equals("--quick")) {
      return new Options(directory, json, 1, only, side, true);
    }
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(name);
    }
    String value = rest.next();
    return switch (name) {
      case "--dir" -> new Options(Path.of(value), json, rounds, only, side, quick);
      case "--json" -> new Options(directory, Path.of(value), rounds, only, side, quick);
      case "--rounds" -> new Options(directory, json, Integer.parseInt(value), only, side, quick);
      case "--only" -> new Options(directory, json, rounds, value, side, quick);
      case "--side" -> new Options(directory, json, rounds, only, value, quick);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
