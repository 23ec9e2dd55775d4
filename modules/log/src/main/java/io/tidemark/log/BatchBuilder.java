package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import io.tidemark.foundation.Check;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A batch while it is filled and sealed, in memory that is used again for the next one. One
/// thread.
///
/// Empty after [#clear]; filled by [#add] or, for records that are encoded already, through
/// [#memory] and [#added]; sealed by [Log#append(BatchBuilder, long, long)].
public final class BatchBuilder {
  private final Codec codec;
  private final Memory plain;
  private final Memory compressed;
  private final ByteBuffer frame;
  private final MemorySegment memory;
  private int records;
  private int bodyBytes;
  private boolean stamped;
  private boolean sealed;
  private Memory stored;

  /// Room for a mark, then for the frame; aligned, so that it can be written past the page cache.
  private static final class Memory {
    final ByteBuffer all;
    final ByteBuffer frame;

    Memory(int frameBytes, boolean direct) {
      int bytes = (int) ((Mark.BYTES + frameBytes + BLOCK_BYTES - 1L) / BLOCK_BYTES) * BLOCK_BYTES;
      all =
          littleEndian(
              direct
                  ? ByteBuffer.allocateDirect(bytes + BLOCK_BYTES)
                      .alignedSlice(BLOCK_BYTES)
                      .slice(0, bytes)
                  : ByteBuffer.allocate(bytes));
      frame = littleEndian(all.slice(Mark.BYTES, frameBytes));
    }
  }

  private static final int BLOCK_BYTES = 1 << 12;

  /// @param maxBatchBytes the largest batch, header included; that much memory outside the heap,
  ///   and twice that where `codec` compresses
  public BatchBuilder(int maxBatchBytes, Codec codec) {
    Check.argument(
        maxBatchBytes >= BatchFormat.HEADER_BYTES + RecordFormat.RECORD_HEADER_BYTES
            && maxBatchBytes <= LogConfig.MAX_BATCH_BYTES,
        "a batch of at most %d bytes",
        maxBatchBytes);
    this(codec, (int) RecordFormat.align(maxBatchBytes), true);
  }

  private BatchBuilder(Codec codec, int frameBytes, boolean direct) {
    this.codec = codec;
    this.plain = new Memory(frameBytes, direct);
    this.compressed = codec == Codec.NONE ? plain : new Memory(frameBytes, direct);
    this.frame = plain.frame;
    this.memory = MemorySegment.ofBuffer(frame.duplicate().clear());
    this.stored = plain;
  }

  /// For one batch of up to `bytes`, on the heap.
  static BatchBuilder once(int bytes) {
    return new BatchBuilder(Codec.NONE, (int) RecordFormat.align(bytes), false);
  }

  /// Empties it.
  public void clear() {
    frame.clear();
    records = 0;
    bodyBytes = 0;
    stamped = false;
    sealed = false;
    frame.clear();
  }

  /// Adds a record; false, and unchanged, if there is no room for it.
  public boolean add(RecordData record) {
    long bytes = record.frameBytes();
    if (bytes > roomBytes()) {
      return false;
    }
    int at = bodyAt();
    frame.putInt(at, record.payload().remaining());
    frame.putShort(at + RecordFormat.TYPE, (short) record.type());
    int flags = record.flags();
    frame.putShort(at + RecordFormat.FLAGS, (short) flags);
    record.key().ifPresent(key -> frame.putLong(at + RecordFormat.RECORD_HEADER_BYTES, key));
    record.stamp().ifPresent(stamp -> put(stamp, at + RecordFormat.stampOffset(flags)));
    int payloadAt = at + RecordFormat.payloadOffset(flags);
    int payloadBytes = record.payload().remaining();
    frame.put(payloadAt, record.payload(), record.payload().position(), payloadBytes);
    zero(payloadAt + payloadBytes, at + (int) bytes);
    added(1, (int) bytes, record.stamp().isPresent());
    return true;
  }

  private void put(Stamp stamp, int at) {
    frame.putLong(at, stamp.producer());
    frame.putLong(at + Long.BYTES, stamp.sequence());
  }

  private void zero(int from, int to) {
    for (int i = from; i < to; i++) {
      frame.put(i, (byte) 0);
    }
  }

  /// Where the next encoded records go: the memory of the whole batch, from [#bodyAt] on.
  public MemorySegment memory() {
    return memory;
  }

  /// The place in [#memory] behind the records so far.
  public int bodyAt() {
    return BatchFormat.HEADER_BYTES + bodyBytes;
  }

  /// Says that `count` whole records of [RecordFormat], together `bytes`, were put at [#bodyAt].
  public void added(int count, int bytes) {
    added(count, bytes, false);
  }

  /// The same; whether one of them has a [Stamp].
  public void added(int count, int bytes, boolean someStamped) {
    Check.that(!sealed && bytes <= roomBytes(), "%d bytes more than there is room", bytes, 0);
    records += count;
    bodyBytes += bytes;
    stamped |= someStamped;
  }

