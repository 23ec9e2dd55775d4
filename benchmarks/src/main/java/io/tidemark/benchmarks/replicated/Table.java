package io.tidemark.benchmarks.replicated;

import io.tidemark.benchmarks.replicated.Figures.Figure;
import io.tidemark.benchmarks.work.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The rows a person reads.
record Table(Figures figures, List<Side> sides) {
  private static final String ROW = "| %-40s | %-20s | %18s | %-19s | %-16s |";

  static List<String> heading() {
    return List.of(
        ROW.formatted("work", "side", "median", "to the best peer", "p50, p99; a to b"),
        "| --- | --- | ---: | --- | --- |");
  }

  /// One for each side that did it.
  List<String> rows(Work work) {
    Optional<Side> best =
        sides.stream()
            .filter(side -> side.peer() && !figures.of(work, side).isEmpty())
            .reduce((a, b) -> work.unit().isBetter(median(work, b), median(work, a)) ? b : a);
    List<String> rows = new ArrayList<>();
    for (Side side : sides) {
      if (!figures.of(work, side).isEmpty()) {
        rows.add(
            ROW.formatted(
                rows.isEmpty() ? work.name() : "",
                side.name(),
                shown(median(work, side), work.unit()),
                best.filter(peer -> !peer.equals(side)).map(p -> ratio(work, side, p)).orElse(""),
                waits(work, side)));
      }
    }
    return rows;
  }

  /// A value with its unit.
  static String shown(double value, Unit unit) {
    return (unit.isRatio() ? "%.2f %s" : "%,.0f %s").formatted(value, unit.symbol());
  }

  /// Of the medians, and the lowest and the highest of the rounds.
  private String ratio(Work work, Side side, Side peer) {
    Map<Integer, Double> values = byRound(work, side);
    Map<Integer, Double> others = byRound(work, peer);
    double[] ratios =
        values.entrySet().stream()
            .filter(value -> others.containsKey(value.getKey()))
            .mapToDouble(value -> value.getValue() / others.get(value.getKey()))
            .sorted()
            .toArray();
    return "%.2f (%.2f..%.2f)"
        .formatted(median(work, side) / median(work, peer), ratios[0], ratios[ratios.length - 1]);
  }

  private Map<Integer, Double> byRound(Work work, Side side) {
    return figures.of(work, side).stream()
        .collect(
            Collectors.groupingBy(
                Figure::round,
                TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.toList(),
                    all -> median(all.stream().mapToDouble(Figure::value).toArray()))));
  }

  private double median(Work work, Side side) {
    return median(figures.of(work, side).stream().mapToDouble(Figure::value).toArray());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /// Of a record's time the medians of the rounds; of few kills the middle and the longest; of a
  /// ratio what stands beside what, in microseconds, records or MiB a second.
  private String waits(Work work, Side side) {
    List<Figure> all = figures.of(work, side);
    return switch (work) {
      case Work.Append append when append.outstanding() == 1 ->
          "%,.0f, %,.0f µs".formatted(detail(all, "p50Micros"), detail(all, "p99Micros"));
      case Work.Append _, Work.FullLoad _ -> "";
      case Work.HurtFollower _, Work.CatchUp _, Work.Partitions _ ->
          "%,.0f to %,.0f".formatted(detail(all, Ratio.VALUE), detail(all, Ratio.BESIDE));
      case Work.LoseLeader _ ->
          "%,.0f, %,.0f ms"
              .formatted(
                  median(work, side), all.stream().mapToDouble(Figure::value).max().orElse(0));
    };
  }

  private static double detail(List<Figure> figures, String name) {
    return median(figures.stream().mapToDouble(figure -> figure.details().get(name)).toArray());
  }
}
