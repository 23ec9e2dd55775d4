package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// `committed <= durable <= appended`; while a node runs `committed` never goes back, and `durable`
/// only where the protocol truncates or begins anew. What a core holds for durable, its disk has;
/// who begins behind a record believes it before, and says nothing until it has.
public final class WatermarksAdvance implements Invariant {
  @Override
  public int number() {
    return 10;
  }

  private record Marks(long committed, long durable) {}

  private final Mirrors mirrors;
  private final Map<ReplicaId, Marks> marks = new TreeMap<>();
  private final Set<ReplicaId> unsettled = new TreeSet<>();

  public WatermarksAdvance(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    marks.put(node, new Marks(0, 0));
    unsettled.remove(node);
  }

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    Marks before = marks.get(node);
    if (event instanceof Event.Settled) {
      unsettled.remove(node);
    }
    if (begins(effects)) {
      unsettled.add(node);
    }
    Marks now = new Marks(core.committed(), core.durable());
    LogMirror log = mirrors.of(node);
    holds(now.committed >= before.committed, "%s went from %s to %s", node, before, now);
    holds(
        now.durable >= before.durable || event instanceof Event.Settled || drops(effects),
        "%s went from %s to %s without a truncation",
        node,
        before,
        now);
    holds(
        now.committed <= now.durable
            && (now.durable <= log.durableLsn() || unsettled.contains(node)),
        "%s believes %s, its disk has %d of %d",
        node,
        now,
        log.durableLsn(),
        log.lastLsn());
    if (!now.equals(before)) {
      marks.put(node, now);
    }
  }

  private static boolean drops(List<Effect> effects) {
    return effects.stream().anyMatch(effect -> effect instanceof Effect.TruncateAfter)
        || begins(effects);
  }

  private static boolean begins(List<Effect> effects) {
    return effects.stream().anyMatch(effect -> effect instanceof Effect.BeginBehind);
  }
}
