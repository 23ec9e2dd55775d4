package io.tidemark.benchmarks;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.work.Work;
import io.tidemark.benchmarks.work.Work.Turn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One work, measured of all contenders it suits: A B C, A B C, ...
///
/// @param turns of each contender, in the order of the rounds
record Comparison(Work work, Map<Contender, List<Turn>> turns) {
  /// Measures. The first round is not counted where contenders take turns: it warms up the code
  /// that all share.
  static Comparison of(Work work, List<Contender> contenders, int askedRounds) throws Exception {
    List<Contender> suited = contenders.stream().filter(work::suits).toList();
    Comparison comparison = new Comparison(work, new LinkedHashMap<>());
    suited.forEach(contender -> comparison.turns.put(contender, new ArrayList<>()));
    int rounds = work.rounds(askedRounds);
    try {
      if (work.inTurn()) {
        for (int round = -1; round < rounds; round++) {
          for (Contender contender : suited) {
            comparison.turn(contender, round >= 0);
          }
        }
      } else {
        for (Contender contender : suited) {
          for (int round = 0; round < rounds; round++) {
            comparison.turn(contender, true);
          }
          work.forget(contender);
        }
      }
    } finally {
      for (Contender contender : suited) {
        work.forget(contender);
      }
    }
    return comparison;
  }

  private void turn(Contender contender, boolean counts) throws Exception {
    Turn turn = work.turn(contender);
    if (counts) {
      turns.get(contender).add(turn);
    }
  }

  /// What `contender` was measured at, by round.
  double[] values(Contender contender) {
    return turns.get(contender).stream().mapToDouble(Turn::value).toArray();
  }

  /// The contender of `kind` with the best median, if there is one.
  Optional<Contender> best(Contender.Kind kind) {
    return turns.keySet().stream()
        .filter(contender -> contender.kind() == kind)
        .reduce((a, b) -> work.unit().isBetter(median(b), median(a)) ? b : a);
  }

  private double median(Contender contender) {
    return Spread.of(values(contender)).median();
  }
}
