package io.tidemark.log.ring;

import static io.tidemark.log.ring.AppendRing.CLOSED;
import static io.tidemark.log.ring.AppendRing.FULL;
import static io.tidemark.log.ring.Sink.require;

import io.tidemark.foundation.Chance;
import io.tidemark.log.RecordData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Many short epochs, each closed while its producers append. Whoever waits for a record that was
/// not taken must have been told, by its producer or by the closer.
final class RingCloseStress {
  private static final int PRODUCERS = 3;
  private static final RingConfig CONFIG = new RingConfig(4096, 64, 200);

  private final Memories memories;
  private final int rounds;
  private final long deadlineNanos;
  private final CyclicBarrier together = new CyclicBarrier(PRODUCERS + 1);
  private volatile AppendRing ring;

  /// Who waits for a record.
  private static final class Waiter {
    private volatile boolean refused;
    private long lsn;
  }

  RingCloseStress(int rounds, int seconds, Memories memories) {
    this.memories = memories;
    this.rounds = rounds;
    this.deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  void run() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS)) {
      Chance chance = new Chance(7);
      for (int round = 0; round < rounds; round++) {
        ring = new AppendRing(CONFIG, memories.empty(CONFIG));
        List<Future<List<Waiter>>> running = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
          Callable<List<Waiter>> producer = this::produceUntilClosed;
          running.add(threads.submit(producer));
        }
        together.await();
        long claimedLsn = drainAndClose(chance.below(200));
        List<Waiter> waiters = new ArrayList<>();
        for (Future<List<Waiter>> one : running) {
          waiters.addAll(one.get());
        }
        check(waiters, claimedLsn);
      }
    }
  }

  private List<Waiter> produceUntilClosed() throws Exception {
    AppendRing mine = ring;
    byte[] payload = new byte[24];
    List<Waiter> waiters = new ArrayList<>();
    together.await();
    while (true) {
      Waiter waiter = new Waiter();
      long lsn = mine.append(RecordData.DATA, false, payload, waiter);
      if (lsn == CLOSED) {
        return waiters;
      } else if (lsn == FULL) {
        require(System.nanoTime() < deadlineNanos, "never closed");
        Thread.yield();
      } else {
        waiter.lsn = lsn;
        waiters.add(waiter);
        if (mine.wasRefused(lsn)) {
          waiter.refused = true;
        }
      }
    }
  }

  private long drainAndClose(int records) {
    Sink sink = new Sink(ring, 4096);
    int left = records;
    while (left > 0) {
      List<Drained> drained = sink.drain(4096, left);
      left -= drained.size();
      if (drained.isEmpty()) {
        require(System.nanoTime() < deadlineNanos, "stuck at LSN %d", ring.endLsn());
        Thread.yield();
      }
    }
    ring.close();
    long claimedLsn = ring.claimedLsn();
    for (long lsn = ring.endLsn(); lsn < claimedLsn; lsn++) {
      if (ring.attachment(lsn) instanceof Waiter waiter) {
        waiter.refused = true;
      }
    }
    return claimedLsn;
  }

  private void check(List<Waiter> waiters, long claimedLsn) {
    for (Waiter waiter : waiters) {
      require(waiter.lsn < claimedLsn, "claimed after the close: %d", waiter.lsn);
      require(
          waiter.refused != ring.wasTaken(waiter.lsn),
          "LSN %d of %d was refused: %s",
          waiter.lsn,
          ring.endLsn(),
          waiter.refused);
    }
    require(waiters.size() == claimedLsn - 1, "%d claims up to %d", waiters.size(), claimedLsn);
    long distinct = waiters.stream().mapToLong(waiter -> waiter.lsn).distinct().count();
    require(distinct == waiters.size(), "one LSN told twice");
  }
}
