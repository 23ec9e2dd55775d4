package io.tidemark.log.ring;

import io.tidemark.log.RecordData;
import io.tidemark.log.RecordFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// The faults that are planted to see whether the tests find them. Each breaks one rule of
/// [RingMemory]: by a wrong access, or by doing at once what a missing barrier permits.
enum Fault implements Memories {
  FIRST_WORD_BEFORE_RECORD(RingInterleavings::closeAndClaim) {
    @Override
    public RingMemory of(int capacityBytes, long position, long baseLsn) {
      return new TracedMemory(capacityBytes, position, baseLsn) {
        private final ThreadLocal<Runnable> late = ThreadLocal.withInitial(() -> () -> {});

        @Override
        void put(int offset, byte[] source, int from, int count) {
          late.set(() -> super.put(offset, source, from, count));
        }

        @Override
        void put(int offset, ByteBuffer source, int from, int count) {
          late.set(() -> super.put(offset, source, from, count));
        }

        @Override
        void commit(int offset, long firstWord) {
          super.commit(offset, firstWord);
          boolean whole = firstWord != FILLER && RecordFormat.type(firstWord) != RecordData.VOID;
          if (whole) {
            late.get().run();
          }
        }
      };
    }
  },

  RECORD_READ_BEFORE_FIRST_WORD(RingInterleavings::closeAndClaim) {
    @Override
    public RingMemory of(int capacityBytes, long position, long baseLsn) {
      return new TracedMemory(capacityBytes, position, baseLsn) {
        private final byte[] early = new byte[capacityBytes];

        @Override
        long firstWord(int offset) {
          int rest = capacityBytes - offset - Long.BYTES;
          slice(offset + Long.BYTES, rest).asByteBuffer().get(early, offset + Long.BYTES, rest);
          return super.firstWord(offset);
        }

        @Override
        void copyOut(int offset, int count, MemorySegment target, long targetOffset) {
          super.copyOut(offset, count, target, targetOffset);
          MemorySegment.copy(
              MemorySegment.ofArray(early),
              offset + Long.BYTES,
              target,
              targetOffset + Long.BYTES,
              (int) RecordFormat.frameBytesOf(super.firstWord(offset)) - Long.BYTES);
        }
      };
    }
  },

  HEAD_BEFORE_ZEROS(RingInterleavings::producersAndConsumer) {
    @Override
    public RingMemory of(int capacityBytes, long position, long baseLsn) {
      return new TracedMemory(capacityBytes, position, baseLsn) {
        private Runnable late = () -> {};

        @Override
        void erase(int offset, int count) {
          late = () -> super.erase(offset, count);
        }

        @Override
        void moveHead(long head, long endLsn) {
          super.moveHead(head, endLsn);
          late.run();
        }
      };
    }
  },

  NOT_ZEROED(RingInterleavings::producersAndConsumer) {
    @Override
    public RingMemory of(int capacityBytes, long position, long baseLsn) {
      return new TracedMemory(capacityBytes, position, baseLsn) {
        @Override
        void erase(int offset, int count) {
          super.erase(offset, Long.BYTES);
        }
      };
    }
  },

  TAIL_WRITTEN_WITHOUT_COMPARING(RingInterleavings::producersAndConsumer) {
    @Override
    public RingMemory of(int capacityBytes, long position, long baseLsn) {
      return new TracedMemory(capacityBytes, position, baseLsn) {
        @Override
        boolean moveTail(long from, long to) {
          return super.moveTail(tail(), to);
        }
      };
    }
  },

  LSN_AFTER_POSITION(RingInterleavings::closeAndClaim) {
    @Override
    public RingMemory of(int capacityBytes, long position, long baseLsn) {
      return new TracedMemory(capacityBytes, position, baseLsn) {
        @Override
        boolean moveTail(long from, long to) {
          long words = RingState.wordsBetween(from, to);
          if (!super.moveTail(from, RingState.after(from, (int) words, 0))) {
            return false;
          }
          long tail = tail();
          while (!super.moveTail(tail, RingState.after(tail, 0, 1))) {
            tail = tail();
          }
          return true;
        }
      };
    }
  },

  CLAIMED_AFTER_CLOSE(RingInterleavings::closeAndClaim) {
    @Override
    public RingMemory of(int capacityBytes, long position, long baseLsn) {
      return new TracedMemory(capacityBytes, position, baseLsn) {
        @Override
        boolean moveTail(long from, long to) {
          return super.moveTail(from, to) || super.moveTail(from | RingState.CLOSED_BIT, to);
        }
      };
    }
  },

  CLOSED_OVER_A_CLAIM(RingInterleavings::closeAndClaim) {
    @Override
    public RingMemory of(int capacityBytes, long position, long baseLsn) {
      return new TracedMemory(capacityBytes, position, baseLsn) {
        @Override
        void closeTail() {
          long before = tail();
          while (!super.moveTail(tail(), before | RingState.CLOSED_BIT)) {
            Thread.onSpinWait();
          }
        }
      };
    }
  };

  private final RingInterleavings.Scene scene;

  Fault(RingInterleavings.Scene scene) {
    this.scene = scene;
  }

  /// The scene that goes wrong with it.
  RingInterleavings.Scene scene() {
    return scene;
  }
}
