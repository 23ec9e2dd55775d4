package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.verify.InMemory;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.SegmentReport;
import io.tidemark.storage.Directory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/// No state that a power cut leaves is damage: the second decoder says so of every one, and where
/// it says that the log ends, the log ends when it is opened.
final class VerifiedCrashTest {
  private final Map<RecoveryCase, Integer> torn = new ConcurrentHashMap<>();
  private final LongAdder verified = new LongAdder();

  @Test
  void whatOpeningPutsRightIsNoDamage() {
    Scripts.all().parallelStream().forEach(script -> new CrashStates(this::open).of(script));
    System.out.printf(
        "%,d crash states verified before they were opened, torn tails among them %s%n",
        verified.sum(), torn);
    assertThat(verified.sum()).isGreaterThan(100_000);
    assertThat(torn).containsKey(RecoveryCase.TORN_TAIL);
  }

  private Log open(Directory directory, LogConfig config) {
    Report report = InMemory.verified(directory);
    Log log = Log.open(directory, config);
    RecoveryCase kind = log.recovery().kind();
    if (!report.isSound()) {
      throw new IllegalStateException("opened as " + kind + ", verified: " + report.damage());
    }
    long last = report.segments().stream().mapToLong(SegmentReport::lastLsn).max().orElse(0);
    boolean unfinished =
        report.truncatingAfter().isPresent() || report.beginningBehind().isPresent();
    if (!unfinished && last != log.appendedLsn()) {
      throw new IllegalStateException(
          "verified up to " + last + ", opened up to " + log.appendedLsn());
    }
    report.tornTail().ifPresent(_ -> torn.merge(kind, 1, Integer::sum));
    verified.increment();
    return log;
  }
}
