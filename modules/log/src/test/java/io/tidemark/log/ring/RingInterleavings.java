package io.tidemark.log.ring;

import static io.tidemark.log.ring.AppendRing.CLOSED;
import static io.tidemark.log.ring.AppendRing.FULL;
import static io.tidemark.log.ring.AppendRing.NOT_STALLED;
import static io.tidemark.log.ring.AppendRing.NO_ATTACHMENT;
import static io.tidemark.log.ring.Sink.require;

import io.tidemark.log.RecordData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Small scenes whose interleavings the model checker goes through. Each is written out: its
/// threads, and what must hold after them.
final class RingInterleavings {
  /// One scene. Not an interface of the JDK's, through whose calls the model checker does not look.
  interface Scene {
    void play(Memories memories);
  }

  private static final RingConfig CONFIG = new RingConfig(4096, 4, 2032);

  // The model checker takes for shared what a static field leads to.
  private static volatile RingInterleavings scene;

  private final AppendRing ring;
  private final byte[] body = new byte[8192];
  private final MemorySegment target = MemorySegment.ofArray(body);
  private final Object[] attached = new Object[8];
  private int bodyBytes;
  private Runnable[] actors;

  private RingInterleavings(Memories memories) {
    ring = new AppendRing(CONFIG, memories.of(4096, 0, 1));
  }

  private static RingInterleavings begin(Memories memories) {
    scene = new RingInterleavings(memories);
    return scene;
  }

  private static byte[] filled(int length, int fill) {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) fill);
    return payload;
  }

  /// Appends a record, tries once more where the ring is full, and remembers what it was answered.
  private static final class Producer implements Runnable {
    private final RingInterleavings on;
    private final byte[] payload;
    private final boolean copied;
    private long lsn = FULL;
    private volatile boolean refused;

    Producer(RingInterleavings on, int length, int fill) {
      this.on = on;
      payload = filled(length, fill);
      copied = fill % 2 == 0;
    }

    @Override
    public void run() {
      append();
      if (lsn == FULL) {
        append();
      }
      if (lsn > 0 && on.ring.wasRefused(lsn)) {
        refused = true;
      }
    }

    private void append() {
      if (copied) {
        lsn = on.ring.append(RecordData.DATA, false, payload, this);
        return;
      }
      Claim claim = on.ring.newClaim();
      lsn = claim.open(RecordData.DATA, false, payload.length);
      if (lsn > 0) {
        claim.put(0, payload, 0, payload.length);
        claim.commit(this);
      }
    }

    /// Whether its record came out, under its LSN and whole.
    boolean cameOut() {
      int position = 0;
      for (long before = 1; before < lsn; before++) {
        position += 8 + (on.lengthAt(position) + 7) / 8 * 8;
      }
      int start = position + 8;
      return lsn < on.ring.endLsn()
          && on.attached[(int) lsn] == this
          && on.lengthAt(position) == payload.length
          && Arrays.equals(on.body, start, start + payload.length, payload, 0, payload.length);
    }
  }

  private static final class Consumer implements Runnable {
    private final RingInterleavings on;
    private final int drains;
    private long stalledLsn;

    Consumer(RingInterleavings on, int drains) {
      this.on = on;
      this.drains = drains;
    }

    @Override
    public void run() {
      for (int i = 0; i < drains; i++) {
        on.drain();
        stalledLsn = on.ring.stalledLsn();
      }
    }
  }

  /// Drains once, closes, and tells those whose records it did not take.
  private static final class Closer implements Runnable {
    private final RingInterleavings on;
    private long claimedLsn;

    Closer(RingInterleavings on) {
      this.on = on;
    }

    @Override
    public void run() {
      on.drain();
      on.ring.close();
      claimedLsn = on.ring.claimedLsn();
      for (long lsn = on.ring.endLsn(); lsn < claimedLsn; lsn++) {
        if (on.ring.attachment(lsn) instanceof Producer producer) {
          producer.refused = true;
        }
      }
    }
  }

  private void drain() {
    long first = ring.endLsn();
    bodyBytes += ring.drain(target, bodyBytes, body.length - bodyBytes, 4);
    for (long lsn = first; lsn < ring.endLsn(); lsn++) {
      attached[(int) lsn] = ring.attachment(lsn);
    }
  }

  private int lengthAt(int position) {
    return target.get(ValueLayout.JAVA_INT_UNALIGNED, position);
  }

  /// What an actor did is in its fields afterwards.
  private void play(Runnable... roles) {
    actors = roles;
    Thread[] threads = new Thread[actors.length];
    for (int i = 0; i < actors.length; i++) {
      threads[i] = new Thread(actors[i]);
      threads[i].start();
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /// Two producers and the consumer; the ring is almost full at first, and both records wrap.
  static void producersAndConsumer(Memories memories) {
    RingInterleavings on = begin(memories);
    on.ring.append(RecordData.DATA, true, filled(2000, 3), NO_ATTACHMENT);
    on.ring.append(RecordData.DATA, true, filled(1500, 4), NO_ATTACHMENT);
    Producer first = new Producer(on, 700, 1);
    Producer second = new Producer(on, 900, 2);
    Consumer consumer = new Consumer(on, 2);
    on.play(first, second, consumer);
    on.drain();
    on.drain();
    int came = 2;
    for (Producer producer : new Producer[] {first, second}) {
      require(producer.lsn == FULL || producer.cameOut(), "lost LSN %d", producer.lsn);
      came += producer.lsn > 0 ? 1 : 0;
    }
    require(on.ring.endLsn() == came + 1, "%d came, not %d", on.ring.endLsn() - 1, came);
    long stalled = consumer.stalledLsn;
    require(stalled == NOT_STALLED || stalled == 3, "stalled at %d", stalled);
  }

  /// Two producers while the consumer drains and closes.
  static void closeAndClaim(Memories memories) {
    RingInterleavings on = begin(memories);
    Producer first = new Producer(on, 20, 1);
    Producer second = new Producer(on, 30, 2);
    Closer closer = new Closer(on);
    on.play(first, second, closer);
    int claims = 0;
    for (Producer producer : new Producer[] {first, second}) {
      if (producer.lsn != CLOSED) {
        require(producer.lsn < closer.claimedLsn, "claimed after close: %d", producer.lsn);
        boolean taken = on.ring.wasTaken(producer.lsn);
        require(taken == producer.cameOut(), "taken or not? LSN %d", producer.lsn);
        require(taken != producer.refused, "nobody told LSN %d", producer.lsn);
        claims++;
      }
    }
    require(claims == closer.claimedLsn - 1, "%d claims, %d LSNs", claims, closer.claimedLsn - 1);
    require(on.ring.newClaim().open(RecordData.DATA, false, 1) == CLOSED, "not closed");
  }
}
