package io.tidemark.log.ring;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The consumer of a ring in tests. It reads what it drained by the drawing in
/// [io.tidemark.log.RecordFormat], not by its code.
final class Sink {
  private static final int OFFSET = 8;

  private final AppendRing ring;
  private final int maxBytes;
  private final ByteBuffer bytes;
  private final MemorySegment target;

  Sink(AppendRing ring, int maxBytes) {
    this.ring = ring;
    this.maxBytes = maxBytes;
    this.bytes = ByteBuffer.allocate(OFFSET + maxBytes).order(ByteOrder.LITTLE_ENDIAN);
    this.target = MemorySegment.ofBuffer(bytes);
  }

  List<Drained> drain() {
    return drain(maxBytes, Integer.MAX_VALUE);
  }

  List<Drained> drain(int bytesLimit, int recordsLimit) {
    long firstLsn = ring.endLsn();
    int drained = ring.drain(target, OFFSET, bytesLimit, recordsLimit);
    List<Drained> records = new ArrayList<>();
    int position = OFFSET;
    for (long lsn = firstLsn; lsn < ring.endLsn(); lsn++) {
      Drained record = recordAt(position, lsn);
      position += 8 + (record.flags() & 2) / 2 * 8 + record.payload().length;
      for (; position % 8 != 0; position++) {
        require(bytes.get(position) == 0, "padding is not zero behind LSN %d", lsn);
      }
      records.add(record);
    }
    require(
        position - OFFSET == drained, "%d bytes drained, up to %d in records", drained, position);
    require(drained <= bytesLimit && records.size() <= recordsLimit, "over the limits");
    return records;
  }

  private Drained recordAt(int position, long lsn) {
    int length = bytes.getInt(position);
    int type = Short.toUnsignedInt(bytes.getShort(position + 4));
    int flags = Short.toUnsignedInt(bytes.getShort(position + 6));
    boolean keyed = (flags & 2) != 0;
    int start = keyed ? position + 16 : position + 8;
    require(type != 0 && flags < 4, "no record at %d, LSN %d", position, lsn);
    require(length >= 0 && start + length <= bytes.capacity(), "length %d", length);
    byte[] payload = new byte[length];
    bytes.get(start, payload);
    long key = keyed ? bytes.getLong(position + 8) : 0;
    return new Drained(lsn, type, flags, key, payload, ring.attachment(lsn));
  }

  static void require(boolean holds, String otherwise, Object... values) {
    if (!holds) {
      throw new AssertionError(otherwise.formatted(values));
    }
  }
}
