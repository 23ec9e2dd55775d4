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
  private Optional<Way> way = Optional.empty();

  /// @param appends of the partition; none as long as it is not open
  EmbeddedProducer(Supplier<Optional<Appends>> appends, Outcomes outcomes) {
    this.appends = appends;
    this.outcomes = outcomes;
  }

  @Override
  public boolean append(byte[] payload) {
    if (way.isEmpty()) {
      way = appends.get().flatMap(open -> Way.into(open, this));
      if (way.isEmpty()) {
        return false;
      }
    }
    long lsn = way.get().append(payload);
    if (lsn == AppendRing.CLOSED) {
      // Crash story: a leader that takes a wiped follower back leads on, with another ring. What is
      // on its way through the old one is heard of all the same.
      way = Optional.empty();
    } else if (lsn < 0 && lsn != AppendRing.FULL) {
      outcomes.failed("not appended: " + lsn);
      way = Optional.empty();
    }
    return lsn > 0;
  }

  /// One ring. Nobody else appends to it, so that the LSNs of all follow that of the first without
  /// a gap.
  private final class Way {
    private Appender appender;
    private boolean begun;
    private long acknowledgedLsn;

    static Optional<Way> into(Appends open, EmbeddedProducer producer) {
      Way way = producer.new Way();
      Optional<Appender> appender = open.appender(AckLevel.QUORUM, way::heard);
      appender.ifPresent(a -> way.appender = a);
      return appender.map(_ -> way);
    }

    long append(byte[] payload) {
      return begun ? appender.append(RecordData.DATA, payload) : first(payload);
    }

    private synchronized long first(byte[] payload) {
      long lsn = appender.append(RecordData.DATA, payload);
      begun = lsn > 0;
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
}
