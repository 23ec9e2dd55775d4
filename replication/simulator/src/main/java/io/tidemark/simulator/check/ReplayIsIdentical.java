package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.Tail;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Replay gives the same state on every node and every time, and a state that is kept or offered in
/// place of records is that of their replay: each subscriber computes a [StateDigest], and those at
/// the same LSN are compared. At rest it is that of all records that were ever committed.
public final class ReplayIsIdentical implements Invariant {
  @Override
  public int number() {
    return 17;
  }

  private final CommittedRecords committed;
  private final Map<ReplicaId, Long> states = new TreeMap<>();
  private final Map<Long, Long> stateAtLsn = new HashMap<>(Map.of(0L, 0L));

  public ReplayIsIdentical(CommittedRecords committed) {
    this.committed = committed;
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    states.put(node, 0L);
  }

  @Override
  public void offered(ReplicaId from, Message.Offer offer, Tail tail, long state) {
    isThatOfReplay(from, "offers", offer.lsn(), state);
  }

  @Override
  public void restored(ReplicaId node, long lsn, long state) {
    isThatOfReplay(node, "goes on with", lsn, state);
    states.put(node, state);
  }

  private void isThatOfReplay(ReplicaId node, String deed, long lsn, long state) {
    Long known = stateAtLsn.get(lsn);
    holds(
        known != null && known == state,
        "%s %s a state at record %d that is not that of a replay",
        node,
        deed,
        lsn);
  }

  @Override
  public void applied(ReplicaId node, Batch batch) {
    long state = StateDigest.after(states.get(node), batch);
    states.put(node, state);
    long known = stateAtLsn.computeIfAbsent(batch.lastLsn(), _ -> state);
    holds(
        known == state,
        "the state of %s at record %d differs from that of another replay",
        node,
        batch.lastLsn());
  }

  @Override
  public void rested(ReplicaId node, Log log) {
    long state = 0;
    for (long lsn = 1; lsn <= log.appendedLsn(); lsn = committed.at(lsn).lastLsn() + 1) {
      state = StateDigest.after(state, committed.at(lsn));
    }
    holds(
        state == states.get(node),
        "at rest the state of %s is not that of the %d committed records",
        node,
        log.appendedLsn());
  }
}
