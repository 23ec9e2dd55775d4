package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A replica whose synced records were spoilt says nothing until it has them again: it neither
/// votes nor acknowledges nor refuses, writes nothing, and never comes back with a log that ends
/// earlier.
///
/// That what comes back is the same bytes is [LocalStays]; this looks first.
public final class DamageIsNotTheEnd implements Invariant {
  private final Mirrors mirrors;
  private final Set<ReplicaId> spoilt = new HashSet<>();
  private final Set<ReplicaId> mending = new HashSet<>();

  public DamageIsNotTheEnd(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public int number() {
    return 12;
  }

  @Override
  public void spoilt(ReplicaId node, Batch batch) {
    spoilt.add(node);
  }

  @Override
  public void mending(ReplicaId node) {
    mending.add(node);
  }

  @Override
  public void crashed(ReplicaId node) {
    mending.remove(node);
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    mending.remove(node);
    long was = mirrors.of(node).durableLsn();
    holds(
        !spoilt.remove(node) || log.appendedLsn() >= was,
        "%s was spoilt, its log ends at %d and ended at %d",
        node,
        log.appendedLsn(),
        was);
  }

  @Override
  public void sent(ReplicaId from, ReplicaId to, Message message) {
    silent(from, message);
  }

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    silent(node, event);
  }

  @Override
  public void ballotSaved(ReplicaId node, Ballot ballot) {
    silent(node, ballot);
  }

  @Override
  public void appending(ReplicaId node, List<Batch> batches) {
    silent(node, batches);
  }

  private void silent(ReplicaId node, Object deed) {
    holds(!mending.contains(node), "%s mends its log, and yet: %s", node, deed);
  }
}
