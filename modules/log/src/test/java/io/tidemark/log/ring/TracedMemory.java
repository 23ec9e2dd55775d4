package io.tidemark.log.ring;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// A ring's memory for the model checker, which switches threads at fields of the heap only: one is
/// read before each access.
class TracedMemory extends RingMemory {
  private static volatile boolean neverSet;

  TracedMemory(int capacityBytes, long position, long baseLsn) {
    super(capacityBytes, position, baseLsn);
  }

  static void maySwitch() {
    if (neverSet) {
      throw new AssertionError();
    }
  }

  @Override
  long tail() {
    maySwitch();
    return super.tail();
  }

  @Override
  boolean moveTail(long from, long to) {
    maySwitch();
    return super.moveTail(from, to);
  }

  @Override
  void closeTail() {
    maySwitch();
    super.closeTail();
  }

  @Override
  long seenHead() {
    maySwitch();
    return super.seenHead();
  }

  @Override
  long lookAtHead(long seen) {
    maySwitch();
    return super.lookAtHead(seen);
  }

  @Override
  void moveHead(long head, long endLsn) {
    maySwitch();
    super.moveHead(head, endLsn);
  }

  @Override
  long firstWord(int offset) {
    maySwitch();
    return super.firstWord(offset);
  }

  @Override
  void commit(int offset, long firstWord) {
    maySwitch();
    super.commit(offset, firstWord);
  }

  @Override
  void put(int offset, byte[] source, int from, int count) {
    maySwitch();
    super.put(offset, source, from, count);
  }

  @Override
  void put(int offset, ByteBuffer source, int from, int count) {
    maySwitch();
    super.put(offset, source, from, count);
  }

  @Override
  void copyOut(int offset, int count, MemorySegment target, long targetOffset) {
    maySwitch();
    super.copyOut(offset, count, target, targetOffset);
  }

  @Override
  void erase(int offset, int count) {
    maySwitch();
    super.erase(offset, count);
  }
}
