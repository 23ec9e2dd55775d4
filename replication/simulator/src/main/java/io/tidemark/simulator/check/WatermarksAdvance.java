package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `committed <= durable <= appended`; while a node runs `committed` never goes back, and `durable`
/// only where the protocol truncates. What a core holds for durable, its disk has.
public final class WatermarksAdvance implements Invariant {
  @Override
  public int number() {
    return 10;
  }

  private record Marks(long committed, long durable) {}

  private final Mirrors mirrors;
  private final Map<ReplicaId, Marks> marks = new TreeMap<>();

  public WatermarksAdvance(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    marks.put(node, new Marks(0, 0));
  }

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    Marks before = marks.get(node);
    Marks now = new Marks(core.committed(), core.durable());
    LogMirror log = mirrors.of(node);
    holds(now.committed >= before.committed, "%s went from %s to %s", node, before, now);
    holds(
        now.durable >= before.durable || event instanceof Event.Settled || truncates(effects),
        "%s went from %s to %s without a truncation",
        node,
        before,
        now);
    holds(
        now.committed <= now.durable && now.durable <= log.durableLsn(),
        "%s believes %s, its disk has %d of %d",
        node,
        now,
        log.durableLsn(),
        log.lastLsn());
    if (!now.equals(before)) {
      marks.put(node, now);
    }
  }

  private static boolean truncates(List<Effect> effects) {
    return effects.stream().anyMatch(effect -> effect instanceof Effect.TruncateAfter);
  }
}
