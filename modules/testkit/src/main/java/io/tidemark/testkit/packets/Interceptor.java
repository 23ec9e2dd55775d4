package io.tidemark.testkit.packets;

import io.tidemark.foundation.Chance;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Whoever sits at the [PacketQueue] of one namespace, in a thread of its own that lives there.
public final class Interceptor implements AutoCloseable {
  private static final int LOOK_AGAIN_MILLIS = 50;

  /// So that times can be compared.
  private static final long START = System.nanoTime();

  private final Thread thread;
  private final CompletableFuture<Void> listening = new CompletableFuture<>();
  private volatile Treatment treatment = Treatment.NONE;
  private volatile boolean closed;

  private record Held(Packet packet, boolean changed, long dueNanos) {}

  private Interceptor(Path namespace, Chance chance) {
    thread =
        Thread.ofPlatform().daemon().name("interceptor").unstarted(() -> run(namespace, chance));
  }

  /// Starts one, which lets everything pass until it is told otherwise; throws an exception if
  /// there is no such queue.
  public static Interceptor start(Path namespace, Chance chance) {
    Interceptor interceptor = new Interceptor(namespace, chance);
    interceptor.thread.start();
    interceptor.listening.join();
    return interceptor;
  }

  /// From now on this happens to what arrives; what is held already goes on when it was to.
  public void treat(Treatment other) {
    treatment = other;
  }

  private void run(Path namespace, Chance chance) {
    try (PacketQueue queue = PacketQueue.open(namespace)) {
      listening.complete(null);
      PriorityQueue<Held> held =
          new PriorityQueue<>(Comparator.comparingLong(packet -> packet.dueNanos() - START));
      while (!closed) {
        queue.receive(millisUntilDue(held), packet -> held.add(hold(packet, chance)));
        release(queue, held);
      }
    } catch (RuntimeException e) {
      if (!listening.completeExceptionally(e) && !closed) {
        throw e;
      }
    }
  }

  private Held hold(Packet packet, Chance chance) {
    Treatment now = treatment;
    int delay = chance.between(now.minDelayMillis(), now.maxDelayMillis());
    long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delay);
    if (packet.canBeCorrupted() && chance.percent(now.corruptPercent())) {
      return new Held(packet.withFlippedBit(chance.below(packet.bits())), true, due);
    }
    return new Held(packet, false, due);
  }

  private static int millisUntilDue(PriorityQueue<Held> held) {
    if (held.isEmpty()) {
      return LOOK_AGAIN_MILLIS;
    }
    long millis = (held.peek().dueNanos() - System.nanoTime()) / 1_000_000 + 1;
    return Math.clamp(millis, 0, LOOK_AGAIN_MILLIS);
  }

  private static void release(PacketQueue queue, PriorityQueue<Held> held) {
    while (!held.isEmpty() && held.peek().dueNanos() - System.nanoTime() <= 0) {
      Held due = held.poll();
      if (due.changed()) {
        queue.acceptChanged(due.packet());
      } else {
        queue.accept(due.packet());
      }
    }
  }

  /// Drops what it holds.
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
