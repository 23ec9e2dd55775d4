package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import io.tidemark.foundation.Check;
import io.tidemark.log.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The records that are written, checksummed and sent together; immutable.
///
/// It is encoded once, by the leader, and is nothing but those bytes: [#bytes] is what every file
/// and every wire carries. Whoever holds a `Batch` knows that all of it was verified.
public final class Batch {
  // Exactly the frame, little-endian, position 0, never written again and never handed out.
  private final ByteBuffer frame;

  private Batch(ByteBuffer frame) {
    this.frame = frame;
  }

  /// A batch of at least one record; the first gets `baseLsn`.
  ///
  /// @param timeMicros never less than that of the batch before; the writer sees to it
  /// @param previousChecksum the [#checksum] of the batch before, 0 before the first
  public static Batch encode(
      long baseLsn, long epoch, long timeMicros, int previousChecksum, List<RecordData> records) {
    Check.argument(
        baseLsn >= 1 && baseLsn <= Long.MAX_VALUE - records.size(), "base LSN %d", baseLsn);
    Check.argument(epoch >= 0 && timeMicros >= 0, "epoch %d, time %d", epoch, timeMicros);
    Check.argument(!records.isEmpty(), "a batch of no records");
    return new Batch(
        littleEndian(
            BatchFormat.encode(baseLsn, epoch, timeMicros, previousChecksum, records)
                .asReadOnlyBuffer()));
  }

  /// The batch at the position of `bytes`, which moves behind it; throws [BatchRefused] and leaves
  /// the position where it is if those bytes are not a whole sound batch.
  ///
  /// The bytes are copied, after their length was checked against `maxBatchBytes` and what remains.
  public static Batch decode(ByteBuffer bytes, int maxBatchBytes) {
    ByteBuffer view = littleEndian(bytes.slice());
    int length = checkWhole(view, maxBatchBytes);
    ByteBuffer copy = ByteBuffer.allocate(length);
    copy.put(view.slice(0, length));
    Batch batch = new Batch(littleEndian(copy.flip().asReadOnlyBuffer()));
    bytes.position(bytes.position() + length);
    return batch;
  }

  /// Like [#decode] without the copy: `bytes`, from index 0 on, must not change while the batch is
  /// in use.
  static Batch view(ByteBuffer bytes, int maxBatchBytes) {
    int length = checkWhole(bytes, maxBatchBytes);
    return new Batch(littleEndian(bytes.slice(0, length).asReadOnlyBuffer()));
  }

  private static int checkWhole(ByteBuffer view, int maxBatchBytes) {
    int length = BatchFormat.checkHeader(view, maxBatchBytes);
    if (length > view.limit()) {
      throw new BatchRefused(
          Reason.LENGTH, "a batch of %d bytes, found %d of them", length, view.limit());
    }
    BatchFormat.checkBody(view);
    return length;
  }

  /// The LSN of its first record.
  public long baseLsn() {
    return frame.getLong(BatchFormat.BASE_LSN);
  }

  /// The LSN of its last record.
  public long lastLsn() {
    return baseLsn() + recordCount() - 1;
  }

  /// The epoch of the leader that encoded it.
  public long epoch() {
    return frame.getLong(BatchFormat.EPOCH);
  }

  /// When the leader encoded it, in microseconds since 1970.
  public long timeMicros() {
    return frame.getLong(BatchFormat.TIME_MICROS);
  }

  /// How many records it has, at least one.
  public int recordCount() {
    return frame.getInt(BatchFormat.RECORD_COUNT);
  }

  /// The checksum that identifies it and that the next batch repeats.
  public int checksum() {
    return frame.getInt(BatchFormat.HEADER_CHECKSUM);
  }

  /// The checksum of the batch before; 0 before the first.
  public int previousChecksum() {
    return frame.getInt(BatchFormat.PREVIOUS_CHECKSUM);
  }

  /// The length of [#bytes].
  public int sizeBytes() {
    return frame.capacity();
  }

  /// All its bytes: a read-only view with a position of its own.
  public ByteBuffer bytes() {
    return frame.duplicate();
  }

  /// Shows the records in the order of their LSNs.
  public void forEach(RecordVisitor visitor) {
    BatchFormat.forEach(frame, visitor);
  }

  /// The records as a list.
  public List<RecordView> records() {
    List<RecordView> records = new ArrayList<>(recordCount());
    forEach(
        (lsn, type, optional, payload) ->
            records.add(new RecordView(lsn, type, optional, payload)));
    return records;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Batch batch && frame.equals(batch.frame);
  }

  @Override
  public int hashCode() {
    return checksum();
  }

  @Override
  public String toString() {
    return "batch "
        + baseLsn()
        + ".."
        + lastLsn()
        + " epoch "
        + epoch()
        + " checksum "
        + Integer.toHexString(checksum());
  }
}
