package io.tidemark.log;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/// How the body of a batch is compressed. The number is on disk.
///
/// A body is stored compressed only where that makes the batch smaller. It is decompressed into
/// memory whose size the batch's header gives and the limit of batches bounds, after its checksum
/// was found right.
public enum Codec {
  /// As it is.
  NONE(0) {
    @Override
    boolean compress(ByteBuffer from, ByteBuffer to) {
      return false;
    }

    @Override
    boolean decompress(ByteBuffer from, ByteBuffer to) {
      return false;
    }
  },

  /// Fast, for bodies that repeat themselves.
  LZ4(1) {
    @Override
    boolean compress(ByteBuffer from, ByteBuffer to) {
      try {
        LZ4Factory.fastestInstance().fastCompressor().compress(from, to);
        return true;
      } catch (LZ4Exception e) {
        // It does not fit into what is worth storing.
        return false;
      }
    }

    @Override
    boolean decompress(ByteBuffer from, ByteBuffer to) {
      try {
        LZ4Factory.fastestInstance().safeDecompressor().decompress(from, to);
        return !to.hasRemaining();
      } catch (LZ4Exception e) {
        return false;
      }
    }
  },

  /// Smaller, and slower to write.
  ZSTD(2) {
    @Override
    boolean compress(ByteBuffer from, ByteBuffer to) {
      try {
        long bytes =
            Zstd.compressDirectByteBuffer(
                to, to.position(), to.remaining(), from, from.position(), from.remaining(), LEVEL);
        to.position(to.position() + (int) bytes);
        return true;
      } catch (ZstdException e) {
        // It does not fit into what is worth storing. The library throws, whatever it documents.
        return false;
      }
    }

    @Override
    boolean decompress(ByteBuffer from, ByteBuffer to) {
      try {
        return to.remaining()
            == Zstd.decompressDirectByteBuffer(
                to, to.position(), to.remaining(), from, from.position(), from.remaining());
      } catch (ZstdException e) {
        return false;
      }
    }
  };

  private static final int LEVEL = 1;
  private static final Codec[] BY_NUMBER = values();

  private final int number;

  Codec(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static boolean isKnown(int number) {
    return number >= 0 && number < BY_NUMBER.length;
  }

  static Codec of(int number) {
    return BY_NUMBER[number];
  }

  /// Compresses what remains of `from`, direct memory, into `to`, direct memory, whose position
  /// moves; false if it does not fit there.
  abstract boolean compress(ByteBuffer from, ByteBuffer to);

  /// Fills `to`, direct memory, with what `from`, direct memory, was before; false if it cannot be
  /// that.
  abstract boolean decompress(ByteBuffer from, ByteBuffer to);
}
