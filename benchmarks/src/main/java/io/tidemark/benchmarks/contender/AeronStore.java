package io.tidemark.benchmarks.contender;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveMarkFile;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/// A driver with its archive, a client of both, and a recording for each partition.
///
/// Driver and archive have one thread each, of the two cores that the measured machines have.
final class AeronStore implements Store {
  private static final String IPC = "aeron:ipc";

  private final ArchivingMediaDriver driver;
  private final Aeron aeron;
  private final AeronArchive archive;
  private final List<AeronRecording> recordings;
  private final UnsafeBuffer payload = new UnsafeBuffer();

  AeronStore(Path directory, Setup setup) throws IOException {
    // A killed process leaves a mark that looks alive for ten seconds; an archive waits for nobody
    // and refuses. Here it is known that nobody has the directory.
    Files.deleteIfExists(archiveIn(directory).resolve(ArchiveMarkFile.FILENAME));
    driver = launch(directory, setup);
    String shared = driver.mediaDriver().aeronDirectoryName();
    aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(shared));
    archive =
        AeronArchive.connect(
            new AeronArchive.Context()
                .aeron(aeron)
                .controlRequestChannel(IPC)
                .controlRequestStreamId(driver.archive().context().localControlStreamId())
                .controlResponseChannel(IPC));
    List<AeronRecording.Extent> found = AeronRecording.list(archive);
    recordings = new ArrayList<>();
    for (int i = 0; i < setup.partitions(); i++) {
      recordings.add(
          found.isEmpty()
              ? AeronRecording.begin(archive, i, setup.partitions())
              : AeronRecording.extend(archive, found.get(i)));
    }
  }

  static Path archiveIn(Path directory) {
    return directory.resolve("archive");
  }

  static String sharedFor(Path directory) {
    return CommonContext.getAeronDirectoryName()
        + "-benchmark-"
        + Integer.toHexString(directory.hashCode());
  }

  private static ArchivingMediaDriver launch(Path directory, Setup setup) {
    String shared = sharedFor(directory);
    int syncLevel = setup.synced() ? 1 : 0;
    Archive.Context archive =
        new Archive.Context()
            .aeronDirectoryName(shared)
            .archiveDir(archiveIn(directory).toFile())
            .threadingMode(ArchiveThreadingMode.SHARED)
            .fileSyncLevel(syncLevel)
            .catalogFileSyncLevel(syncLevel)
            .maxConcurrentRecordings(setup.partitions() + 1)
            .recordingEventsEnabled(false)
            .controlChannelEnabled(false)
            .archiveClientContext(new AeronArchive.Context().controlResponseChannel(IPC))
            .replicationChannel("aeron:udp?endpoint=localhost:0");
    if (setup.checksummed()) {
      archive.recordChecksum(Checksums.crc32c()).replayChecksum(Checksums.crc32c());
    }
    return ArchivingMediaDriver.launch(
        new MediaDriver.Context()
            .aeronDirectoryName(shared)
            .threadingMode(ThreadingMode.SHARED)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true),
        archive);
  }

  @Override
  public void append(Load load) {
    int sent = 0;
    int durable = 0;
    long sentAtNanos = 0;
    while (durable < load.records()) {
      int limit = Math.min(load.records(), durable + load.outstanding());
      if (sent < limit) {
        sentAtNanos = System.nanoTime();
        sent = offer(load, sent, limit);
      }
      int before = durable;
      for (AeronRecording recording : recordings) {
        durable += recording.takeDurable();
      }
      if (durable == before) {
        Thread.yield();
      } else {
        load.waited(System.nanoTime() - sentAtNanos);
      }
    }
  }

  /// Hands over records from number `from` on, as long as there is room; returns where it stopped.
  private int offer(Load load, int from, int limit) {
    for (int i = from; i < limit; i++) {
      payload.wrap(load.payloads().get(i));
      if (!recordings.get(i % recordings.size()).offer(payload)) {
        return i;
      }
    }
    return limit;
  }

  @Override
  public void readAll(long records) {
    long found = 0;
    for (AeronRecording recording : recordings) {
      found += recording.replay(records / recordings.size());
    }
    Found.check(found, records);
  }

  /// Clients before the driver they use.
  @Override
  public void close() {
    recordings.forEach(AeronRecording::close);
    CloseHelper.closeAll(archive, aeron, driver);
  }
}
