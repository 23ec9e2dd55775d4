package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Replay gives the same state on every node and every time: a state that depends on every byte and
/// every LSN is computed by each subscriber, and compared where two are at the same LSN.
public final class ReplayIsIdentical implements Invariant {
  @Override
  public int number() {
    return 17;
  }

  private final Map<ReplicaId, Long> states = new TreeMap<>();
  private final Map<Long, Long> stateAtLsn = new HashMap<>();

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    states.put(node, 0L);
  }

  @Override
  public void applied(ReplicaId node, Batch batch) {
    long[] state = {states.get(node)};
    batch.forEach(
        record -> {
          state[0] = (state[0] * 31 + record.lsn()) * 31 + record.type();
          state[0] = state[0] * 1_000_003 + record.payload().hashCode();
        });
    states.put(node, state[0]);
    long known = stateAtLsn.computeIfAbsent(batch.lastLsn(), _ -> state[0]);
    holds(
        known == state[0],
        "the state of %s at record %d differs from that of another replay",
        node,
        batch.lastLsn());
  }
}
