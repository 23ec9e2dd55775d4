package io.tidemark.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LifecycleTest {
  @TempDir Path root;

  @Test
  void closeDeletesTheDirectoryAndMayBeCalledAgain() throws Exception {
    TransportConfig config = Nodes.config(root, 0, Nodes.freeAddress());
    AeronTransport transport = AeronTransport.start(config);
    assertThat(config.aeronDirectory()).exists();
    transport.close();
    assertThat(config.aeronDirectory()).doesNotExist();
    transport.close();
    AeronTransport.start(config).close();
  }

  @Test
  void closeEndsTheStreams() throws Exception {
    ActorSystem system = ActorSystem.create("closing");
    AeronTransport transport = AeronTransport.start(Nodes.config(root, 0, Nodes.freeAddress()));
    InetSocketAddress nobody = Nodes.freeAddress();
    CompletionStage<List<Frame>> received = transport.source(Lane.BULK).runWith(Sink.seq(), system);
    CompletionStage<Done> sent =
        Source.repeat(Nodes.frame(1, 10)).runWith(transport.sink(Lane.BULK, nobody), system);
    CompletionStage<Done> idle =
        Source.<Frame>maybe().runWith(transport.sink(Lane.CONTROL, nobody), system);
    Nodes.await().until(() -> transport.counters().droppedNotConnected() > 0);

    transport.close();

    assertThat(received.toCompletableFuture()).succeedsWithin(5, TimeUnit.SECONDS);
    for (CompletionStage<Done> each : List.of(sent, idle)) {
      assertThat(each.toCompletableFuture())
          .failsWithin(5, TimeUnit.SECONDS)
          .withThrowableThat()
          .withCauseInstanceOf(TransportException.class);
    }
    assertThat(transport.source(Lane.BULK).runWith(Sink.seq(), system).toCompletableFuture())
        .succeedsWithin(5, TimeUnit.SECONDS);
    system.terminate();
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      InetSocketAddress listen =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
      TransportConfig config = Nodes.config(root, 0, listen);
      assertThatThrownBy(() -> AeronTransport.start(config))
          .isInstanceOf(TransportException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
      assertThat(config.aeronDirectory()).doesNotExist();
    }
  }

  @Test
  void whatAKilledProcessLeftIsRemoved() throws Exception {
    TransportConfig config = Nodes.config(root, 0, Nodes.freeAddress());
    Files.createDirectories(config.aeronDirectory().resolve("images"));
    Files.write(config.aeronDirectory().resolve("cnc.dat"), new byte[100]);
    Path stale = Files.write(config.aeronDirectory().resolve("images/1.logbuffer"), new byte[10]);
    try (AeronTransport transport = AeronTransport.start(config)) {
      assertThat(stale).doesNotExist();
      assertThat(transport.counters().clientRestarts()).isZero();
    }
  }

  @Test
  void aDirectoryWithOtherFilesIsNotDeleted() throws Exception {
    TransportConfig config = Nodes.config(root, 0, Nodes.freeAddress());
    Files.createDirectories(config.aeronDirectory());
    Path precious = Files.write(config.aeronDirectory().resolve("thesis.tex"), new byte[10]);
    assertThatThrownBy(() -> AeronTransport.start(config)).isInstanceOf(TransportException.class);
    assertThat(precious).exists();
  }

  @Test
  void aDirectoryOfARunningDriverIsRefused() throws Exception {
    TransportConfig config = Nodes.config(root, 0, Nodes.freeAddress());
    try (AeronTransport transport = AeronTransport.start(config)) {
      assertThatThrownBy(() -> AeronTransport.start(config))
          .isInstanceOf(TransportException.class)
          .hasMessageContaining("in use");
      assertThat(transport.counters().framesSent()).isZero();
    }
  }

  @Test
  void tooLittleSharedMemoryIsToldInNumbers() throws Exception {
    int gib = 1024 * 1024 * 1024;
    TransportConfig config =
        Nodes.config(root, 0, Nodes.freeAddress()).withPeers(1_000).withWire(1408, gib, gib);
    assertThatThrownBy(() -> AeronTransport.start(config))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining(config.aeronDirectory().toString())
        .hasMessageContaining(String.valueOf(DriverDirectory.neededBytes(config)));
  }

  @Test
  void aConfigurationIsCheckedAtBirth() throws Exception {
    TransportConfig config = Nodes.config(root, 0, Nodes.freeAddress());
    assertThatThrownBy(() -> config.withWire(1400, 1 << 20, 1 << 16))
        .hasMessageContaining("mtuBytes");
    assertThatThrownBy(() -> config.withWire(16_384, 1 << 20, 1 << 16))
        .hasMessageContaining("eighth");
    assertThatThrownBy(() -> config.withWire(1408, 1_000_000, 1 << 16))
        .hasMessageContaining("bulkTermLengthBytes");
    assertThatThrownBy(() -> config.withPeers(0)).hasMessageContaining("peers");
    assertThatThrownBy(() -> Nodes.config(root, 0, new InetSocketAddress("0.0.0.0", 4000)))
        .hasMessageContaining("listen address");
    assertThatThrownBy(() -> Nodes.config(root, 0, new InetSocketAddress("127.0.0.1", 0)))
        .hasMessageContaining("no port");
  }
}
