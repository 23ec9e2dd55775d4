package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import com.sun.management.ThreadMXBean;
import io.tidemark.foundation.Chance;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/// Gives decoders bytes that were sound and then changed; in half of them with checksums that are
/// right again, so that hostile lengths get as far as they can.
final class DecoderFuzz {
  private static final int[] HOSTILE = {
    0, 1, -1, 7, 8, 63, 64, 65, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 28, 4096, 4097, -8
  };
  private static final int ALLOCATED_ANYWAY_BYTES = 1 << 16;

  private static final int MOST_TRIES = 20;

  private final FuzzTarget target;
  private final Chance chance;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final BufferPoolMXBean direct =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("direct"))
          .findFirst()
          .orElseThrow();

  DecoderFuzz(FuzzTarget target, long seed) {
    this.target = target;
    this.chance = new Chance(seed);
  }

  /// Decodes up to `inputs` inputs in about `seconds`; returns how many, throws at the first that
  /// is answered in no documented way.
  long run(long inputs, long seconds) {
    byte[] seed = target.seed();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (long i = 0; i < inputs; i++) {
      if ((i & 0x3FF) == 0 && System.nanoTime() - end > 0) {
        return i;
      }
      byte[] input = mutated(seed);
      long most = 2L * target.maxBatchBytes() + ALLOCATED_ANYWAY_BYTES + 8L * input.length;
      int tries = 1;
      for (long bytes = allocatedBy(input); bytes > most; bytes = allocatedBy(input)) {
        // The JVM itself allocates, too, when something is done for the first few times.
        if (tries++ == MOST_TRIES) {
          throw new AssertionError(bytes + " bytes are allocated for " + described(input));
        }
      }
    }
    return inputs;
  }

  /// On the heap and outside of it; what is collected meanwhile only hides what was there before.
  private long allocatedBy(byte[] input) {
    long outside = direct.getMemoryUsed();
    long before = threads.getCurrentThreadAllocatedBytes();
    decode(input);
    long inside = threads.getCurrentThreadAllocatedBytes() - before;
    return inside + Math.max(0, direct.getMemoryUsed() - outside);
  }

  private void decode(byte[] input) {
    try {
      target.decode(littleEndian(ByteBuffer.wrap(input)));
    } catch (RuntimeException | Error e) {
      throw new AssertionError(e + " for " + described(input), e);
    }
  }

  private String described(byte[] input) {
    return target + " " + HexFormat.of().formatHex(input, 0, Math.min(input.length, 300));
  }

  private byte[] mutated(byte[] seed) {
    byte[] input = seed.clone();
    for (int edits = chance.between(1, 4); edits > 0 && input.length > 0; edits--) {
      input = edited(input);
    }
    if (chance.percent(50)) {
      target.reseal(littleEndian(ByteBuffer.wrap(input)));
    }
    return input;
  }

  private byte[] edited(byte[] input) {
    int at = chance.below(chance.percent(70) ? Math.min(input.length, 128) : input.length);
    switch (chance.below(7)) {
      case 0 -> input[at] ^= (byte) (1 << chance.below(8));
      case 1 -> input[at] = (byte) chance.bits();
      case 2, 3 -> {
        int aligned = at & -Integer.BYTES;
        if (aligned + Integer.BYTES <= input.length) {
          int value = HOSTILE[chance.below(HOSTILE.length)];
          littleEndian(ByteBuffer.wrap(input)).putInt(aligned, value);
        }
      }
      case 4 -> System.arraycopy(input, at, input, 0, input.length - at);
      case 5 -> {
        return Arrays.copyOf(input, at);
      }
      default -> {
        return Arrays.copyOf(input, input.length + chance.below(100));
      }
    }
    return input;
  }
}
