package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.ReadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a replica gives to others whose logs are damaged: one frame at a time, and what is asked
/// meanwhile is lost, because who asks asks again.
///
/// Also what is not committed is given: who gets it knows whether it had just that.
final class RepairAnswers {
  /// Where the batches are.
  @FunctionalInterface
  interface Source {
    /// Those from the one with `fromLsn` up to that with `uptoLsn`, as many as `maxBytes` holds.
    List<Batch> read(long fromLsn, long uptoLsn, int maxBytes);
  }

  private static final Logger LOG = LoggerFactory.getLogger(RepairAnswers.class);

  private final int partition;
  private final Links links;
  private final Executor blocking;
  private final Source source;
  private final AtomicBoolean busy = new AtomicBoolean();

  RepairAnswers(int partition, Links links, Executor blocking, Source source) {
    this.partition = partition;
    this.links = links;
    this.blocking = blocking;
    this.source = source;
  }

  /// An answer is of a time before this replica was mended.
  void heard(Replica.RepairHeard heard) {
    switch (heard.message()) {
      case RepairWire.Ask ask -> answer(heard.from(), ask);
      case RepairWire.Answer _ -> {}
    }
  }

  void answer(NodeId to, RepairWire.Ask ask) {
    if (busy.compareAndSet(false, true)) {
      blocking.execute(
          () -> {
            List<Batch> found = read(ask);
            // First, because who gets the answer asks on at once.
            busy.set(false);
            links.repair(to, partition, new RepairWire.Answer(ask.fromLsn(), found));
          });
    }
  }

  private List<Batch> read(RepairWire.Ask ask) {
    try {
      int room = RepairWire.roomForBatches(links.maxBulkPayloadBytes());
      return source.read(ask.fromLsn(), ask.uptoLsn(), room);
    } catch (RuntimeException e) {
      LOG.warn("partition {}: no answer to {}: {}", partition, ask, e.getMessage());
      return List.of();
    }
  }

  /// An open log.
  static Source of(Log log) {
    return (fromLsn, uptoLsn, maxBytes) -> {
      List<Batch> batches = new ArrayList<>();
      int bytes = 0;
      long lsn = fromLsn;
      while (lsn <= uptoLsn && log.read(lsn) instanceof ReadResult.Found(Batch batch)) {
        bytes += batch.sizeBytes();
        if (bytes > maxBytes) {
          break;
        }
        batches.add(batch);
        lsn = batch.lastLsn() + 1;
      }
      return batches;
    };
  }
}
