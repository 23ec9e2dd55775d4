package io.tidemark.benchmarks.work;

import io.tidemark.benchmarks.contender.Contender;
import java.io.IOException;
import java.util.Map;

/// Something every contender is asked to do, and what is measured of it.
public interface Work {
  /// A detail: what half of the records waited at most, in microseconds.
  String P50_MICROS = "p50Micros";

  /// A detail: what 99 % of the records waited at most.
  String P99_MICROS = "p99Micros";

  /// One contender did it once.
  ///
  /// @param value in the work's [Unit]
  /// @param details what else is worth keeping, by name and unit
  record Turn(double value, Map<String, Double> details) {
    Turn(double value) {
      this(value, Map.of());
    }
  }

  /// Its name in the tables.
  String name();

  /// What a turn's value counts.
  Unit unit();

  /// What holds of a record when it is counted.
  String durability();

  /// How many rounds count, where `asked` are asked for.
  default int rounds(int asked) {
    return asked;
  }

  /// Whether contenders take turns; if not, each does all of its rounds at once, because what it
  /// needs for them is too large to lie beside that of the others.
  default boolean inTurn() {
    return true;
  }

  /// Whether it may be asked of `contender`.
  boolean suits(Contender contender);

  /// Has `contender` do it once.
  Turn turn(Contender contender) throws Exception;

  /// Deletes what it needed for its rounds of `contender`.
  default void forget(Contender contender) throws IOException {}
}
