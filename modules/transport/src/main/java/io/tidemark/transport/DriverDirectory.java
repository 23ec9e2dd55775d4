package io.tidemark.transport;

import io.aeron.CncFileDescriptor;
import io.aeron.CommonContext;
import io.aeron.exceptions.AeronException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.agrona.IoUtil;

/// The directory of the embedded driver: what must be true of it before a driver starts there.
final class DriverDirectory {
  /// The driver's own files: commands, counters, error and loss reports.
  private static final long DRIVER_BYTES = 16L * 1024 * 1024;

  private static final int TERMS_PER_LOG = 3;

  /// A driver marks its file once a second; one that was silent for this long is dead.
  private static final int HEARTBEAT_MILLIS = 2_500;

  private static final int HEARTBEAT_CHECKS = 40;

  private DriverDirectory() {}

  /// Removes what a killed process left and makes sure that the logs of all peers fit.
  static void prepare(TransportConfig config) {
    Path directory = config.aeronDirectory();
    try {
      refuseForeign(directory);
      refuseLive(directory);
      IoUtil.delete(directory.toFile(), true);
      refuseSmall(directory, neededBytes(config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The driver deletes its directory whatever is in it. A mistyped setting must not cost a home
  /// directory, so only an empty one or one with a driver's command file is taken.
  private static void refuseForeign(Path directory) throws IOException {
    if (!Files.exists(directory) || Files.exists(directory.resolve(CncFileDescriptor.CNC_FILE))) {
      return;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      if (entries.findAny().isPresent()) {
        throw new TransportException(
            "aeron directory %s holds other files; it would be deleted".formatted(directory));
      }
    }
  }

  /// Waits a while for a process that is about to end.
  private static void refuseLive(Path directory) {
    for (int i = 0; isInUse(directory); i++) {
      if (i == HEARTBEAT_CHECKS) {
        throw new TransportException(
            "aeron directory %s is in use by a running driver".formatted(directory));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  /// A driver without a lock that was killed a moment ago still looks alive, until its mark is old.
  static boolean isInUse(Path directory) {
    return switch (DriverLock.of(directory)) {
      case HELD -> true;
      case RELEASED -> false;
      case NONE -> isLive(directory);
    };
  }

  static boolean isLive(Path directory) {
    try {
      return CommonContext.isDriverActive(directory.toFile(), HEARTBEAT_MILLIS, _ -> {});
    } catch (AeronException | IllegalArgumentException unreadable) {
      return false; // half written by a process that died at start, or of another Aeron version
    }
  }

  private static void refuseSmall(Path directory, long neededBytes) throws IOException {
    Path existing = directory.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    long availableBytes = Files.getFileStore(existing).getUsableSpace();
    if (availableBytes < neededBytes) {
      throw new TransportException(
          ("aeron directory %s needs %d bytes, its file system has %d;"
                  + " enlarge it, or lower the term lengths or the number of peers")
              .formatted(directory, neededBytes, availableBytes));
    }
  }

  /// One log out and one log in for each peer and lane. The files are sparse, but a full file
  /// system met later is a SIGBUS in the middle of an offer.
  static long neededBytes(TransportConfig config) {
    long perPeer = 0;
    for (Lane lane : Lane.values()) {
      perPeer += 2L * TERMS_PER_LOG * config.termLengthBytes(lane);
    }
    return DRIVER_BYTES + config.peers() * perPeer;
  }
}
