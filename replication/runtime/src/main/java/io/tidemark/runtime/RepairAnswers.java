package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Batch;
import io.tidemark.log.repair.Copies;
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
  private static final Logger LOG = LoggerFactory.getLogger(RepairAnswers.class);

  private final int partition;
  private final Links links;
  private final Executor blocking;
  private final Copies copies;
  private final AtomicBoolean busy = new AtomicBoolean();

  RepairAnswers(int partition, Links links, Executor blocking, Copies copies) {
    this.partition = partition;
    this.links = links;
    this.blocking = blocking;
    this.copies = copies;
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
      return copies.read(ask.fromLsn(), ask.uptoLsn(), room);
    } catch (RuntimeException e) {
      LOG.warn("partition {}: no answer to {}: {}", partition, ask, e.getMessage());
      return List.of();
    }
  }
}
