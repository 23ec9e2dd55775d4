package io.tidemark.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TransportExecutorTest {
  private static final Config SETTINGS =
      ConfigFactory.parseString(
              """
              near {
                type = Dispatcher
                executor = "io.tidemark.transport.TransportExecutor"
                fork-join-executor {}
              }
              """)
          .withFallback(ConfigFactory.load());

  @TempDir Path root;

  private static String threadOf(ActorSystem system) throws Exception {
    return CompletableFuture.supplyAsync(
            () -> Thread.currentThread().getName(), system.dispatchers().lookup("near"))
        .get(30, TimeUnit.SECONDS);
  }

  @Test
  void aDispatcherRunsOnTheThreadOfItsSystemsTransport() throws Exception {
    ActorSystem system = ActorSystem.create("near", SETTINGS);
    ActorSystem other = ActorSystem.create("other", SETTINGS);
    try (AeronTransport transport =
        AeronTransport.start(Nodes.config(root, 0, Nodes.freeAddress()))) {
      TransportExecutor.attach(system, transport);
      assertThat(threadOf(system)).isEqualTo("tidemark-transport-node-0");
      assertThat(threadOf(other)).startsWith("other-near");
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } finally {
      system.terminate();
      other.terminate();
    }
  }

  @Test
  void aTaskThatFailsHarmsNoOther() throws Exception {
    try (AeronTransport transport =
        AeronTransport.start(Nodes.config(root, 0, Nodes.freeAddress()))) {
      transport
          .thread()
          .execute(
              () -> {
                throw new AssertionError("on purpose");
              });
      CompletableFuture<Void> next = CompletableFuture.runAsync(() -> {}, transport.thread());
      assertThat(next).succeedsWithin(30, TimeUnit.SECONDS);
    }
  }

  /// With Pekko's default it ends the process.
  @Test
  void anErrorOfTheMachineEndsTheSystem() throws Exception {
    ActorSystem system =
        ActorSystem.create(
            "near",
            ConfigFactory.parseString("pekko.jvm-exit-on-fatal-error = off")
                .withFallback(SETTINGS));
    try (AeronTransport transport =
        AeronTransport.start(Nodes.config(root, 0, Nodes.freeAddress()))) {
      TransportExecutor.attach(system, transport);
      system
          .dispatchers()
          .lookup("near")
          .execute(
              () -> {
                throw new OutOfMemoryError("on purpose");
              });
      assertThat(system.getWhenTerminated().toCompletableFuture())
          .succeedsWithin(30, TimeUnit.SECONDS);
    } finally {
      system.terminate();
    }
  }

  @Test
  void whatIsPromptDoesNotWaitBehindAllOthers() throws Exception {
    BlockingQueue<Integer> ran = new LinkedBlockingQueue<>();
    CountDownLatch begin = new CountDownLatch(1);
    try (AeronTransport transport =
        AeronTransport.start(Nodes.config(root, 0, Nodes.freeAddress()))) {
      transport
          .thread()
          .execute(
              () -> {
                try {
                  begin.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      for (int i = 1; i <= 1000; i++) {
        int number = i;
        transport.thread().execute(() -> ran.add(number));
      }
      transport.thread().executePromptly(() -> ran.add(0));
      begin.countDown();
      List<Integer> before = new ArrayList<>();
      for (Integer next = take(ran); next != 0; next = take(ran)) {
        before.add(next);
      }
      assertThat(before).as("at most one round").hasSizeLessThanOrEqualTo(64);
      for (int i = before.size() + 1; i <= 1000; i++) {
        assertThat(take(ran)).isEqualTo(i);
      }
    }
  }

  private static Integer take(BlockingQueue<Integer> ran) throws InterruptedException {
    return ran.poll(30, TimeUnit.SECONDS);
  }

  @Test
  void aTaskRecursOnTheThreadAndOneThatFailsDoesToo() throws Exception {
    BlockingQueue<String> ran = new LinkedBlockingQueue<>();
    Duration period = Duration.ofMillis(40);
    try (AeronTransport transport =
        AeronTransport.start(Nodes.config(root, 0, Nodes.freeAddress()))) {
      long beganNs = System.nanoTime();
      transport.every(
          period,
          () -> {
            ran.add(Thread.currentThread().getName());
            throw new IllegalStateException("on purpose");
          });
      for (int i = 0; i < 3; i++) {
        assertThat(ran.poll(30, TimeUnit.SECONDS)).isEqualTo("tidemark-transport-node-0");
      }
      assertThat(System.nanoTime() - beganNs).isGreaterThanOrEqualTo(3 * period.toNanos());
    }
    ran.clear();
    assertThat(ran.poll(2 * period.toMillis(), TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void aClosedTransportTakesNoTask() throws Exception {
    AeronTransport transport = AeronTransport.start(Nodes.config(root, 0, Nodes.freeAddress()));
    transport.close();
    assertThatThrownBy(() -> transport.thread().execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void theInterfaceNamesAnMtuThatAeronTakes() throws Exception {
    int mtuBytes = TransportConfig.interfaceMtuBytes(Nodes.freeAddress());
    assertThat(mtuBytes).isBetween(1024, 65_472).matches(bytes -> bytes % 32 == 0);
    TransportConfig config = Nodes.config(root, 0, Nodes.freeAddress());
    assertThat(config.withWire(mtuBytes, 1 << 20, 1 << 20).mtuBytes()).isEqualTo(mtuBytes);
  }
}
