package io.tidemark.log.ring;

import io.tidemark.log.RecordData;
import io.tidemark.log.RecordFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The memory of a ring, and each access to it that another thread can see, with its order.
///
/// ```
///   0                        capacity  + 128   + 256            + 384            + 512
///   ├────────────────────────┼─────────┼───────┼────────────────┼────────────────┤
///   │ records                │         │ tail  │ seen head      │ head           │
///   │                        │         │       │ anchor LSN     │ end LSN        │
///   ├────────────────────────┼─────────┼───────┼────────────────┼────────────────┤
///     producers, consumer      nobody    all     read by all,     consumer, and a
///                                       producers seldom written  producer that is
///                                                                 short of room
/// ```
///
/// 128 bytes apart because processors fetch lines of 64 in pairs. The three rules of order:
///
/// - a record is written, then its first word released; who acquires a first word sees the record;
/// - the consumer zeroes records, then releases the head; who acquires the head, or a seen head
///   that was taken from it, finds zeros there;
/// - the tail moves by compare-and-set only, but for the closed bit, which is or-ed into it.
///
/// The garbage collector frees the memory when no producer knows it any more: a record can be
/// filled long after its ring was closed, and a freed ring would be anybody's memory by then.
///
/// Not final, so that a test can break each rule and see that it is missed.
class RingMemory {
  /// The first word where the rest of the ring, up to its end, is left empty.
  static final long FILLER = -1;

  /// How far the anchor falls behind before it is moved; producers miss a cache line when it is.
  private static final int ANCHOR_STRIDE = 1 << 16;

  private static final VarHandle WORD =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

  private final int capacityBytes;
  private final MemorySegment memory;
  // The same memory: absolute bulk puts from a buffer allocate nothing, which segments cannot do.
  private final ByteBuffer bytes;
  private final long tailOffset;
  private final long seenHeadOffset;
  private final long anchorLsnOffset;
  private final long headOffset;
  private final long endLsnOffset;

  /// Empty; the first record comes at `position`, counted in words, and gets `baseLsn`.
  RingMemory(int capacityBytes, long position, long baseLsn) {
    this.capacityBytes = capacityBytes;
    this.tailOffset = capacityBytes + 128L;
    this.seenHeadOffset = capacityBytes + 256L;
    this.anchorLsnOffset = seenHeadOffset + Long.BYTES;
    this.headOffset = capacityBytes + 384L;
    this.endLsnOffset = headOffset + Long.BYTES;
    this.memory = Arena.ofAuto().allocate(capacityBytes + 512L, 128);
    this.bytes = memory.asSlice(0, capacityBytes).asByteBuffer();
    long start = RingState.of(position, baseLsn);
    WORD.set(memory, tailOffset, start);
    WORD.set(memory, seenHeadOffset, start);
    WORD.set(memory, headOffset, start);
    WORD.set(memory, anchorLsnOffset, baseLsn);
    WORD.set(memory, endLsnOffset, baseLsn);
  }

  final int capacityBytes() {
    return capacityBytes;
  }

  /// Where in the ring `state` stands, in bytes.
  final int offset(long state) {
    return (int) (RingState.position(state) * RecordFormat.ALIGNMENT) & (capacityBytes - 1);
  }

  long tail() {
    return (long) WORD.getAcquire(memory, tailOffset);
  }

  boolean moveTail(long from, long to) {
    return WORD.compareAndSet(memory, tailOffset, from, to);
  }

  void closeTail() {
    WORD.getAndBitwiseOr(memory, tailOffset, RingState.CLOSED_BIT);
  }

  /// A head that a producer has seen before, so that the others need not look at the real one.
  long seenHead() {
    return (long) WORD.getAcquire(memory, seenHeadOffset);
  }

