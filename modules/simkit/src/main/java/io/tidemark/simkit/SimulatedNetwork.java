package io.tidemark.simkit;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.Check;
import io.tidemark.foundation.ReplicaId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// Messages of type `M` between nodes, on [VirtualTime]: late, lost, twice, in another order.
///
/// A message is lost at sending (by the quality of its link, by a cut) or at arrival (by a cut made
/// meanwhile, by a crash of its target). A target that crashed and came back does not get what was
/// on its way to the one before. Nothing tells the sender.
///
/// Ownership: one thread, that of the [VirtualTime].
public final class SimulatedNetwork<M> {
  /// What an endpoint does with a message.
  public interface Handler<M> {
    /// Called at the moment of arrival.
    void receive(ReplicaId from, M message);
  }

  /// What became of the messages so far: `sent + duplicated = delivered + lost + inFlight`.
  public record Counts(long sent, long delivered, long lost, long duplicated) {
    /// Copies on their way.
    public long inFlight() {
      return sent + duplicated - delivered - lost;
    }
  }

  private record Link(ReplicaId from, ReplicaId to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      int byFrom = from.compareTo(other.from);
      return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }
  }

  /// One life of a node; `start` tells it from the lives before and after.
  private record Endpoint<M>(long start, Handler<M> handler) {}

  private final VirtualTime time;
  private final Chance chance;
  private final LinkQuality usual;
  private final TreeMap<ReplicaId, Endpoint<M>> endpoints = new TreeMap<>();
  private final TreeMap<Link, LinkQuality> qualities = new TreeMap<>();
  private final TreeSet<Link> cuts = new TreeSet<>();
  private final TreeMap<Link, List<Runnable>> clogged = new TreeMap<>();
  private long starts;
  private long sent;
  private long delivered;
  private long lost;
  private long duplicated;

  /// A network whose links are all of the `usual` quality until told otherwise.
  public SimulatedNetwork(VirtualTime time, Chance chance, LinkQuality usual) {
    this.time = time;
    this.chance = chance;
    this.usual = usual;
  }

  /// Starts the endpoint `node`, or starts it again after a crash.
  public void start(ReplicaId node, Handler<M> handler) {
    Check.argument(!endpoints.containsKey(node), "%s is running", node);
    endpoints.put(node, new Endpoint<>(starts++, handler));
  }

  /// Stops the endpoint; all that is on its way to it is lost, what it sent goes on.
  public void crash(ReplicaId node) {
    Check.argument(endpoints.remove(node) != null, "%s is not running", node);
  }

  /// Changes one direction from now on.
  public void setQuality(ReplicaId from, ReplicaId to, LinkQuality quality) {
    qualities.put(new Link(from, to), quality);
  }

  /// Cuts one direction; what is on its way is lost as well.
  public void cut(ReplicaId from, ReplicaId to) {
    cuts.add(new Link(from, to));
  }

  /// Cuts both directions between every node of `side` and every node of `otherSide`.
  public void split(Collection<ReplicaId> side, Collection<ReplicaId> otherSide) {
    for (ReplicaId a : side) {
      for (ReplicaId b : otherSide) {
        cut(a, b);
        cut(b, a);
      }
    }
  }

  /// Mends one direction.
  public void mend(ReplicaId from, ReplicaId to) {
    cuts.remove(new Link(from, to));
  }

  /// Holds up one direction: what would arrive waits, and comes all at once when that ends.
  public void clog(ReplicaId from, ReplicaId to) {
    clogged.putIfAbsent(new Link(from, to), new ArrayList<>());
  }

  /// Lets go what a clog held up, in the order in which it would have arrived.
  public void unclog(ReplicaId from, ReplicaId to) {
    List<Runnable> waiting = clogged.remove(new Link(from, to));
    if (waiting != null) {
      waiting.forEach(arrival -> time.schedule(0, arrival));
    }
  }

  /// Mends all cuts, ends all clogs and gives every link its usual quality.
  public void heal() {
    cuts.clear();
    qualities.clear();
    List.copyOf(clogged.keySet()).forEach(link -> unclog(link.from(), link.to()));
  }

  /// Whether messages in this direction are all lost.
  public boolean isCut(ReplicaId from, ReplicaId to) {
    return cuts.contains(new Link(from, to));
  }

  /// What became of the messages so far.
  public Counts counts() {
    return new Counts(sent, delivered, lost, duplicated);
  }

  /// Sends `message`; it arrives later in virtual time, maybe twice, maybe never.
  ///
  /// The message is shared with the receiver, so it must not change afterwards.
  public void send(ReplicaId from, ReplicaId to, M message) {
    sent++;
    Link link = new Link(from, to);
    LinkQuality quality = qualities.getOrDefault(link, usual);
    if (chance.percent(quality.duplicatePercent())) {
      duplicated++;
      sendCopy(link, quality, message);
    }
    sendCopy(link, quality, message);
  }

  private void sendCopy(Link link, LinkQuality quality, M message) {
    Endpoint<M> target = endpoints.get(link.to());
    boolean lostOnTheWay = chance.percent(quality.lossPercent());
    int delayMicros = chance.between(quality.leastDelayMicros(), quality.greatestDelayMicros());
    if (lostOnTheWay || target == null || cuts.contains(link)) {
      lost++;
      return;
    }
    time.schedule(delayMicros, () -> arrive(link, target, message));
  }

  private void arrive(Link link, Endpoint<M> target, M message) {
    Endpoint<M> now = endpoints.get(link.to());
    if (now == null || now.start() != target.start() || cuts.contains(link)) {
      lost++;
      return;
    }
    List<Runnable> waiting = clogged.get(link);
    if (waiting != null) {
      waiting.add(() -> arrive(link, target, message));
      return;
    }
    delivered++;
    target.handler().receive(link.from(), message);
  }
}
