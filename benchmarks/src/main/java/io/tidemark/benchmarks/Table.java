package io.tidemark.benchmarks;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Contender.Kind;
import io.tidemark.benchmarks.work.Unit;
import io.tidemark.benchmarks.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows a person reads.
final class Table {
  private static final String ROW = "| %-50s | %-15s | %20s | %-21s | %-21s | %-13s |";

  private Table() {}

  static List<String> heading() {
    return List.of(
        ROW.formatted("work", "side", "median", "to bare", "to the best peer", "p50, p99 µs"),
        "| --- | --- | ---: | --- | --- | --- |");
  }

  /// One row for each contender; the name of the work and what holds of its records in the first
  /// two.
  static List<String> rows(Comparison comparison) {
    Work work = comparison.work();
    Optional<Contender> bare = comparison.best(Kind.BARE);
    Optional<Contender> peer = comparison.best(Kind.PEER);
    List<String> rows = new ArrayList<>();
    for (Contender contender : comparison.turns().keySet()) {
      rows.add(
          ROW.formatted(
              rows.isEmpty() ? work.name() : rows.size() == 1 ? work.durability() : "",
              contender.name(),
              shown(Spread.of(comparison.values(contender)).median(), work.unit()),
              ratio(comparison, contender, bare),
              ratio(comparison, contender, peer),
              waits(comparison, contender)));
    }
    return rows;
  }

  private static String shown(double value, Unit unit) {
    return String.format(value < 100 ? "%,.1f %s" : "%,.0f %s", value, unit.symbol());
  }

  private static String ratio(
      Comparison comparison, Contender contender, Optional<Contender> other) {
    if (other.isEmpty() || other.get().equals(contender)) {
      return "";
    }
    Spread ratio = Spread.ofRatios(comparison.values(contender), comparison.values(other.get()));
    return String.format("%.2f (%.2f..%.2f)", ratio.median(), ratio.low(), ratio.high());
  }

  private static String waits(Comparison comparison, Contender contender) {
    List<Work.Turn> turns = comparison.turns().get(contender);
    if (!turns.getFirst().details().containsKey(Work.P50_MICROS)) {
      return "";
    }
    return String.format(
        "%,.0f, %,.0f", median(turns, Work.P50_MICROS), median(turns, Work.P99_MICROS));
  }

  private static double median(List<Work.Turn> turns, String detail) {
    return Spread.of(turns.stream().mapToDouble(turn -> turn.details().get(detail)).toArray())
        .median();
  }
}
