package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import io.tidemark.foundation.Check;
import io.tidemark.log.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The records that are written, checksummed and sent together; immutable.
///
/// It is encoded once, by the leader, and is nothing but those bytes: [#bytes] is what every file
/// and every wire carries. Whoever holds a `Batch` knows that all of it was verified.
public final class Batch {
  /// What a batch takes besides its records.
  public static final int HEADER_BYTES = BatchFormat.HEADER_BYTES;

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
    BatchBuilder builder = BatchBuilder.once(neededBytes(records));
    records.forEach(record -> Check.that(builder.add(record), "no room for a record"));
    builder.seal(baseLsn, epoch, timeMicros, previousChecksum);
    return builder.view();
  }

  private static int neededBytes(List<RecordData> records) {
    long bytes =
        BatchFormat.HEADER_BYTES + records.stream().mapToLong(RecordData::frameBytes).sum();
    Check.argument(
        bytes <= LogConfig.MAX_BATCH_BYTES,
        "a batch of %d bytes is over the limit of %d",
        bytes,
        LogConfig.MAX_BATCH_BYTES);
    return (int) bytes;
  }

  /// The batch in `frame`, which is little-endian, begins and ends with it, was checked, and is
  /// never written again.
  static Batch ofChecked(ByteBuffer frame) {
    return new Batch(littleEndian(frame.asReadOnlyBuffer()));
  }

  /// The batch at the position of `bytes`, which moves behind it; throws [BatchRefused] and leaves
  /// the position where it is if those bytes are not a whole sound batch.
  ///
  /// The bytes are copied, after their length was checked against `maxBatchBytes` and what remains.
  public static Batch decode(ByteBuffer bytes, int maxBatchBytes) {
    ByteBuffer view = littleEndian(bytes.slice());
    int length = BatchFormat.checkHeader(view, 0, maxBatchBytes);
    int uncompressedBytes = view.getInt(BatchFormat.UNCOMPRESSED_LENGTH);
    if (length > view.limit() || uncompressedBytes > maxBatchBytes) {
      throw new BatchRefused(
          Reason.LENGTH,
          "a batch of %d bytes, %d uncompressed, found %d of them where %d are allowed",
          length,
          uncompressedBytes,
          view.limit(),
          maxBatchBytes);
    }
    BatchFormat.checkBody(view, 0);
    checkRecords(view);
    bytes.position(bytes.position() + length);
    return copyOf(view, 0, length);
  }

  /// A copy of the checked batch of `length` bytes at `at` of `frame`.
  static Batch copyOf(ByteBuffer frame, int at, int length) {
    ByteBuffer copy = littleEndian(ByteBuffer.allocate(length));
    return ofChecked(copy.put(frame.slice(at, length)).flip());
  }

  private static void checkRecords(ByteBuffer view) {
    RecordWalk records = new Body().of(view, 0);
    while (records.next()) {
      // to see that they are there is enough
    }
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

  /// How its body is stored.
  public Codec codec() {
    return Codec.of(frame.getShort(BatchFormat.CODEC));
  }

  /// Shows the records in the order of their LSNs.
  public void forEach(RecordVisitor visitor) {
    // A walk of its own for each call: what it shows of a compressed body stays as it is.
    RecordWalk records = new Body().of(frame, 0);
    while (records.next()) {
      visitor.record(records.view());
    }
  }

  /// The records as a list.
  public List<RecordView> records() {
    List<RecordView> records = new ArrayList<>(recordCount());
    forEach(records::add);
    return records;
  }

  /// The payload of its only record, if it has but one and that is of `type`.
  public Optional<ByteBuffer> only(int type) {
    if (recordCount() != 1) {
      return Optional.empty();
    }
    RecordView record = records().getFirst();
    return record.type() == type ? Optional.of(record.payload()) : Optional.empty();
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
