package io.tidemark.log.ring;

import static io.tidemark.log.ring.AppendRing.FULL;
import static io.tidemark.log.ring.AppendRing.NO_ATTACHMENT;
import static io.tidemark.log.ring.Sink.require;

import io.tidemark.foundation.Chance;
import io.tidemark.log.RecordData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/// Producers and a consumer as fast as they can, on real threads.
///
/// A payload is `LSN | producer | sequence | anything | CRC32C`, where the LSN is 0 if the producer
/// could not know it yet. Every producer remembers which LSN each record was told, the consumer at
/// which it came; a tenth is aborted.
final class RingStress {
  private static final int PRODUCER = 8;
  private static final int SEQUENCE = 12;
  private static final int LEAST_BYTES = 20;

  private final AppendRing ring;
  private final RingConfig config;
  private final int producers;
  private final int recordsEach;
  private final long baseLsn;
  private final long deadlineNanos;

  // By producer and sequence, each written by one thread and read after that one was joined.
  private final long[][] told;
  private final long[][] came;
  private final BitSet voids = new BitSet();
  private volatile boolean stopped;

  /// Who waits for a record.
  private record Ticket(int producer, int sequence) {}

  RingStress(RingConfig config, int producers, int recordsEach, int seconds, Memories memories) {
    this.config = config;
    this.producers = producers;
    this.recordsEach = recordsEach;
    this.baseLsn = (1L << 28) - 30_000;
    this.ring =
        new AppendRing(config, memories.of(config.capacityBytes(), (1L << 35) - 10_000, baseLsn));
    this.deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    this.told = new long[producers][recordsEach];
    this.came = new long[producers][recordsEach];
  }

  void run() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(producers)) {
      List<Future<?>> running = new ArrayList<>();
      for (int producer = 0; producer < producers; producer++) {
        int number = producer;
        running.add(threads.submit(() -> produce(number)));
      }
      try {
        consume(running);
      } finally {
        stopped = true;
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    compare();
  }

  private void produce(int producer) {
    Chance chance = new Chance(producer);
    Claim claim = ring.newClaim();
    for (int sequence = 0; sequence < recordsEach; sequence++) {
      int length = chance.percent(99) ? 100 : config.maxRecordBytes();
      ByteBuffer payload = ByteBuffer.allocate(LEAST_BYTES + chance.below(length - LEAST_BYTES));
      long lsn = FULL;
      while (lsn == FULL && !stopped) {
        lsn =
            sequence % 2 == 0
                ? append(producer, sequence, payload)
                : fill(claim, producer, sequence, payload);
        if (lsn == FULL) {
          Thread.yield();
        }
      }
      told[producer][sequence] = sequence % 10 == 1 ? -lsn : lsn;
    }
  }

  private long append(int producer, int sequence, ByteBuffer payload) {
    seal(0, producer, sequence, payload);
    return ring.append(RecordData.DATA, false, payload.array(), new Ticket(producer, sequence));
  }

  private long fill(Claim claim, int producer, int sequence, ByteBuffer payload) {
    long lsn = claim.open(RecordData.DATA, true, sequence, payload.capacity());
    if (lsn > 0) {
      seal(lsn, producer, sequence, payload);
      claim.put(0, payload);
      if (sequence % 10 == 1) {
        claim.abort();
      } else {
        claim.commit(new Ticket(producer, sequence));
      }
    }
    return lsn;
  }

  private static void seal(long lsn, int producer, int sequence, ByteBuffer payload) {
    payload.clear().order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(payload.array(), (byte) (sequence | 1));
    payload.putLong(0, lsn).putInt(PRODUCER, producer).putInt(SEQUENCE, sequence);
    payload.putInt(payload.capacity() - Integer.BYTES, checksum(payload));
  }

  private static int checksum(ByteBuffer payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload.slice(0, payload.capacity() - Integer.BYTES));
    return (int) crc.getValue();
  }

  private void consume(List<Future<?>> running) {
    Sink sink = new Sink(ring, 1 << 16);
    int[] nextSequence = new int[producers];
    boolean last = false;
    while (!last) {
      last = running.stream().allMatch(Future::isDone);
      List<Drained> drained = sink.drain();
      for (Drained record : drained) {
        check(record, nextSequence);
      }
      if (drained.isEmpty()) {
        require(System.nanoTime() < deadlineNanos, "stuck at LSN %d", ring.endLsn());
        Thread.yield();
      }
      last &= ring.endLsn() == ring.claimedLsn();
    }
  }

  private void check(Drained record, int[] nextSequence) {
    if (record.type() == RecordData.VOID) {
      voids.set((int) (record.lsn() - baseLsn));
      require(isZero(record.payload()), "a void record is not empty: %s", record);
      require(
          record.attachment().equals(NO_ATTACHMENT), "a void record has an attachment: %s", record);
      return;
    }
    ByteBuffer payload = ByteBuffer.wrap(record.payload()).order(ByteOrder.LITTLE_ENDIAN);
    require(payload.capacity() >= LEAST_BYTES, "no record of ours: %s", record);
    int stored = payload.getInt(payload.capacity() - Integer.BYTES);
    require(stored == checksum(payload), "wrong bytes: %s", record);
    long lsn = payload.getLong(0);
    require(lsn == 0 || lsn == record.lsn(), "told LSN %d and came at %s", lsn, record);
    int producer = payload.getInt(PRODUCER);
    int sequence = payload.getInt(SEQUENCE);
    require(sequence >= nextSequence[producer], "out of order: %s", record);
    nextSequence[producer] = sequence + 1;
    require(record.key() == (sequence % 2 == 0 ? 0 : sequence), "wrong key: %s", record);
    require(record.attachment().equals(new Ticket(producer, sequence)), "attached: %s", record);
    came[producer][sequence] = record.lsn();
  }

  private static boolean isZero(byte[] payload) {
    for (byte each : payload) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private void compare() {
    int aborted = 0;
    for (int producer = 0; producer < producers; producer++) {
      for (int sequence = 0; sequence < recordsEach; sequence++) {
        long lsn = told[producer][sequence];
        boolean there =
            lsn > 0 ? came[producer][sequence] == lsn : voids.get((int) (-lsn - baseLsn));
        require(there, "told LSN %d and came at %d", lsn, came[producer][sequence]);
        aborted += lsn < 0 ? 1 : 0;
      }
    }
    require(voids.cardinality() == aborted, "%d aborted, not %d", aborted, voids.cardinality());
    long all = (long) producers * recordsEach;
    require(ring.endLsn() - baseLsn == all, "%d records of %d", ring.endLsn() - baseLsn, all);
  }
}
