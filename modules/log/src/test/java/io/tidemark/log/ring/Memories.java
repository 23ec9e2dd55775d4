package io.tidemark.log.ring;

/// Makes the memory of a ring under test: the real one, or one with a fault planted.
@FunctionalInterface
interface Memories {
  Memories REAL = RingMemory::new;

  RingMemory of(int capacityBytes, long position, long baseLsn);

  default RingMemory empty(RingConfig config) {
    return of(config.capacityBytes(), 0, 1);
  }
}