  /// How many bytes of records still fit.
  public int roomBytes() {
    return frame.capacity() - BatchFormat.HEADER_BYTES - bodyBytes;
  }

  /// How many records are in it.
  public int records() {
    return records;
  }

  /// Whether one of them has a [Stamp].
  public boolean stamped() {
    return stamped;
  }

  /// Shows the stamped records of the sealed batch; costs nothing if there are none.
  public void forEachStamped(StampVisitor visitor) {
    if (stamped) {
      long baseLsn = stored.frame.getLong(BatchFormat.BASE_LSN);
      // Its limit is where a sealed batch ends, and whoever copies it needs that.
      ByteBuffer body = littleEndian(frame.duplicate().clear());
      new RecordWalk()
          .over(body, BatchFormat.HEADER_BYTES, bodyAt(), baseLsn, records)
          .forEachStamped(visitor);
    }
  }

  /// Writes the header around the records: from now on it is a batch.
  void seal(long baseLsn, long epoch, long timeMicros, int previousChecksum) {
    Check.that(!sealed && records > 0, "%d records to seal", records, 0);
    sealed = true;
    int storedBytes = store();
    int length = (int) BatchFormat.frameBytes(storedBytes);
    ByteBuffer to = stored.frame.clear().limit(length);
    for (int i = BatchFormat.HEADER_BYTES + storedBytes; i < length; i++) {
      to.put(i, (byte) 0);
    }
    to.putInt(BatchFormat.LENGTH, length);
    to.putInt(BatchFormat.MAGIC, BatchFormat.MAGIC_VALUE);
    to.putInt(BatchFormat.RECORD_COUNT, records);
    to.putLong(BatchFormat.BASE_LSN, baseLsn);
    to.putLong(BatchFormat.EPOCH, epoch);
    to.putLong(BatchFormat.TIME_MICROS, timeMicros);
    to.putInt(BatchFormat.BODY_LENGTH, storedBytes);
    int bodyEnd = BatchFormat.HEADER_BYTES + storedBytes;
    to.putInt(BatchFormat.BODY_CHECKSUM, Crc32c.of(to, BatchFormat.HEADER_BYTES, bodyEnd));
    to.putInt(BatchFormat.PREVIOUS_CHECKSUM, previousChecksum);
    to.putShort(BatchFormat.CODEC, (short) (stored == plain ? Codec.NONE : codec).number());
    to.putShort(BatchFormat.FLAGS, (short) (stamped ? BatchFormat.STAMPED : 0));
    to.putInt(BatchFormat.UNCOMPRESSED_LENGTH, bodyBytes);
    to.putInt(BatchFormat.RESERVED, 0);
    to.putInt(
        BatchFormat.HEADER_CHECKSUM,
        Crc32c.around(to, 0, BatchFormat.HEADER_CHECKSUM, BatchFormat.HEADER_BYTES));
  }

  /// Chooses between the body as it is and compressed; returns its length.
  private int store() {
    stored = plain;
    int worthwhile = bodyBytes - RecordFormat.ALIGNMENT;
    if (codec == Codec.NONE || worthwhile <= 0) {
      return bodyBytes;
    }
    ByteBuffer from =
        frame
            .clear()
            .position(BatchFormat.HEADER_BYTES)
            .limit(BatchFormat.HEADER_BYTES + bodyBytes);
    ByteBuffer to =
        compressed
            .frame
            .clear()
            .position(BatchFormat.HEADER_BYTES)
            .limit(BatchFormat.HEADER_BYTES + worthwhile);
    if (!codec.compress(from, to)) {
      return bodyBytes;
    }
    stored = compressed;
    return to.position() - BatchFormat.HEADER_BYTES;
  }

  /// The sealed batch: a view of this builder's memory, valid until [#clear].
  Batch view() {
    Check.that(sealed, "not sealed");
    return Batch.ofChecked(stored.frame.slice());
  }

  /// A copy of the sealed batch, for those who keep or send it.
  public Batch toBatch() {
    Check.that(sealed, "not sealed");
    return Batch.copyOf(stored.frame, 0, stored.frame.limit());
  }

  /// The sealed batch with `mark` in front, as they go to `position` of the file of `segment`, up
  /// to the end of a block.
  ByteBuffer frames(Optional<Mark> mark, SegmentHeader segment, long position) {
    int start = mark.isPresent() ? 0 : Mark.BYTES;
    mark.ifPresent(m -> m.encode(stored.all.clear(), segment, position));
    int end = Mark.BYTES + stored.frame.limit();
    long afterBlock = segment.blockAfter(position + end - start);
    int padded = start + (int) (afterBlock - position);
    stored.all.clear();
    for (int i = end; i < padded; i++) {
      stored.all.put(i, (byte) 0);
    }
    return stored.all.position(start).limit(padded);
  }
}