  /// The real head; makes it the seen one unless another producer was faster. A head seen before
  /// `seen` was can therefore not replace it, however late its finder wakes.
  long lookAtHead(long seen) {
    long head = (long) WORD.getAcquire(memory, headOffset);
    if (head != seen) {
      WORD.compareAndSet(memory, seenHeadOffset, seen, head);
    }
    return head;
  }

  /// An LSN that is at most that of any record which is not yet committed, and less than 2²⁸ below
  /// it: within a stride of a head that the caller has seen, which is at most 2²⁴ records behind.
  final long anchorLsn() {
    return (long) WORD.getAcquire(memory, anchorLsnOffset);
  }

  /// Where the consumer stands, for itself.
  final long ownHead() {
    return (long) WORD.get(memory, headOffset);
  }

  /// The LSN after the last that was drained.
  final long endLsn() {
    return (long) WORD.getAcquire(memory, endLsnOffset);
  }

  /// Gives everything before `head` back to the producers; all of it is zero.
  void moveHead(long head, long endLsn) {
    if (endLsn - anchorLsn() >= ANCHOR_STRIDE) {
      WORD.setRelease(memory, anchorLsnOffset, endLsn);
    }
    WORD.setRelease(memory, endLsnOffset, endLsn);
    WORD.setRelease(memory, headOffset, head);
  }

  /// The word at `offset`, which the first word in front of it made visible.
  final long word(int offset) {
    return (long) WORD.get(memory, (long) offset);
  }

  /// The first word of the record at `offset`; 0 if there is none yet.
  long firstWord(int offset) {
    return (long) WORD.getAcquire(memory, (long) offset);
  }

  /// Lets the consumer see what is at `offset`.
  void commit(int offset, long firstWord) {
    WORD.setRelease(memory, (long) offset, firstWord);
  }

  /// Commits what was claimed with `firstWord` as a [RecordData#VOID] record of the same length:
  /// key, stamp and payload are zeros now and count as its payload.
  final void abandon(int offset, long firstWord) {
    int header = RecordFormat.RECORD_HEADER_BYTES;
    zero(offset + header, (int) RecordFormat.frameBytesOf(firstWord) - header);
    int extraBytes = RecordFormat.payloadOffset(RecordFormat.flags(firstWord)) - header;
    int payloadBytes = extraBytes + (int) RecordFormat.payloadBytes(firstWord);
    commit(offset, RecordFormat.firstWord(payloadBytes, RecordData.VOID, RecordFormat.OPTIONAL));
  }

  /// A word that nobody looks at before a first word in front of it is committed.
  void putWord(int offset, long word) {
    WORD.set(memory, (long) offset, word);
  }

  /// What stands between first word and payload of `record`, which begins at `offset`.
  final void putExtras(int offset, RecordData record) {
    record.key().ifPresent(key -> putWord(offset + RecordFormat.RECORD_HEADER_BYTES, key));
    record
        .stamp()
        .ifPresent(
            stamp -> {
              int at = offset + RecordFormat.stampOffset(record.flags());
              putWord(at, stamp.producer());
              putWord(at + Long.BYTES, stamp.sequence());
            });
  }

  void put(int offset, byte[] source, int from, int count) {
    bytes.put(offset, source, from, count);
  }

  void put(int offset, ByteBuffer source, int from, int count) {
    bytes.put(offset, source, from, count);
  }

  void put(int offset, MemorySegment source, long from, int count) {
    MemorySegment.copy(source, from, memory, offset, count);
  }

  void copyOut(int offset, int count, MemorySegment target, long targetOffset) {
    MemorySegment.copy(memory, offset, target, targetOffset, count);
  }

  /// Makes what was copied out as if it had never been there.
  void erase(int offset, int count) {
    zero(offset, count);
  }

  final void zero(int offset, int count) {
    slice(offset, count).fill((byte) 0);
  }

  /// A view of `count` bytes at `offset`.
  final MemorySegment slice(int offset, int count) {
    return memory.asSlice(offset, count);
  }
}
