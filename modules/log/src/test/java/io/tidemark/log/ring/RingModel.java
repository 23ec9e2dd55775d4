package io.tidemark.log.ring;

import static io.tidemark.log.ring.AppendRing.CLOSED;
import static io.tidemark.log.ring.AppendRing.FULL;
import static io.tidemark.log.ring.AppendRing.NOT_STALLED;
import static io.tidemark.log.ring.AppendRing.NO_ATTACHMENT;
import static io.tidemark.log.ring.AppendRing.TOO_LARGE;
import static io.tidemark.log.ring.Sink.require;

import io.tidemark.foundation.Chance;
import io.tidemark.log.RecordData;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A ring, and beside it what it should do: a queue of records, two counters of bytes, two of LSNs.
///
/// One seed makes the whole run. The counters are whole longs that never wrap.
final class RingModel {
  private static final int OPEN_CLAIMS = 5;

  private final Chance chance;
  private final RingConfig config;
  private final RingMemory memory;
  private final AppendRing ring;
  private final Sink sink;

  private final Deque<Entry> queue = new ArrayDeque<>();
  private final Map<Claim, Entry> open = new HashMap<>();
  private final List<Claim> idle = new ArrayList<>();
  private long nextLsn;
  private long tailBytes;
  private long headBytes;
  private boolean closed;

  /// What was claimed: `record` is what must come out once it is committed.
  private static final class Entry {
    private final long startBytes;
    private final int frameBytes;
    private Drained record;
    private boolean committed;

    Entry(long startBytes, int frameBytes, Drained record) {
      this.startBytes = startBytes;
      this.frameBytes = frameBytes;
      this.record = record;
    }
  }

  RingModel(long seed, long position, long baseLsn, Memories memories) {
    this.chance = new Chance(seed);
    int capacityBytes = 4096 << chance.below(3);
    int maxRecords = 1 << chance.below(9);
    this.config = new RingConfig(capacityBytes, maxRecords, capacityBytes / 2 - 16);
    this.memory = memories.of(capacityBytes, position, baseLsn);
    this.ring = new AppendRing(config, memory);
    this.sink = new Sink(ring, capacityBytes);
    this.nextLsn = baseLsn;
    this.tailBytes = position % (1L << 35) * 8;
    this.headBytes = tailBytes;
    for (int i = 0; i < OPEN_CLAIMS; i++) {
      idle.add(ring.newClaim());
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      check();
    }
    while (!open.isEmpty()) {
      endOne();
    }
    drain(config.capacityBytes(), config.maxRecords());
    drain(config.capacityBytes(), config.maxRecords());
    require(queue.isEmpty(), "%d records stay in the ring", queue.size());
    require(isAllZeros(), "an empty ring is not all zeros");
    close();
  }

  private void step() {
    switch (chance.below(8)) {
      case 0, 1 -> append();
      case 2, 3 -> openOne();
      case 4, 5 -> endOne();
      default -> drain(chance.below(config.capacityBytes()), chance.below(2 * config.maxRecords()));
    }
  }

  private void append() {
    byte[] payload = randomPayload();
    int type = type();
    boolean optional = chance.percent(50);
    Object attachment = chance.percent(50) ? "waits for " + nextLsn : NO_ATTACHMENT;
    long answer =
        switch (chance.below(3)) {
          case 0 -> ring.append(type, optional, payload, attachment);
          case 1 -> ring.append(type, optional, ByteBuffer.wrap(payload), attachment);
          default -> ring.append(type, optional, MemorySegment.ofArray(payload), attachment);
        };
    int flags = optional ? 1 : 0;
    if (expectClaim(
        answer, payload.length, new Drained(nextLsn, type, flags, 0, payload, attachment))) {
      queue.getLast().committed = true;
    }
  }

  private void openOne() {
    if (idle.isEmpty()) {
      return;
    }
    Claim claim = idle.removeLast();
    byte[] payload = randomPayload();
    int type = type();
    boolean keyed = chance.percent(50);
    long key = keyed ? chance.bits() : 0;
    long answer =
        keyed
            ? claim.open(type, false, key, payload.length)
            : claim.open(type, false, payload.length);
    Drained record =
        new Drained(nextLsn, type, keyed ? 2 : 0, key, payload, "waits for " + nextLsn);
    if (expectClaim(answer, payload.length, record)) {
      open.put(claim, queue.getLast());
    } else {
      idle.add(claim);
    }
  }

