package io.tidemark.transport;

import io.aeron.Aeron;
import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.status.AtomicCounter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The embedded driver and the one client on it, which have no threads of their own.
///
/// Owned by the thread that starts it, then by the transport's, at the end by the one that closes
/// it; never by two at a time.
final class Link implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  /// Time between the last use and the unmapping of a log: a poll in progress ends within it.
  private static final long CLOSE_LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long RESOLVER_PAUSE_MILLIS = 100;

  private final TransportConfig config;
  private final Doorbell doorbell;
  private final Tally tally;
  private final Runnable onClientClosing;
  private final Consumer<InetSocketAddress> onPeerGone;
  private MediaDriver driver;
  private DriverLock lock;
  private Aeron client;
  private AtomicBoolean clientClosed;

  /// `onClientClosing` runs after a client has closed its publications and before it unmaps their
  /// memory, whatever the reason; `onPeerGone` on the thread that works, see [PeerEndpoint].
  Link(
      TransportConfig config,
      Doorbell doorbell,
      Tally tally,
      Runnable onClientClosing,
      Consumer<InetSocketAddress> onPeerGone) {
    this.config = config;
    this.doorbell = doorbell;
    this.tally = tally;
    this.onClientClosing = onClientClosing;
    this.onPeerGone = onPeerGone;
    launchDriver();
    try {
      connect();
    } catch (RuntimeException e) {
      closeDriver();
      throw e;
    }
  }

  Aeron client() {
    return client;
  }

  /// Lets driver and client do what they have to do now.
  int work() {
    return driver.sharedAgentInvoker().invoke() + client.conductorAgentInvoker().invoke();
  }

  boolean isClientClosed() {
    return clientClosed.get();
  }

  /// Replaces a client that closed itself, and the driver if that is gone too.
  void reopen() {
    if (!DriverDirectory.isLive(config.aeronDirectory())) {
      closeDriver();
      doorbell.forgetClosed();
      launchDriver();
    }
    connect();
  }

  /// Client first: a client whose driver is gone reports a fatal error.
  @Override
  public void close() {
    CloseHelper.close(this::log, client);
    closeDriver();
  }

  private void closeDriver() {
    CloseHelper.close(this::log, driver);
    CloseHelper.close(this::log, lock);
  }

  void breakDriver() {
    driver.close();
  }

  private void connect() {
    AtomicBoolean closed = new AtomicBoolean();
    client =
        Aeron.connect(
            new Aeron.Context()
                .aeronDirectoryName(config.aeronDirectory().toString())
                .driverTimeoutMs(config.pauseTolerance().toMillis())
                .closeLingerDurationNs(CLOSE_LINGER_NANOS)
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(driver.sharedAgentInvoker())
                .errorHandler(this::log)
                .subscriberErrorHandler(this::log)
                .closeHandler(
                    () -> {
                      onClientClosing.run();
                      closed.set(true);
                    }));
    clientClosed = closed;
  }

  private void launchDriver() {
    driver = MediaDriver.launch(driverContext());
    try {
      lock = DriverLock.take(config.aeronDirectory());
    } catch (RuntimeException e) {
      driver.close();
      throw e;
    }
  }

  /// After a pause of the process, client and driver both find the other one's mark old, and the
  /// client its own. Each of the three timeouts alone closes the client for good, so all three are
  /// the pause tolerance. The driver demands that unblocking comes later than liveness.
  private MediaDriver.Context driverContext() {
    long toleranceNs = config.pauseTolerance().toNanos();
    return new MediaDriver.Context()
        .aeronDirectoryName(config.aeronDirectory().toString())
        .dirDeleteOnStart(true)
        .dirDeleteOnShutdown(true)
        .warnIfDirectoryExists(false)
        .threadingMode(ThreadingMode.INVOKER)
        .asyncExecutorIdleStrategy(new SleepingMillisIdleStrategy(RESOLVER_PAUSE_MILLIS))
        .asyncExecutorThreadFactory(this::resolver)
        .receiveChannelEndpointSupplier(this::receiveEndpoint)
        .sendChannelEndpointSupplier(this::sendEndpoint)
        .mtuLength(config.mtuBytes())
        .socketSndbufLength(config.socketBufferBytes())
        .socketRcvbufLength(config.socketBufferBytes())
        .initialWindowLength(config.receiverWindowBytes())
        .termBufferSparseFile(true)
        .clientLivenessTimeoutNs(toleranceNs)
        .publicationUnblockTimeoutNs(toleranceNs + TimeUnit.SECONDS.toNanos(10))
        .errorHandler(this::log);
  }

  /// Host names are looked up here: that may take seconds.
  private Thread resolver(Runnable task) {
    return Thread.ofPlatform().daemon().name("tidemark-resolver-" + config.self()).unstarted(task);
  }

  private ReceiveChannelEndpoint receiveEndpoint(
      UdpChannel channel,
      DataPacketDispatcher dispatcher,
      AtomicCounter status,
      MediaDriver.Context context) {
    return new ListenEndpoint(
        channel, dispatcher, status, context, doorbell, tally.refusedDatagrams);
  }

  private SendChannelEndpoint sendEndpoint(
      UdpChannel channel, AtomicCounter status, MediaDriver.Context context) {
    return new PeerEndpoint(channel, status, context, doorbell, tally.refusedDatagrams, onPeerGone);
  }

  /// Aeron's own handlers print on stderr, and the client's calls `System.exit` on a timeout.
  private void log(Throwable error) {
    LOG.warn("{}: aeron: {}", config.self(), error.getMessage(), error);
  }
}
