package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import io.tidemark.storage.Access;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// The memory in which batches of others are put together to one write. The writing thread's.
final class Staging {
  private static final int BLOCK_BYTES = 4096;

  private final LogConfig config;
  private final int capacityBytes;
  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  Staging(LogConfig config) {
    this.config = config;
    int bytes = config.maxWriteBytes() + BLOCK_BYTES - 1;
    this.capacityBytes = bytes / BLOCK_BYTES * BLOCK_BYTES;
  }

  /// The end of the run of batches from `from` on that one write to `active` can carry, with `mark`
  /// in front.
  int runEnd(Segment active, Optional<Mark> mark, List<Batch> batches, int from) {
    long room = Math.min(active.roomBytes(), capacityBytes);
    long bytes = mark.isPresent() ? Mark.BYTES : 0;
    long sinceMicros = active.firstTimeMicros().orElse(batches.get(from).timeMicros());
    int to = from;
    while (to < batches.size() && takes(active, batches.get(to), sinceMicros)) {
      bytes = active.header().blockAfter(bytes + batches.get(to).sizeBytes());
      if (bytes > room) {
        break;
      }
      to++;
    }
    return to;
  }

  private boolean takes(Segment active, Batch batch, long sinceMicros) {
    long age = batch.timeMicros() - sinceMicros;
    return active.takesEpoch(batch.epoch())
        && (active.header().isInBlocks() || config.access() == Access.BUFFERED)
        && (config.maxSegmentAgeMicros() == 0 || age <= config.maxSegmentAgeMicros());
  }

  /// `mark` and `run` as they go behind what is in `active`; valid until the next call.
  ByteBuffer stage(Segment active, Optional<Mark> mark, List<Batch> run) {
    SegmentHeader header = active.header();
    long bytes = mark.isPresent() ? Mark.BYTES : 0;
    for (Batch batch : run) {
      bytes = header.blockAfter(bytes + batch.sizeBytes());
    }
    ensureCapacity((int) bytes);
    ByteBuffer to = memory.clear();
    mark.ifPresent(m -> m.encode(to, header, active.endPosition()));
    for (Batch batch : run) {
      to.put(batch.bytes());
      int end = (int) header.blockAfter(to.position());
      while (to.position() < end) {
        to.put((byte) 0);
      }
    }
    return to.flip();
  }

  private void ensureCapacity(int bytes) {
    if (memory.capacity() < bytes) {
      long wanted = Math.min(capacityBytes, 2L * bytes);
      int blocks = (int) ((wanted + BLOCK_BYTES - 1) / BLOCK_BYTES);
      memory =
          littleEndian(
              ByteBuffer.allocateDirect((blocks + 1) * BLOCK_BYTES)
                  .alignedSlice(BLOCK_BYTES)
                  .slice(0, blocks * BLOCK_BYTES));
    }
  }
}
