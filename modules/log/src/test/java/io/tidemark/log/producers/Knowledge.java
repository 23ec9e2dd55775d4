package io.tidemark.log.producers;

import io.tidemark.log.Log;
import java.util.ArrayList;
import java.util.List;

/// What is known of producers, as lines that tests compare.
final class Knowledge {
  private Knowledge() {}

  static List<String> told(Producers known) {
    List<String> told = new ArrayList<>();
    known
        .snapshot()
        .forEach((producer, recent) -> told.add(producer + "/" + recent.last() + lsns(recent)));
    return told;
  }

  private static List<Long> lsns(Recent recent) {
    List<Long> lsns = new ArrayList<>();
    for (int i = 0; i < recent.count(); i++) {
      lsns.add(recent.lsn(i));
    }
    return lsns;
  }

  /// After an opening of `log`.
  static List<String> restored(Log log, ProducerLimits limits) {
    Producers restored = new Producers(limits);
    ProducersFile.restore(log, restored);
    return told(restored);
  }
}
