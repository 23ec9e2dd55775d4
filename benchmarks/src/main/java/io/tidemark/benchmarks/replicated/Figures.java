package io.tidemark.benchmarks.replicated;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// All that was measured.
///
/// @param conditions what a figure is worth nothing without
/// @param figures in the order in which they were measured
record Figures(Map<String, String> conditions, List<Figure> figures) {
  /// One measurement; a kill is one too.
  ///
  /// @param details what was measured besides, by name and unit
  record Figure(
      String work,
      String side,
      int round,
      double value,
      String unit,
      Map<String, Double> details) {}

  Figures(Map<String, String> conditions) {
    this(conditions, new ArrayList<>());
  }

  void add(Work work, Side side, int round, double value, Map<String, Double> details) {
    figures.add(new Figure(work.name(), side.name(), round, value, work.unit().symbol(), details));
  }

  /// Those of one side's work.
  List<Figure> of(Work work, Side side) {
    return figures.stream()
        .filter(f -> f.work().equals(work.name()) && f.side().equals(side.name()))
        .toList();
  }

  void write(Path file) throws IOException {
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), this);
  }
}
