package io.tidemark.transport;

import io.aeron.Aeron;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.aeron.status.ChannelEndpointStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One lane's subscription, and the source that takes what arrives there.
///
/// The transport's thread's. Without a source, or with a full one, nothing is taken from Aeron's
/// buffers: the receiver window closes and the senders see back-pressure.
final class Inbound {
  private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);
  private static final int FRAGMENTS_PER_POLL = 64;
  private static final long NOT_REGISTERED = Aeron.NULL_VALUE;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Lane lane;
  private final String channel;
  private final FrameCodec codec;
  private final Tally tally;
  private final AtomicReference<Receiver> receiver = new AtomicReference<>();

  private Aeron client;
  private long registrationId = NOT_REGISTERED;
  private long retryAtNs;
  private List<Frame> batch = new ArrayList<>();
  private ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(this::onFrame);
  private Receiver polling;

  /// Sessions whose image is gone; half a frame of theirs is let go.
  private final Queue<Integer> endedSessions = new ArrayDeque<>();

  /// Absent is null.
  private Subscription subscription;

  Inbound(Lane lane, String channel, FrameCodec codec, Tally tally) {
    this.lane = lane;
    this.channel = channel;
    this.codec = codec;
    this.tally = tally;
  }

  /// Makes `next` the lane's source; false when it has one.
  boolean attach(Receiver next) {
    return receiver.compareAndSet(null, next);
  }

  void detach(Receiver last) {
    receiver.compareAndSet(last, null);
  }

  /// Ends the source: the transport closes.
  void end() {
    Receiver last = receiver.getAndSet(null);
    if (last != null) {
      last.end();
    }
  }

  /// Asks the driver for the subscription; true once its socket is open. Throws what the driver
  /// says against it.
  boolean open(Link link) {
    if (client != link.client()) {
      client = link.client();
      registrationId = NOT_REGISTERED;
      seal();
    }
    if (subscription == null) {
      register();
    }
    if (subscription == null) {
      return false;
    }
    long status = subscription.channelStatus();
    if (status == ChannelEndpointStatus.ERRORED) {
      throw new TransportException("the driver could not open " + channel);
    }
    return status == ChannelEndpointStatus.ACTIVE;
  }

  private void register() {
    if (registrationId == NOT_REGISTERED) {
      registrationId =
          client.asyncAddSubscription(
              channel, lane.streamId(), null, image -> endedSessions.add(image.sessionId()));
    }
    Subscription opened = client.getSubscription(registrationId);
    if (opened != null) {
      registrationId = NOT_REGISTERED;
      assembler = new ControlledFragmentAssembler(this::onFrame);
      subscription = opened;
    }
  }

  /// The poller's step: hands what has arrived to the source, as far as it has room.
  int poll(Link link, long nowNs) {
    if (client != link.client() || subscription == null) {
      return reopen(link, nowNs);
    }
    for (Integer ended = endedSessions.poll(); ended != null; ended = endedSessions.poll()) {
      assembler.freeSessionBuffer(ended);
    }
    polling = receiver.get();
    if (polling == null) {
      return 0;
    }
    int fragments = subscription.controlledPoll(assembler, FRAGMENTS_PER_POLL);
    if (!batch.isEmpty()) {
      polling.deliver(batch);
      batch = new ArrayList<>();
    }
    return fragments;
  }

  private int reopen(Link link, long nowNs) {
    if (link.isClientClosed() || nowNs - retryAtNs < 0) {
      return 0;
    }
    try {
      return open(link) ? 1 : 0;
    } catch (RuntimeException e) {
      LOG.warn("no subscription on {} {}, next try in 1 s", channel, lane, e);
      registrationId = NOT_REGISTERED;
      retryAtNs = nowNs + RETRY_NANOS;
      return 0;
    }
  }

  /// ABORT gives the last fragment of a frame back to Aeron; it comes again with the next poll.
  private ControlledFragmentHandler.Action onFrame(
      DirectBuffer buffer, int offset, int length, Header header) {
    if (polling.isFull()) {
      tally.sourceFull.increment();
      return ControlledFragmentHandler.Action.ABORT;
    }
    switch (codec.decode(buffer, offset, length)) {
      case FrameCodec.Decoded.Valid(Frame frame) -> {
        tally.received(frame.payload().length);
        polling.take(frame);
        batch.add(frame);
      }
      case FrameCodec.Decoded.Refused(Refusal reason) -> tally.refused(reason);
    }
    return ControlledFragmentHandler.Action.CONTINUE;
  }

  /// Takes the subscription away from a poll that might begin.
  void seal() {
    subscription = null;
  }
}
