package io.tidemark.transport;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.status.SystemCounterDescriptor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.CloseHelper;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The embedded driver and the one client on it.
///
/// Owned by the thread that starts it, then by the poller, at the end by the thread that closes the
/// transport; never by two at a time.
final class Link implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  /// Time between the last use and the unmapping of a log: a poll in progress ends within it.
  private static final long CLOSE_LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final TransportConfig config;
  private final Runnable onClientClosing;
  private MediaDriver driver;
  private Aeron client;
  private AtomicBoolean clientClosed;

  /// `onClientClosing` runs on Aeron's thread after a client has closed its publications and before
  /// it unmaps their memory, whatever the reason.
  Link(TransportConfig config, Runnable onClientClosing) {
    this.config = config;
    this.onClientClosing = onClientClosing;
    this.driver = launchDriver();
    try {
      connect();
    } catch (RuntimeException e) {
      driver.close();
      throw e;
    }
  }

  Aeron client() {
    return client;
  }

  boolean isClientClosed() {
    return clientClosed.get();
  }

  /// Replaces a client that closed itself, and the driver if that is gone too.
  void reopen() {
    if (!DriverDirectory.isLive(config.aeronDirectory())) {
      CloseHelper.close(this::log, driver);
      driver = launchDriver();
    }
    connect();
  }

  /// Datagrams that were not Aeron's, since the driver started. The lock keeps the counters mapped,
  /// see [Outbound#offer].
  synchronized long invalidPackets() {
    return clientClosed.get()
        ? 0
        : client.countersReader().getCounterValue(SystemCounterDescriptor.INVALID_PACKETS.id());
  }

  /// Client first: a client whose driver is gone reports a fatal error.
  @Override
  public void close() {
    CloseHelper.close(this::log, client);
    CloseHelper.close(this::log, driver);
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
                .threadFactory(threads("client"))
                .errorHandler(this::log)
                .subscriberErrorHandler(this::log)
                .closeHandler(
                    () -> {
                      onClientClosing.run();
                      markClosed(closed);
                    }));
    clientClosed = closed;
  }

  private synchronized void markClosed(AtomicBoolean closed) {
    closed.set(true);
  }

  /// After a pause of the process, client and driver both find the other one's mark old, and the
  /// client its own. Each of the three timeouts alone closes the client for good, so all three are
  /// the pause tolerance. The driver demands that unblocking comes later than liveness.
  private MediaDriver launchDriver() {
    long toleranceNs = config.pauseTolerance().toNanos();
    return MediaDriver.launch(
        new MediaDriver.Context()
            .aeronDirectoryName(config.aeronDirectory().toString())
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .warnIfDirectoryExists(false)
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(idleStrategy())
            .sharedThreadFactory(threads("driver"))
            .mtuLength(config.mtuBytes())
            .socketSndbufLength(config.socketBufferBytes())
            .socketRcvbufLength(config.socketBufferBytes())
            .initialWindowLength(config.receiverWindowBytes())
            .termBufferSparseFile(true)
            .clientLivenessTimeoutNs(toleranceNs)
            .publicationUnblockTimeoutNs(toleranceNs + TimeUnit.SECONDS.toNanos(10))
            .errorHandler(this::log));
  }

  /// Parks up to a millisecond when idle: a quiet node costs about nothing.
  static IdleStrategy idleStrategy() {
    return new BackoffIdleStrategy(10, 20, 1_000, TimeUnit.MILLISECONDS.toNanos(1));
  }

  private ThreadFactory threads(String role) {
    return threads(config, role);
  }

  static ThreadFactory threads(TransportConfig config, String role) {
    return task ->
        Thread.ofPlatform()
            .daemon()
            .name("tidemark-transport-" + role + "-" + config.self())
            .unstarted(task);
  }

  /// Aeron's own handlers print on stderr, and the client's calls `System.exit` on a timeout.
  private void log(Throwable error) {
    LOG.warn("{}: aeron: {}", config.self(), error.getMessage(), error);
  }
}