  private void endOne() {
    if (open.isEmpty()) {
      return;
    }
    Claim claim = List.copyOf(open.keySet()).get(chance.below(open.size()));
    Entry entry = open.remove(claim);
    Drained record = entry.record;
    claim.put(0, record.payload(), 0, record.payload().length);
    if (chance.percent(25)) {
      claim.abort();
      int length = record.payload().length + (record.flags() == 2 ? 8 : 0);
      entry.record =
          new Drained(record.lsn(), RecordData.VOID, 1, 0, new byte[length], NO_ATTACHMENT);
    } else {
      claim.commit(record.attachment());
    }
    entry.committed = true;
    idle.add(claim);
  }

  /// Whether the claim had to succeed, and then it is in the queue.
  private boolean expectClaim(long answer, int payloadBytes, Drained record) {
    int frameBytes = (8 + (record.flags() & 2) * 4 + payloadBytes + 7) / 8 * 8;
    long toEnd = config.capacityBytes() - tailBytes % config.capacityBytes();
    long start = frameBytes > toEnd ? tailBytes + toEnd : tailBytes;
    boolean room =
        queue.size() < config.maxRecords()
            && start + frameBytes - headBytes <= config.capacityBytes();
    long expected =
        payloadBytes > config.maxRecordBytes()
            ? TOO_LARGE
            : closed ? CLOSED : room ? nextLsn : FULL;
    require(answer == expected, "answered %d, expected %d", answer, expected);
    if (answer < 0) {
      return false;
    }
    queue.add(new Entry(start, frameBytes, record));
    tailBytes = start + frameBytes;
    nextLsn++;
    return true;
  }

  private void drain(int maxBytes, int maxRecords) {
    int recordsLimit = closed ? 0 : Math.min(maxRecords, config.maxRecords());
    List<Drained> expected = new ArrayList<>();
    int bytes = 0;
    while (expected.size() < recordsLimit
        && !queue.isEmpty()
        && queue.getFirst().committed
        && bytes + queue.getFirst().frameBytes <= maxBytes) {
      Entry entry = queue.removeFirst();
      bytes += entry.frameBytes;
      headBytes = entry.startBytes + entry.frameBytes;
      expected.add(entry.record);
    }
    skipFiller();
    List<Drained> drained = sink.drain(maxBytes, maxRecords);
    require(drained.equals(expected), "drained %s, expected %s", drained, expected);
  }

  /// The ring leaves filler behind when its consumer looks at it, not before.
  private void skipFiller() {
    if (!queue.isEmpty()) {
      headBytes = queue.getFirst().startBytes;
    }
  }

  private void check() {
    long endLsn = nextLsn - queue.size();
    require(ring.endLsn() == endLsn, "end LSN %d, expected %d", ring.endLsn(), endLsn);
    require(ring.claimedLsn() == nextLsn, "claimed %d, not %d", ring.claimedLsn(), nextLsn);
    if (chance.percent(30)) {
      boolean stalled = queue.size() > 1 && !queue.getFirst().committed;
      skipFiller();
      require(
          ring.stalledLsn() == (stalled ? endLsn : NOT_STALLED), "stalled should be %s", stalled);
    }
  }

  private void close() {
    for (int i = 0; i < 20; i++) {
      append();
      openOne();
    }
    ring.close();
    closed = true;
    for (int i = 0; i < 20; i++) {
      step();
      check();
    }
    for (long lsn = Math.max(1, nextLsn - 50); lsn < nextLsn; lsn++) {
      boolean taken = lsn < nextLsn - queue.size();
      require(ring.wasTaken(lsn) == taken && ring.wasRefused(lsn) != taken, "fate of %d", lsn);
    }
  }

  private boolean isAllZeros() {
    MemorySegment zeros = MemorySegment.ofArray(new byte[config.capacityBytes()]);
    return memory.slice(0, config.capacityBytes()).mismatch(zeros) < 0;
  }

  /// Mostly small; now and then anything up to one byte too large.
  private byte[] randomPayload() {
    int length = chance.percent(80) ? chance.below(60) : chance.below(config.maxRecordBytes() + 2);
    byte[] payload = new byte[length];
    for (int i = 0; i < length; i++) {
      payload[i] = (byte) (chance.bits() | 1);
    }
    return payload;
  }

  private int type() {
    return chance.percent(50)
        ? RecordData.DATA
        : chance.between(RecordData.FIRST_USER_TYPE, RecordData.LAST_TYPE);
  }
}
