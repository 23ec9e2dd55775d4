package io.tidemark.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.benchmarks.work.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The raw figures: every counted turn, and with each what it is worth nothing without.
record Results(Conditions conditions, List<Result> results) {
  /// One turn.
  ///
  /// @param details what the work measured besides, by name and unit
  record Result(
      String work,
      String side,
      int round,
      double value,
      String unit,
      Map<String, Double> details,
      String durability,
      String fileSystem,
      String jdk) {}

  Results(Conditions conditions) {
    this(conditions, new ArrayList<>());
  }

  void add(Comparison comparison) {
    Work work = comparison.work();
    comparison
        .turns()
        .forEach(
            (contender, turns) -> {
              for (int round = 0; round < turns.size(); round++) {
                results.add(
                    new Result(
                        work.name(),
                        contender.name(),
                        round,
                        turns.get(round).value(),
                        work.unit().symbol(),
                        turns.get(round).details(),
                        work.durability(),
                        conditions.fileSystem(),
                        conditions.jdk()));
              }
            });
  }

  void write(Path file) throws IOException {
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), this);
  }
}
