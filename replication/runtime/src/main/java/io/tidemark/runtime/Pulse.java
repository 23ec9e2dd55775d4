package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.NodeWatch;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What a node does once a tick, whatever the number of its partitions: it tells every other node
/// that its process is there, looks who is not any more, and lets time pass for the replicas that
/// do not rest.
///
/// Used by the one thread of the replicas.
final class Pulse {
  /// A follower that rests makes sure so often that its leader does.
  private static final Duration BETWEEN_STIRS = Duration.ofSeconds(10);

  /// Not all of a node at once, and not each by itself: then they share frames.
  private static final int PARTS = 8;

  /// Of many replicas not each gets its time with each tick, but all that has passed when it is its
  /// turn.
  private static final int AWAKE_OF_A_TURN = 200;

  private static final int MOST_TURNS = 4;

  private final NodeClock clock;
  private final ReplicationSettings settings;
  private final Supplier<Links> links;
  private final Supplier<List<ReplicaHandle>> replicas;
  private final LongSupplier roster;
  private final long process;
  private final NodeWatch watch;
  private final int ticksBetweenParts;
  private int ticks;
  private int awake;
  private volatile long newestRoster;

  /// @param roster which version of it is known here
  /// @param process by which it is told from earlier processes of this node
  Pulse(
      NodeClock clock,
      ReplicationSettings settings,
      Supplier<Links> links,
      Supplier<List<ReplicaHandle>> replicas,
      LongSupplier roster,
      long process) {
    this.clock = clock;
    this.settings = settings;
    this.links = links;
    this.replicas = replicas;
    this.roster = roster;
    this.process = process;
    this.watch = new NodeWatch(settings.electionTicks());
    this.ticksBetweenParts = Math.max(1, (int) BETWEEN_STIRS.dividedBy(settings.tick()) / PARTS);
  }

  void tick() {
    ticks++;
    boolean wasStopped = clock.tick() > settings.election().toNanos();
    if (ticks % ReplicationSettings.TICKS_PER_HEARTBEAT == 0) {
      links.get().pulse(new ReplicaWire.Pulse(process, roster.getAsLong()));
    }
    watch.tick().forEach(this::tellLost);
    Replica.Tick tick = new Replica.Tick(watch.heard());
    int part = ticks % ticksBetweenParts == 0 ? ticks / ticksBetweenParts % PARTS : PARTS;
    int turns = Math.clamp(awake / AWAKE_OF_A_TURN, 1, MOST_TURNS);
    awake = 0;
    for (ReplicaHandle replica : replicas.get()) {
      if (!replica.isResting()) {
        awake++;
        if (replica.partition() % turns == ticks % turns) {
          replica.replica().tell(tick);
        }
      } else if (wasStopped || replica.partition() % PARTS == part) {
        replica.replica().tell(new Replica.Stirred(wasStopped));
      }
    }
  }

  /// A process of `node` says that it is there.
  void heard(NodeId node, ReplicaWire.Pulse pulse) {
    newestRoster = Math.max(newestRoster, pulse.roster());
    if (watch.heard(node, pulse.process())) {
      tellLost(node);
    }
  }

  /// The newest version of the roster that any node has said it knows. Any thread.
  long newestRoster() {
    return newestRoster;
  }

  /// No process runs on `node`.
  void lost(NodeId node) {
    watch.lost(node);
    tellLost(node);
  }

  private void tellLost(NodeId node) {
    replicas.get().forEach(replica -> replica.replica().tell(new Replica.NodeLost(node)));
  }
}
