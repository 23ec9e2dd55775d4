package io.tidemark.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.transport.DriverLock.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who lives in the directory of a driver.
@Timeout(60)
class DriverLockTest {
  private static final String UP = "UP";

  @TempDir Path root;

  @Test
  void isHeldFromStartToClose() throws Exception {
    TransportConfig config = Nodes.config(root, 0, Nodes.freeAddress());
    assertThat(DriverLock.of(config.aeronDirectory())).isEqualTo(State.NONE);
    try (AeronTransport transport = AeronTransport.start(config)) {
      assertThat(DriverLock.of(config.aeronDirectory())).isEqualTo(State.HELD);
      assertThat(transport.counters().framesSent()).isZero();
    }
    assertThat(DriverLock.of(config.aeronDirectory())).isEqualTo(State.NONE);
  }

  /// Its driver looks alive for seconds.
  @Test
  void aProcessThatWasKilledHoldsItNoMore() throws Exception {
    TransportConfig config = Nodes.config(root, 0, Nodes.freeAddress());
    Process other = start(config.listen());
    try {
      assertThat(other.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo(UP);
      assertThat(DriverLock.of(config.aeronDirectory())).isEqualTo(State.HELD);
    } finally {
      other.destroyForcibly();
      other.onExit().join();
    }
    assertThat(DriverLock.of(config.aeronDirectory())).isEqualTo(State.RELEASED);
    assertThat(DriverDirectory.isLive(config.aeronDirectory())).isTrue();
    assertThat(DriverDirectory.isInUse(config.aeronDirectory())).isFalse();
    DriverDirectory.prepare(config);
    assertThat(config.aeronDirectory()).doesNotExist();
  }

  private Process start(InetSocketAddress listen) throws IOException {
    return new ProcessBuilder(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DriverLockTest.class.getName(),
                root.toString(),
                Integer.toString(listen.getPort())))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /// The other process; it ends when its input does.
  public static void main(String[] arguments) throws IOException {
    InetSocketAddress listen =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
    TransportConfig config = Nodes.config(Path.of(arguments[0]), 0, listen);
    try (AeronTransport transport = AeronTransport.start(config)) {
      System.out.println(UP);
      int end = System.in.read();
      while (end >= 0) {
        end = System.in.read();
      }
      assertThat(transport.counters().framesSent()).isZero();
    }
  }
}
