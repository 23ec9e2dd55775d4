package io.tidemark.log.ring;

import io.tidemark.log.RecordData;
import io.tidemark.log.RecordFormat;
import java.util.List;

/// Records that are taken from a ring together or not at all: one entry of the ring.
///
/// ```
///   0                8          16
///   ├────────────────┼──────────┼──────────┬──────────┬──────────┤
///   │ first word     │ how many │ record   │ record   │ record   │
///   │ with the flag  │ records  │ as they will be in the batch   │
///   ├────────────────┴──────────┼──────────┴──────────┴──────────┤
///   │ stays in the ring         │ is copied out                  │
/// ```
final class Group {
  static final int HEADER_BYTES = 16;

  /// No record that goes to disk has it.
  private static final int FLAG = 1 << 15;

  private Group() {}

  static long firstWord(int bodyBytes) {
    return RecordFormat.firstWord(bodyBytes + Long.BYTES, RecordData.DATA, FLAG);
  }

  static boolean is(long firstWord) {
    return (firstWord >>> 48 & FLAG) != 0;
  }

  static long bodyBytes(List<RecordData> records) {
    long bytes = 0;
    for (RecordData record : records) {
      bytes += record.frameBytes();
    }
    return bytes;
  }

  /// Puts all of it at `offset` but the first word. Fails if the records are not as long any more
  /// as when room was taken for them.
  static void put(RingMemory memory, int offset, int bodyBytes, List<RecordData> records) {
    memory.putWord(offset + Long.BYTES, records.size());
    int at = offset + HEADER_BYTES;
    int end = at + bodyBytes;
    for (RecordData record : records) {
      int flags = record.flags();
      int payloadBytes = record.payload().remaining();
      long frameBytes = RecordFormat.frameBytes(payloadBytes, flags);
      checkLength(frameBytes <= end - at);
      memory.putWord(at, RecordFormat.firstWord(payloadBytes, record.type(), flags));
      memory.putExtras(at, record);
      int payloadAt = at + RecordFormat.payloadOffset(flags);
      memory.put(payloadAt, record.payload(), record.payload().position(), payloadBytes);
      at += (int) frameBytes;
    }
    checkLength(at == end);
  }

  private static void checkLength(boolean holds) {
    if (!holds) {
      throw new IllegalStateException("a payload changed while it was appended");
    }
  }

  /// Puts as many records of the same length together that nobody wants.
  static void putVoid(RingMemory memory, int offset, int bodyBytes, int records) {
    memory.putWord(offset + Long.BYTES, records);
    int at = offset + HEADER_BYTES;
    memory.zero(at, bodyBytes);
    int header = RecordFormat.RECORD_HEADER_BYTES;
    for (int i = 1; i <= records; i++) {
      int payloadBytes = i < records ? 0 : bodyBytes - records * header;
      memory.putWord(
          at, RecordFormat.firstWord(payloadBytes, RecordData.VOID, RecordFormat.OPTIONAL));
      at += header;
    }
  }
}
