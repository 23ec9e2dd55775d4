package io.tidemark.foundation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochHistoryTest {
  /// The same by brute force: the epoch of every record, in a list.
  private static final class Plain {
    private final List<Long> epochs = new ArrayList<>();

    private Plain(List<Long> epochs) {
      this.epochs.addAll(epochs);
    }

    private long epochAt(long lsn) {
      return lsn == 0 ? 0 : epochs.get((int) lsn - 1);
    }

    private long runEnd(long lsn) {
      long end = lsn;
      while (end < epochs.size() && epochAt(end + 1) == epochAt(lsn)) {
        end++;
      }
      return end;
    }

    private long lastLsnUpTo(long epoch) {
      return epochs.stream().filter(e -> e <= epoch).count();
    }
  }

  /// All logs of up to six records in which an epoch rises by 0, 1 or 2 from record to record.
  private static List<List<Long>> logs() {
    List<List<Long>> logs = new ArrayList<>(List.of(List.of()));
    for (int i = 0; i < logs.size(); i++) {
      List<Long> log = logs.get(i);
      for (long rise = log.isEmpty() ? 1 : 0; rise <= 2 && log.size() < 6; rise++) {
        List<Long> longer = new ArrayList<>(log);
        longer.add((log.isEmpty() ? 0 : log.getLast()) + rise);
        logs.add(longer);
      }
    }
    return logs;
  }

  private static EpochHistory of(List<Long> epochs) {
    EpochHistory history = new EpochHistory();
    for (int i = 0; i < epochs.size(); i++) {
      history.append(epochs.get(i), i + 1L);
    }
    return history;
  }

  @Test
  void answersAsAPlainListDoes() {
    assertThat(logs()).hasSizeGreaterThan(500);
    for (List<Long> epochs : logs()) {
      compare(of(epochs), epochs);
    }
  }

  @Test
  void answersAsAPlainListDoesAfterEveryTruncation() {
    for (List<Long> epochs : logs()) {
      for (int lsn = 0; lsn <= epochs.size(); lsn++) {
        EpochHistory history = of(epochs);
        EpochHistory untouched = history.copy();
        history.truncateAfter(lsn);
        compare(history, epochs.subList(0, lsn));
        compare(untouched, epochs);
        history.append(99, lsn + 1L);
        assertThat(history.epochAt(lsn + 1L)).isEqualTo(99);
      }
    }
  }

  private static void compare(EpochHistory history, List<Long> epochs) {
    Plain plain = new Plain(epochs);
    long last = epochs.size();
    for (long lsn = 0; lsn <= last; lsn++) {
      assertThat(history.epochAt(lsn)).isEqualTo(plain.epochAt(lsn));
      if (lsn > 0) {
        assertThat(history.runEnd(lsn, last))
            .as("%s at %d", epochs, lsn)
            .isEqualTo(plain.runEnd(lsn));
      }
    }
    for (long epoch = 0; epoch <= 13; epoch++) {
      assertThat(history.lastLsnUpTo(epoch, last))
          .as("%s up to %d", epochs, epoch)
          .isEqualTo(plain.lastLsnUpTo(epoch));
    }
  }

  @Test
  void refusesAnEpochThatFalls() {
    EpochHistory history = of(List.of(3L, 3L, 5L));
    assertThatThrownBy(() -> history.append(4, 4)).isInstanceOf(CheckFailure.class);
  }
}
