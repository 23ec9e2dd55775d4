package io.tidemark.benchmarks.replicated.member;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusteredMediaDriver;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.Header;
import java.util.Optional;
import java.util.stream.Collectors;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;

/// A member of an Aeron Cluster whose service echoes what is committed, which is how its client
/// knows.
///
/// Changed from the defaults: file sync level 1 for archive, catalogue and consensus module; one
/// thread each for driver, archive, consensus module and service, which back off when idle as the
/// cores are few; a client may come in over IPC.
final class AeronMember implements Member {
  private static final String IPC = "aeron:ipc";
  private static final int SYNC_LEVEL = 1;

  private final Layout layout;
  private final ClusteredMediaDriver driver;
  private final Echo echo = new Echo();

  AeronMember(Layout layout) {
    this.layout = layout;
    String shared = layout.ownShared().toString();
    AeronArchive.Context archiveClient =
        new AeronArchive.Context()
            .aeronDirectoryName(shared)
            .controlRequestChannel(IPC)
            .controlRequestStreamId(AeronArchive.Configuration.localControlStreamId())
            .controlResponseChannel(IPC);
    driver =
        ClusteredMediaDriver.launch(
            new MediaDriver.Context()
                .aeronDirectoryName(shared)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(idle())
                .dirDeleteOnStart(true),
            new Archive.Context()
                .aeronDirectoryName(shared)
                .archiveDir(layout.own().resolve("archive").toFile())
                .threadingMode(ArchiveThreadingMode.SHARED)
                .idleStrategySupplier(AeronMember::idle)
                .fileSyncLevel(SYNC_LEVEL)
                .catalogFileSyncLevel(SYNC_LEVEL)
                .recordingEventsEnabled(false)
                .controlChannel(udp(layout, layout.self(), 4))
                .replicationChannel(udp(Layout.HOST + ":0"))
                .archiveClientContext(archiveClient.clone()),
            new ConsensusModule.Context()
                .aeronDirectoryName(shared)
                .clusterDir(layout.own().resolve("cluster").toFile())
                .clusterMemberId(layout.self())
                .clusterMembers(members(layout))
                .ingressChannel("aeron:udp")
                .isIpcIngressAllowed(true)
                .replicationChannel(udp(Layout.HOST + ":0"))
                .fileSyncLevel(SYNC_LEVEL)
                .idleStrategySupplier(AeronMember::idle)
                .archiveContext(archiveClient.clone()));
    ClusteredServiceContainer.launch(
        new ClusteredServiceContainer.Context()
            .aeronDirectoryName(shared)
            .clusterDir(layout.own().resolve("cluster").toFile())
            .idleStrategySupplier(AeronMember::idle)
            .archiveContext(archiveClient.clone())
            .clusteredService(echo));
  }

  static BackoffIdleStrategy idle() {
    return new BackoffIdleStrategy();
  }

  static String udp(String endpoint) {
    return "aeron:udp?endpoint=" + endpoint;
  }

  private static String udp(Layout layout, int server, int which) {
    return udp(layout.address(server, which));
  }

  /// Number, then endpoints for clients, consensus, log, catch-up and the archive.
  private static String members(Layout layout) {
    return layout
        .servers()
        .mapToObj(
            i ->
                "%d,%s,%s,%s,%s,%s"
                    .formatted(
                        i,
                        layout.address(i, 0),
                        layout.address(i, 1),
                        layout.address(i, 2),
                        layout.address(i, 3),
                        layout.address(i, 4)))
        .collect(Collectors.joining("|"));
  }

  @Override
  public boolean leads() {
    return echo.role == Cluster.Role.LEADER;
  }

  @Override
  public Optional<Producer> producer(Outcomes outcomes) {
    String shared = driver.mediaDriver().aeronDirectoryName();
    return Optional.of(
        echo.role == Cluster.Role.LEADER
            ? AeronProducer.overIpc(shared, outcomes)
            : AeronProducer.overUdp(shared, layout, outcomes));
  }

  /// Sends every message back to who sent it; on the leader only, as all of Aeron's sessions do.
  private static final class Echo implements ClusteredService {
    private volatile Cluster.Role role = Cluster.Role.FOLLOWER;
    private Cluster cluster;

    @Override
    public void onStart(Cluster started, Image snapshot) {
      cluster = started;
      role = started.role();
    }

    @Override
    public void onSessionMessage(
        ClientSession session,
        long timestamp,
        DirectBuffer buffer,
        int offset,
        int length,
        Header header) {
      if (session != null) {
        // The first bytes are enough for the client to know.
        while (session.offer(buffer, offset, Math.min(length, Long.BYTES)) < 0
            && session.isClosing() == false
            && role == Cluster.Role.LEADER) {
          cluster.idleStrategy().idle();
        }
      }
    }

    @Override
    public void onRoleChange(Cluster.Role newRole) {
      role = newRole;
    }

    @Override
    public void onSessionOpen(ClientSession session, long timestamp) {}

    @Override
    public void onSessionClose(ClientSession session, long timestamp, CloseReason reason) {}

    @Override
    public void onTimerEvent(long correlationId, long timestamp) {}

    @Override
    public void onTakeSnapshot(ExclusivePublication snapshot) {}

    @Override
    public void onTerminate(Cluster terminated) {}
  }
}
