package io.tidemark.log.ring;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordFormat;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// The consumer's side of a ring. One thread.
///
/// ```
///            head                                  run end             tail
///   ├─ zeros ─┼─ committed ─┼─ committed ─┼─ committed ─┼─ 0 ─┼─ committed ─┼─ zeros ─┤
///             └────────── copied at once, zeroed ───────┘  └ a claim not committed yet
/// ```
///
/// It never looks at the tail to find records, because to read it slows every producer down: a
/// first word that is not zero is the news.
final class Drain {
  /// Room is given back at least this often, while what was copied is still in the cache.
  private static final int RUN_BYTES = 1 << 16;

  private final RingMemory memory;
  private final int maxRecords;
  private final int maxFrameBytes;
  private boolean closed;

  /// The first words of the last [#take], or-ed: a question that costs no branch for a record.
  private long seenWords;

  Drain(RingMemory memory, RingConfig config) {
    this.memory = memory;
    this.maxRecords = config.maxRecords();
    this.maxFrameBytes = config.maxFrameBytes();
  }

  int take(MemorySegment target, long offset, int maxBytes, int maxRecordsNow) {
    Objects.checkFromIndexSize(offset, Math.max(0, maxBytes), target.byteSize());
    long endLsn = memory.endLsn() + Math.min(maxRecordsNow, maxRecords);
    int bytes = 0;
    seenWords = 0;
    int run = closed ? 0 : takeRun(target, offset, maxBytes, endLsn);
    while (run > 0) {
      bytes += run;
      run = takeRun(target, offset + bytes, maxBytes - bytes, endLsn);
    }
    return bytes;
  }

  /// Takes committed records that lie one behind the other, all below `endLsn`.
  private int takeRun(MemorySegment target, long offset, int maxBytes, long endLsn) {
    long head = skipFiller();
    int start = memory.offset(head);
    long lsn = memory.endLsn();
    int records = 0;
    int bytes = 0;
    long words = 0;
    while (lsn + records < endLsn && bytes < RUN_BYTES && start + bytes < memory.capacityBytes()) {
      long firstWord = memory.firstWord(start + bytes);
      if (firstWord == 0 || firstWord == RingMemory.FILLER) {
        break;
      }
      if (Group.is(firstWord)) {
        if (records > 0) {
          break;
        }
        return takeGroup(head, firstWord, target, offset, maxBytes, endLsn);
      }
      int frameBytes = frameBytes(firstWord, start + bytes);
      if (frameBytes > maxBytes - bytes) {
        break;
      }
      bytes += frameBytes;
      words |= firstWord;
      records++;
    }
    seenWords |= words;
    if (records > 0) {
      memory.copyOut(start, bytes, target, offset);
      memory.erase(start, bytes);
      memory.moveHead(
          RingState.after(head, bytes / RecordFormat.ALIGNMENT, records), lsn + records);
    }
    return bytes;
  }

  /// Takes the group at `head` if all of it is within the limits.
  private int takeGroup(
      long head, long firstWord, MemorySegment target, long offset, int maxBytes, long endLsn) {
    int start = memory.offset(head);
    int frameBytes = frameBytes(firstWord, start);
    int bodyBytes = frameBytes - Group.HEADER_BYTES;
    long lsn = memory.endLsn();
    long records = memory.word(start + Long.BYTES);
    Check.that(records >= 1 && records <= maxRecords, "a group of %d records", records, 0);
    if (bodyBytes > maxBytes || lsn + records > endLsn) {
      return 0;
    }
    memory.copyOut(start + Group.HEADER_BYTES, bodyBytes, target, offset);
    memory.erase(start, frameBytes);
    memory.moveHead(
        RingState.after(head, frameBytes / RecordFormat.ALIGNMENT, (int) records), lsn + records);
    return bodyBytes;
  }

  boolean tookStamped() {
    return (RecordFormat.flags(seenWords) & RecordFormat.STAMPED) != 0;
  }

  /// Checked again behind the producer: a length that is wrong here ends up on disk.
  private int frameBytes(long firstWord, int offset) {
    long frameBytes = RecordFormat.frameBytesOf(firstWord);
    Check.that(
        RecordFormat.type(firstWord) != 0
            && frameBytes <= maxFrameBytes
            && frameBytes <= memory.capacityBytes() - offset,
        "%016x is not the first word of a record at %d",
        firstWord,
        offset);
    return (int) frameBytes;
  }

  /// The head, moved to the start of the ring if nothing but filler is left of it.
  private long skipFiller() {
    long head = memory.ownHead();
    int offset = memory.offset(head);
    if (memory.firstWord(offset) != RingMemory.FILLER) {
      return head;
    }
    memory.erase(offset, Long.BYTES);
    int words = (memory.capacityBytes() - offset) / RecordFormat.ALIGNMENT;
    long next = RingState.after(head, words, 0);
    memory.moveHead(next, memory.endLsn());
    return next;
  }

  /// The tail is read first: what it shows as claimed and is not committed afterwards was open all
  /// the time between.
  long stalledLsn() {
    long head = skipFiller();
    long claimed = RingState.recordsBetween(head, memory.tail());
    boolean open = memory.firstWord(memory.offset(head)) == 0;
    return open && claimed > 1 ? memory.endLsn() : AppendRing.NOT_STALLED;
  }

  long claimedLsn() {
    return RingState.lsn(memory.tail(), memory.endLsn());
  }

  void close() {
    closed = true;
    memory.closeTail();
  }
}
