package io.tidemark.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.testkit.packets.NetworkNamespace;
import io.tidemark.testkit.packets.Treatment;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Datagrams between two namespaces: what is to happen to them happens, and nothing else.
final class NamespacesTest {
  private static final int FEW_MILLIS = 300;
  private static final int MANY_MILLIS = 30_000;

  private Undo undo;
  private Namespaces network;
  private DatagramSocket one;
  private DatagramSocket other;

  @BeforeEach
  void make() {
    Needs.forTreatments().ifPresent(Assumptions::abort);
    undo = new Undo();
    network = new Namespaces(2, undo);
    one = socket(0);
    other = socket(1);
    undo.add(one::close);
    undo.add(other::close);
  }

  @AfterEach
  void undo() {
    if (undo != null) {
      undo.close();
    }
  }

  private DatagramSocket socket(int node) {
    CompletableFuture<DatagramSocket> made = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                NetworkNamespace.enter(network.path(node));
                made.complete(new DatagramSocket(network.listen(node)));
              } catch (IOException | RuntimeException e) {
                made.completeExceptionally(e);
              }
            });
    return made.join();
  }

  @Test
  void aCutIsOneWayAndHeals() throws Exception {
    assertThat(arrives(one, other, 1, MANY_MILLIS)).isEqualTo(datagram(1));
    network.cut(0, 1);
    assertThatThrownBy(() -> arrives(one, other, 2, FEW_MILLIS))
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(arrives(other, one, 3, MANY_MILLIS)).isEqualTo(datagram(3));
    network.heal();
    assertThat(arrives(one, other, 4, MANY_MILLIS)).isEqualTo(datagram(4));
  }

  @Test
  void someAreLost() throws Exception {
    network.lose(0, 1, 50);
    int arrived = 0;
    for (int i = 0; i < 100; i++) {
      send(one, other, i);
    }
    try {
      while (true) {
        receive(other, FEW_MILLIS);
        arrived++;
      }
    } catch (SocketTimeoutException _) {
      assertThat(arrived).isBetween(10, 90);
    }
  }

  @Test
  void whatIsDelayedArrivesAsItWasSent() throws Exception {
    network.treat(0, 1, new Treatment(FEW_MILLIS, FEW_MILLIS, 0));
    long sent = System.nanoTime();
    assertThat(arrives(one, other, 1, MANY_MILLIS)).isEqualTo(datagram(1));
    assertThat(System.nanoTime() - sent)
        .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(FEW_MILLIS));
  }

  @Test
  void whatIsCorruptedDiffersInOneBit() throws Exception {
    network.treat(0, 1, new Treatment(0, 0, 100));
    for (int i = 0; i < 20; i++) {
      BitSet bits = BitSet.valueOf(arrives(one, other, i, MANY_MILLIS));
      bits.xor(BitSet.valueOf(datagram(i)));
      assertThat(bits.cardinality()).isEqualTo(1);
    }
    network.heal();
    assertThat(arrives(one, other, 1, MANY_MILLIS)).isEqualTo(datagram(1));
  }

  @Test
  void aCutAlsoHoldsForWhatIsTreated() throws Exception {
    network.treat(0, 1, Treatment.NONE);
    assertThat(arrives(one, other, 1, MANY_MILLIS)).isEqualTo(datagram(1));
    network.cut(0, 1);
    assertThatThrownBy(() -> arrives(one, other, 2, FEW_MILLIS))
        .isInstanceOf(SocketTimeoutException.class);
  }

  private static byte[] datagram(int number) {
    byte[] bytes = new byte[100];
    Arrays.fill(bytes, (byte) number);
    return bytes;
  }

  private static byte[] arrives(
      DatagramSocket from, DatagramSocket to, int number, int withinMillis) throws IOException {
    send(from, to, number);
    return receive(to, withinMillis);
  }

  private static void send(DatagramSocket from, DatagramSocket to, int number) throws IOException {
    byte[] bytes = datagram(number);
    from.send(new DatagramPacket(bytes, bytes.length, to.getLocalSocketAddress()));
  }

  private static byte[] receive(DatagramSocket to, int withinMillis) throws IOException {
    to.setSoTimeout(withinMillis);
    DatagramPacket packet = new DatagramPacket(new byte[1000], 1000);
    to.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }
}
