package io.tidemark.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whoever sleeps here would sleep for an hour if the bell were not heard.
@Timeout(60)
class DoorbellTest {
  private static final long AN_HOUR = TimeUnit.HOURS.toMillis(1);

  private final Doorbell doorbell = new Doorbell();
  private final Thread sleeper =
      Thread.ofPlatform().daemon().unstarted(() -> doorbell.sleep(AN_HOUR));

  @AfterEach
  void close() throws Exception {
    doorbell.ring();
    sleeper.join();
    doorbell.close();
  }

  private void awaitAsleep() {
    Nodes.await().until(() -> sleeper.getState() == Thread.State.RUNNABLE && isSelecting());
  }

  private boolean isSelecting() {
    StackTraceElement[] stack = sleeper.getStackTrace();
    return stack.length > 0 && stack[0].getMethodName().equals("wait");
  }

  @Test
  void aRingEndsASleep() throws Exception {
    sleeper.start();
    awaitAsleep();
    doorbell.ring();
    sleeper.join();
  }

  @Test
  void aRingThatWasNotHeardYetPreventsASleep() throws Exception {
    doorbell.ring();
    sleeper.start();
    sleeper.join();
  }

  @Test
  void aRingThatWasHeardDoesNot() {
    doorbell.ring();
    doorbell.hear();
    sleeper.start();
    awaitAsleep();
  }

  @Test
  void aDatagramEndsASleep() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (DatagramChannel socket = DatagramChannel.open();
        DatagramSocket peer = new DatagramSocket()) {
      socket.bind(new InetSocketAddress(loopback, 0)).configureBlocking(false);
      doorbell.watch(socket);
      sleeper.start();
      awaitAsleep();
      peer.send(new DatagramPacket(new byte[1], 1, socket.getLocalAddress()));
      sleeper.join();
    }
  }

  @Test
  void nobodyIsForgottenHoweverTheyMeet() {
    int rings = 20_000;
    CompletableFuture<Void> heard =
        CompletableFuture.runAsync(
            () -> {
              for (int seen = 0; seen < rings; ) {
                doorbell.hear();
                int now = rung;
                if (now == seen) {
                  doorbell.sleep(AN_HOUR);
                }
                seen = now;
              }
            });
    for (int i = 1; i <= rings; i++) {
      rung = i;
      doorbell.ring();
      if (i % 16 == 0) {
        Thread.yield();
      }
    }
    assertThat(heard).succeedsWithin(30, TimeUnit.SECONDS);
  }

  private volatile int rung;
}
