package io.tidemark.transport;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AsyncCallback;

/// Frames to and from the other nodes over Aeron UDP; see the package for the whole story.
///
/// Whoever starts it closes it, after the streams: what is in flight at the close is lost.
public final class AeronTransport implements AutoCloseable {
  private static final long BIND_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final TransportConfig config;
  private final Tally tally = new Tally();
  private final Map<Lane, Inbound> inbounds = new EnumMap<>(Lane.class);
  private final Map<Outbound, AsyncCallback<Poller.Answer>> outbounds = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Doorbell doorbell = new Doorbell();
  private volatile Consumer<InetSocketAddress> onPeerGone = _ -> {};
  private final Link link;
  private final Poller poller;
  private final TransportThread thread;

  /// Starts the driver and the client, binds the listen address, starts the thread.
  ///
  /// Blocks for about a quarter of a second, for up to four seconds while another process has the
  /// directory.
  ///
  /// @throws TransportException when the address or the directory is in use, or shared memory is
  ///   too small
  public static AeronTransport start(TransportConfig config) {
    DriverDirectory.prepare(config);
    return new AeronTransport(config);
  }

  private AeronTransport(TransportConfig config) {
    this.config = config;
    String listen = "aeron:udp?endpoint=" + Addresses.endpoint(config.listen());
    for (Lane lane : Lane.values()) {
      inbounds.put(lane, new Inbound(lane, listen, new FrameCodec(config.cluster()), tally));
    }
    link = new Link(config, doorbell, tally, this::seal, peer -> onPeerGone.accept(peer));
    try {
      bind();
    } catch (RuntimeException e) {
      link.close();
      doorbell.close();
      throw e;
    }
    poller = new Poller(link, List.copyOf(inbounds.values()), tally);
    thread =
        new TransportThread(
            doorbell,
            poller,
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("tidemark-transport-" + config.self())
                    .unstarted(task));
    thread.start();
  }

  private void bind() {
    long deadlineNs = System.nanoTime() + config.bindTimeout().toNanos();
    for (Inbound inbound : inbounds.values()) {
      while (!isOpen(inbound)) {
        link.work();
        if (System.nanoTime() - deadlineNs > 0) {
          throw new TransportException(
              "%s did not open within %s".formatted(config.listen(), config.bindTimeout()));
        }
        LockSupport.parkNanos(BIND_POLL_NANOS);
      }
    }
  }

  private boolean isOpen(Inbound inbound) {
    try {
      return inbound.open(link);
    } catch (RuntimeException e) {
      throw new TransportException("cannot listen on " + config.listen() + ": in use?", e);
    }
  }

  /// Sends to `peer`; each materialization has a publication of its own, so materialize it once per
  /// pair and lane.
  ///
  /// A frame for a peer that is not there is dropped and counted. A frame above [#maxPayloadBytes]
  /// fails the stream with [IllegalArgumentException], the closing of the transport with
  /// [TransportException]. The materialized value says that upstream has finished and Aeron has its
  /// last frame, not that the peer has it.
  public Sink<Frame, CompletionStage<Done>> sink(Lane lane, InetSocketAddress peer) {
    Addresses.checkUnicast("peer", peer);
    String channel =
        "aeron:udp?endpoint=%s|term-length=%d|mtu=%d"
            .formatted(Addresses.endpoint(peer), config.termLengthBytes(lane), config.mtuBytes());
    return Sink.fromGraph(new FrameSink(this, lane, channel));
  }

  /// Every valid frame that arrives on `lane`, from all peers, in each peer's order.
  ///
  /// One stream at a time per lane: a second one fails with [IllegalStateException]. While there is
  /// none, arriving frames stay in Aeron's buffers and their senders are back-pressured, so start
  /// both lanes at once. Completes when the transport closes.
  public Source<Frame, NotUsed> source(Lane lane) {
    return Source.fromGraph(new FrameSource(this, inbounds.get(lane)));
  }

  /// From now on `onGone` is told, on the transport's thread, the address of a peer that is sent
  /// something and whose system says that no process listens there: once, until it is heard again.
  /// A host that is gone or cut off is not told of.
  public void watchPeers(Consumer<InetSocketAddress> onGone) {
    onPeerGone = onGone;
  }

  /// Runs `task`, which must not block, on the transport's thread again and again, `period` after
  /// it ran last, until the transport closes. It costs no thread and no wake-up of another one.
  public void every(Duration period, Runnable task) {
    thread.every(period, task);
  }

  /// Largest payload of a frame on `lane`, in bytes.
  public int maxPayloadBytes(Lane lane) {
    return config.maxPayloadBytes(lane);
  }

  /// What has happened so far.
  public TransportCounters counters() {
    return tally.snapshot();
  }

  /// Ends all streams, closes the client, then the driver, and deletes the aeron directory.
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      thread.close();
      outbounds.values().forEach(answer -> answer.invoke(Poller.Answer.CLOSED));
      link.close();
      doorbell.close();
    }
  }

  boolean isClosed() {
    return closed.get();
  }

  TransportThread thread() {
    return thread;
  }

  /// A stage has put something into Aeron's log, or has room again.
  void wake() {
    doorbell.ring();
  }

  Outbound outbound(Lane lane, String channel) {
    return new Outbound(lane, channel, new FrameCodec(config.cluster()), tally);
  }

  Receiver receiver(AsyncCallback<List<Frame>> frames, AsyncCallback<Done> end) {
    return new Receiver(config.sourceBufferFrames(), config.sourceBufferBytes(), frames, end);
  }

  void checkSendable(Lane lane, Frame frame) {
    int maxPayloadBytes = maxPayloadBytes(lane);
    if (frame.payload().length > maxPayloadBytes) {
      throw new IllegalArgumentException(
          "a payload of %d bytes; lane %s takes %d"
              .formatted(frame.payload().length, lane, maxPayloadBytes));
    }
    if (frame.sender() != config.sender()) {
      throw new IllegalArgumentException(
          "a frame of sender %d leaves node %d".formatted(frame.sender(), config.sender()));
    }
  }

  /// Gives the stage's frame to the poller, and lets the stage hear of the close from now on.
  boolean handOver(Outbound outbound, AsyncCallback<Poller.Answer> answer) {
    outbounds.put(outbound, answer);
    return thread.offer(() -> poller.take(outbound, answer));
  }

  void retire(Outbound outbound) {
    outbounds.remove(outbound);
    thread.offer(() -> poller.retire(outbound));
  }

  private void seal() {
    inbounds.values().forEach(Inbound::seal);
    outbounds.keySet().forEach(Outbound::seal);
  }

  /// For tests: what Aeron does to its client after too long a pause.
  void breakClient() {
    thread.execute(() -> link.client().close());
  }

  /// For tests: a driver that is gone.
  void breakDriver() {
    thread.execute(link::breakDriver);
  }
}
