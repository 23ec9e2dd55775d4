package io.tidemark.benchmarks.replicated.member;

import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.Appender;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.Appends;
import io.tidemark.partition.Progress;
import java.util.Optional;
import java.util.function.Supplier;

/// Appends to the ring of a leader in this JVM, and hears once for each commit how far its records
/// have come.
final class EmbeddedProducer implements Producer {
  private final Supplier<Optional<Appends>> appends;
  private final Outcomes outcomes;
  private Optional<Appender> appender = Optional.empty();
  private long appendedLsn;
  private long acknowledgedLsn;

  /// @param appends of the partition; none as long as it is not open
  EmbeddedProducer(Supplier<Optional<Appends>> appends, Outcomes outcomes) {
    this.appends = appends;
    this.outcomes = outcomes;
  }

  @Override
  public boolean append(byte[] payload) {
    if (appender.isEmpty()) {
      appender = appends.get().flatMap(open -> open.appender(AckLevel.QUORUM, this::heard));
      if (appender.isEmpty()) {
        return false;
      }
    }
    long lsn = appendedLsn == 0 ? first(payload) : appender.get().append(RecordData.DATA, payload);
    if (lsn == AppendRing.FULL) {
      return false;
    }
    if (lsn < 0) {
      outcomes.failed("not appended: " + lsn);
      appender = Optional.empty();
      return false;
    }
    appendedLsn = lsn;
    return true;
  }

  /// Nobody else appends, so that the LSNs of the others follow that of the first without a gap.
  private synchronized long first(byte[] payload) {
    long lsn = appender.orElseThrow().append(RecordData.DATA, payload);
    acknowledgedLsn = lsn - 1;
    return lsn;
  }

  private synchronized void heard(Progress progress) {
    if (progress instanceof Progress.Acknowledged acknowledged) {
      outcomes.acknowledged(acknowledged.uptoLsn() - acknowledgedLsn);
      acknowledgedLsn = acknowledged.uptoLsn();
    } else {
      outcomes.failed(progress.toString());
    }
  }
}
