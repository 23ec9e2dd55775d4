package io.tidemark.transport;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.tidemark.foundation.CheckFailure;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One directed pair and lane: at most one frame, and the publication it goes out on.
///
/// Owned by the stage, or by the poller from the moment the stage hands it over until the poller
/// calls back. Only the poller makes and closes publications, so no stage ever waits for the
/// driver. [#seal] comes from the transport's thread at any time.
final class Outbound {
  /// What became of the frame.
  enum Outcome {
    /// In Aeron's log.
    SENT,
    /// Not in it and never will be: the peer is not there.
    DROPPED,
    /// Try again: Aeron's log is full.
    WAIT,
    /// Try again on a new publication.
    LOST
  }

  private static final Logger LOG = LoggerFactory.getLogger(Outbound.class);
  private static final int ADMIN_ATTEMPTS = 3;
  private static final long NOT_REGISTERED = Aeron.NULL_VALUE;

  /// A frame waits this long for its publication to be made, a failed one is asked for again after
  /// it.
  private static final long OPEN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Lane lane;
  private final String channel;
  private final FrameCodec codec;
  private final Tally tally;

  private final UnsafeBuffer header = new UnsafeBuffer(new byte[FrameCodec.HEADER_BYTES]);
  private final UnsafeBuffer payload = new UnsafeBuffer(new byte[0]);
  private boolean loaded;
  private boolean pressed;

  /// Guarded by this; absent is null.
  private ExclusivePublication publication;

  // The poller's.
  private Aeron client;
  private long registrationId = NOT_REGISTERED;
  private long askedAtNs;
  private boolean failed;
  private boolean openedBefore;

  Outbound(Lane lane, String channel, FrameCodec codec, Tally tally) {
    this.lane = lane;
    this.channel = channel;
    this.codec = codec;
    this.tally = tally;
  }

  /// Takes the next frame, which is offered from now on.
  void load(Frame frame) {
    codec.encodeHeader(frame, header);
    payload.wrap(frame.payload());
    loaded = true;
    pressed = false;
  }

  /// Offers the frame once.
  ///
  /// Crash story: a client that closes itself unmaps its logs on the transport's thread; an offer
  /// that is still copying on another one then takes the JVM down. The lock makes [#seal], and so
  /// the unmapping, wait.
  synchronized Outcome offer() {
    if (publication == null) {
      return Outcome.LOST;
    }
    long result = Publication.ADMIN_ACTION;
    for (int i = 0; i < ADMIN_ATTEMPTS && result == Publication.ADMIN_ACTION; i++) {
      result =
          publication.offer(
              header, 0, FrameCodec.HEADER_BYTES, payload, 0, payload.capacity(), null);
    }
    if (result > 0) {
      tally.sent(payload.capacity());
      return Outcome.SENT;
    }
    return switch ((int) result) {
      case (int) Publication.NOT_CONNECTED -> dropped();
      case (int) Publication.BACK_PRESSURED -> pressed();
      case (int) Publication.ADMIN_ACTION -> Outcome.WAIT;
      case (int) Publication.CLOSED, (int) Publication.MAX_POSITION_EXCEEDED -> Outcome.LOST;
      default -> throw new CheckFailure("aeron offer answered " + result);
    };
  }

  private Outcome dropped() {
    if (loaded) {
      tally.droppedNotConnected.increment();
    }
    return Outcome.DROPPED;
  }

  private Outcome pressed() {
    if (!pressed) {
      pressed = true;
      tally.backPressured.increment();
    }
    return Outcome.WAIT;
  }

  /// The poller's step: offers the frame, on a new publication if need be. Without a frame it only
  /// makes the publication. Never answers LOST.
  Outcome advance(Link link, long nowNs) {
    Outcome outcome = loaded ? offer() : openOrLost();
    if (outcome != Outcome.LOST) {
      return outcome;
    }
    discard();
    return open(link, nowNs);
  }

  private synchronized Outcome openOrLost() {
    return publication == null ? Outcome.LOST : Outcome.SENT;
  }

  private Outcome open(Link link, long nowNs) {
    if (link.isClientClosed()) {
      return dropped();
    }
    if (client != link.client()) {
      client = link.client();
      registrationId = NOT_REGISTERED;
      failed = false;
    }
    if (failed && nowNs - askedAtNs < OPEN_NANOS) {
      return dropped();
    }
    try {
      return register(nowNs);
    } catch (RuntimeException e) {
      // One peer's bad address must not stop the poller, which serves all stages.
      LOG.warn("no publication on {} {}, next try in 1 s", channel, lane, e);
      registrationId = NOT_REGISTERED;
      failed = true;
      return dropped();
    }
  }

  private Outcome register(long nowNs) {
    if (registrationId == NOT_REGISTERED) {
      askedAtNs = nowNs;
      registrationId = client.asyncAddExclusivePublication(channel, lane.streamId());
    }
    ExclusivePublication opened = client.getExclusivePublication(registrationId);
    if (opened == null) {
      return nowNs - askedAtNs < OPEN_NANOS ? Outcome.WAIT : dropped();
    }
    registrationId = NOT_REGISTERED;
    failed = false;
    if (openedBefore) {
      tally.reconnects.increment();
    }
    openedBefore = true;
    synchronized (this) {
      publication = opened;
    }
    return Outcome.WAIT;
  }

  /// Takes the publication away from whoever might offer on it, see [#offer].
  synchronized void seal() {
    publication = null;
  }

  /// Closes for good; the poller's. The driver sends what it took before for some seconds more.
  void close() {
    discard();
    if (registrationId != NOT_REGISTERED && !client.isClosed()) {
      client.asyncRemovePublication(registrationId);
      registrationId = NOT_REGISTERED;
    }
  }

  /// Closing takes Aeron's client lock, whose holder may be waiting for ours in [#seal]: so close
  /// outside of it.
  private void discard() {
    ExclusivePublication last;
    synchronized (this) {
      last = publication;
      publication = null;
    }
    if (last != null) {
      last.close();
    }
  }
}
