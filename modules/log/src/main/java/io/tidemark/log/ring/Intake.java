package io.tidemark.log.ring;

import io.tidemark.log.RecordData;
import io.tidemark.log.RecordFormat;

/// The producers' side of a ring: who goes where, under which LSN. Any number of threads.
///
/// ```
///          head                              tail                       end of the ring
///   ├─ free ─┼─ records ──────────────────────┼─ free ──────────────────┤
///                                             └ record, if it fits here ┘
///   ├─ record ─┤  or, if it does not:          └ filler ────────────────┘
/// ```
///
/// One compare-and-set takes place, filler and LSN together. It is the only thing that producers
/// contend for; what they take by it is theirs alone until they commit.
final class Intake {
  private final RingMemory memory;
  private final int capacityWords;
  private final int maxRecords;
  private final int maxRecordBytes;
  private final int maxGroupRecords;

  Intake(RingMemory memory, RingConfig config) {
    this.memory = memory;
    this.capacityWords = config.capacityBytes() / RecordFormat.ALIGNMENT;
    this.maxRecords = config.maxRecords();
    this.maxRecordBytes = config.maxRecordBytes();
    this.maxGroupRecords = config.maxGroupRecords();
  }

  /// The first word of a record that is to be; a wrong type or length is the caller's mistake.
  static long firstWord(int payloadBytes, int type, int flags) {
    if (payloadBytes < 0 || type <= 0 || type > RecordData.LAST_TYPE) {
      throw new IllegalArgumentException("a record of " + payloadBytes + " bytes and type " + type);
    }
    return RecordFormat.firstWord(payloadBytes, type, flags);
  }

  /// Takes the next LSN and room for the record that begins with `firstWord`; returns the tail as
  /// it was before, which is not negative, or why not.
  long take(long firstWord) {
    int stampBytes = RecordFormat.stampBytes(RecordFormat.flags(firstWord));
    if (RecordFormat.payloadBytes(firstWord) + stampBytes > maxRecordBytes) {
      return AppendRing.TOO_LARGE;
    }
    return take(words(firstWord), 1);
  }

  /// The same for a [Group] of `records`, which get LSNs that follow each other.
  long takeGroup(long bodyBytes, int records) {
    return bodyBytes > maxRecordBytes || records > maxGroupRecords
        ? AppendRing.TOO_LARGE
        : take(words(Group.firstWord((int) bodyBytes)), records);
  }

  private long take(int words, int records) {
    while (true) {
      long tail = memory.tail();
      if (RingState.isClosed(tail)) {
        return AppendRing.CLOSED;
      }
      long next = RingState.after(tail, gapWords(tail, words) + words, records);
      if (!hasRoom(next)) {
        return AppendRing.FULL;
      }
      if (memory.moveTail(tail, next)) {
        return tail;
      }
    }
  }

  /// The heads are read after the tail: they may be ahead of it, and then it has moved already, but
  /// they are never further behind it than they look.
  private boolean hasRoom(long next) {
    long seenHead = memory.seenHead();
    return hasRoom(seenHead, next) || hasRoom(memory.lookAtHead(seenHead), next);
  }

  private boolean hasRoom(long head, long next) {
    return RingState.wordsBetween(head, next) <= capacityWords
        && RingState.recordsBetween(head, next) <= maxRecords;
  }

  /// How many words are left empty because a record of `words` does not fit before the ring's end.
  private int gapWords(long tail, int words) {
    int wordsToEnd = capacityWords - memory.offset(tail) / RecordFormat.ALIGNMENT;
    return words > wordsToEnd ? wordsToEnd : 0;
  }

  private static int words(long firstWord) {
    return (int) RecordFormat.frameBytesOf(firstWord) / RecordFormat.ALIGNMENT;
  }

  /// Where the record goes for which `taken` was the tail, after filler if it has to wrap.
  int place(long taken, long firstWord) {
    int offset = memory.offset(taken);
    if (gapWords(taken, words(firstWord)) == 0) {
      return offset;
    }
    memory.commit(offset, RingMemory.FILLER);
    return 0;
  }

  /// Exact, because until its commit the consumer, and with it the anchor, cannot pass this record.
  long lsn(long taken) {
    return RingState.lsn(taken, memory.anchorLsn());
  }
}
