package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;
import java.util.ArrayDeque;
import java.util.List;

/// What the leader knows of one peer, and what to send it next.
///
/// Probing: where the logs part is not known; one bare question at a time. Streaming: everything up
/// to `next - 1` is on its way; a bounded number of sends and of bytes is not durable there, so
/// neither a peer whose disk is slow nor the network need hold more than that. Offering: it lacks
/// what was trimmed here, and is told where to begin; what it says meanwhile is of the log it is to
/// drop.
final class PeerProgress {
  /// How many times the configured time it waits at most before it sends again.
  private static final int MOST_PATIENT = 8;

  /// An answer seldom takes so many times longer than the one before.
  private static final int MARGIN = 4;

  /// One send, at `tick`, that is not durable there, as far as is known.
  private record Flight(long throughLsn, long bytes, long tick) {}

  private final Standing standing;
  private final ReplicaId peer;
  private final ArrayDeque<Flight> inFlight = new ArrayDeque<>();
  private long inFlightBytes;
  private boolean streaming;
  private boolean fallenBack;
  private boolean sending;
  private long next;
  private long durable;
  private long received;
  private long round;
  private boolean spoke;
  private long heardTick;
  private int idleTicks;

  /// After which silence it sends again: as answers take lately. Crash story: on a node that was
  /// busy they took longer than was configured, and everything was sent three times.
  private int resendTicks;

  PeerProgress(Standing standing, ReplicaId peer) {
    this.standing = standing;
    this.peer = peer;
    this.next = standing.lastLsn() + 1;
    this.heardTick = standing.ticks();
    this.resendTicks = standing.config.resendTicks();
  }

  ReplicaId peer() {
    return peer;
  }

  long durable() {
    return durable;
  }

  long received() {
    return received;
  }

  long round() {
    return round;
  }

  /// Whether it has, durably, what was committed lately: then a quorum that needs it goes on.
  boolean isCaughtUp() {
    return streaming && durable >= standing.committedLately();
  }

  /// Whether it spoke within so many ticks; at the beginning of a leadership, whether it may yet.
  boolean heardWithin(int ticks) {
    return standing.ticks() - heardTick < ticks;
  }

  /// Whether it spoke within so many election timeouts, or is silent because its node is busy.
  boolean mayBeThere(int timeouts) {
    return heardWithin(standing.heard.patienceTicks(peer, timeouts));
  }

  /// Whether it has spoken in this leadership, and within a leader's usual patience.
  boolean isHeard() {
    return spoke && heardWithin(standing.config.electionTicks());
  }

  /// Whether it is there and has everything, for sure.
  boolean isQuiet() {
    return streaming && isHeard() && !fallenBack && durable == standing.lastLsn();
  }

  void heard() {
    spoke = true;
    heardTick = standing.ticks();
  }

  /// The peer's watermarks. Its `durable` only rises while this leadership lasts; `received` falls
  /// when the peer restarts, having lost what it had not synced, and seems to when an old message
  /// comes late. Only time tells the one from the other, see [#tick].
  void progress(Message.Progress progress) {
    heard();
    durable = Math.max(durable, progress.durable());
    round = Math.max(round, progress.round());
    fallenBack = progress.received() < received;
    if (progress.received() > received) {
      received = progress.received();
      idleTicks = 0;
    }
    while (!inFlight.isEmpty() && inFlight.getFirst().throughLsn() <= durable) {
      Flight landed = inFlight.removeFirst();
      inFlightBytes -= landed.bytes();
      resendAfter(MARGIN * (standing.ticks() - landed.tick()));
    }
    if (!streaming && progress.received() >= Math.max(next, standing.firstLsn()) - 1) {
      streaming = true;
      next = received + 1;
    }
    stream();
  }

  /// The logs part at or before the record the peer names. An answer to an older question is stale.
  void mismatch(Message.Mismatch mismatch) {
    heard();
    boolean offering = !streaming && next < standing.firstLsn();
    boolean current =
        offering || (streaming ? mismatch.prevLsn() < next : mismatch.prevLsn() == next - 1);
    if (current) {
      long upTo = Math.min(mismatch.hintLsn(), standing.lastLsn());
      long common = standing.history().lastLsnUpTo(mismatch.hintEpoch(), upTo);
      received = Math.min(received, Math.min(common, upTo));
      probe(Math.min(common, upTo) + 1);
    }
  }

  /// Ask again after silence, or after something was lost on the way or by the peer.
  void tick() {
    boolean waits = !streaming || received < standing.lastLsn() || fallenBack;
    idleTicks = waits ? idleTicks + 1 : 0;
    if (idleTicks >= resendTicks) {
      resendAfter(2L * resendTicks);
      if (streaming && received >= next - 1 && !fallenBack) {
        // All that was sent has come, and its disk is slow: the window stays what it is.
        idleTicks = 0;
        sending = false;
        stream();
      } else {
        restart();
      }
    }
  }

  private void resendAfter(long ticks) {
    int least = standing.config.resendTicks();
    resendTicks = Math.clamp(ticks, least, MOST_PATIENT * least);
  }

  /// Start over from what the peer has confirmed, or, if nothing, from where the question stands.
  void restart() {
    sending = false;
    probe(streaming ? received + 1 : next);
  }

  void sent(long throughLsn, long bytes) {
    sending = false;
    if (streaming && throughLsn >= next) {
      next = throughLsn + 1;
      // The answer may have come before the news that it was sent.
      if (throughLsn > durable) {
        inFlight.addLast(new Flight(throughLsn, bytes, standing.ticks()));
        inFlightBytes += bytes;
      }
      stream();
    }
  }

  /// Sends what the peer lacks, if the window has room.
  void stream() {
    if (streaming && next < standing.firstLsn()) {
      probe(next);
    } else if (streaming
        && !sending
        && next <= standing.lastLsn()
        && inFlight.size() < standing.config.maxInFlight()
        && inFlightBytes < standing.config.maxInFlightBytes()) {
      sending = true;
      standing.emit(
          new Effect.SendBatches(
              peer,
              standing.epoch(),
              next,
              standing.lastLsn(),
              standing.history().epochAt(next - 1),
              standing.committed()));
    }
  }

  private void probe(long from) {
    streaming = false;
    idleTicks = 0;
    inFlight.clear();
    inFlightBytes = 0;
    next = from;
    if (from < standing.firstLsn()) {
      standing.emit(
          new Effect.SendOffer(
              peer, standing.epoch(), standing.committed(), standing.memberHistory()));
      return;
    }
    long prevEpoch = standing.history().epochAt(next - 1);
    standing.send(
        peer,
        new Message.Batches(
            standing.epoch(), next - 1, prevEpoch, List.of(), standing.committed()));
  }
}
