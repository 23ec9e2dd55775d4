package io.tidemark.log;

import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.OptionalLong;

/// What of a file can be read.
///
/// A block that the disk cannot read is damaged like one whose bits turned, and mended like that:
/// it shows as [#SPOILT], which begins no frame, mark, header or footer, and is not the zeros
/// behind the end of a log. So does what is missing at the end of a file. One thread.
///
/// Crash story: one sector of a segment could not be read. The replica did not start, or stopped
/// when a follower asked for what is there, though two others had every record of it.
public final class Legible {
  private static final int BLOCK_BYTES = 4096;
  private static final byte SPOILT = (byte) 0xFF;

  private final StoredFile file;
  private final BitSet spoilt = new BitSet();

  /// Of `file`, which the caller closes.
  public Legible(StoredFile file) {
    this.file = file;
  }

  /// A part of `file`, to be decoded.
  static ByteBuffer block(StoredFile file, long position, int bytes) {
    ByteBuffer block = ByteBuffer.allocate(bytes);
    new Legible(file).read(block, position);
    return block.flip();
  }

  /// Fills `target` with what is at `position`.
  public void read(ByteBuffer target, long position) {
    int start = target.position();
    try {
      file.read(target, position);
    } catch (StorageException e) {
      check(e);
      target.position(start);
      readByBlock(target, position);
    }
    if (target.hasRemaining()) {
      spoil(target, position + target.position() - start);
    }
  }

  private void readByBlock(ByteBuffer target, long position) {
    int start = target.position();
    int limit = target.limit();
    while (target.position() < limit) {
      int from = target.position();
      long at = position + from - start;
      target.limit((int) Math.min(limit, from + BLOCK_BYTES - at % BLOCK_BYTES));
      try {
        file.read(target, at);
      } catch (StorageException e) {
        check(e);
        target.position(from);
      }
      if (target.hasRemaining()) {
        spoil(target, at + target.position() - from);
      }
      target.limit(limit);
    }
  }

  private static void check(StorageException e) {
    if (e.category() != Category.READ_FAILED) {
      throw e;
    }
  }

  private void spoil(ByteBuffer target, long position) {
    long end = position + target.remaining();
    while (target.hasRemaining()) {
      target.put(SPOILT);
    }
    spoilt.set((int) (position / BLOCK_BYTES), (int) ((end - 1) / BLOCK_BYTES) + 1);
  }

  /// Where the first block begins that could not be read so far and ends behind `position`.
  OptionalLong spoiltFrom(long position) {
    long block = spoilt.nextSetBit((int) (position / BLOCK_BYTES));
    return block < 0 ? OptionalLong.empty() : OptionalLong.of(block * BLOCK_BYTES);
  }
}
