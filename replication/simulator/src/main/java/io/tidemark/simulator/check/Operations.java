package io.tidemark.simulator.check;

import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import io.tidemark.log.RecordView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The records of producers: each carries the number of its operation, and no two the same, then
/// bytes that follow from it.
public final class Operations {
  /// In place of an operation where a record is the log's own.
  public static final long NONE = 0;

  private Operations() {}

  /// A record for `operation` that is `sizeBytes` long, at least eight.
  public static RecordData record(long operation, int sizeBytes) {
    ByteBuffer payload = ByteBuffer.allocate(Math.max(Long.BYTES, sizeBytes));
    payload.putLong(operation);
    while (payload.hasRemaining()) {
      payload.put(byteAt(operation, payload.position()));
    }
    return RecordData.data(payload.array());
  }

  private static byte byteAt(long operation, int position) {
    return (byte) (operation * 31 + position);
  }

  /// The operations of the records of `batch`, in their order.
  public static List<Long> in(Batch batch) {
    List<Long> operations = new ArrayList<>();
    batch.forEach(record -> operations.add(record.type() == RecordData.DATA ? of(record) : NONE));
    return operations;
  }

  /// The operation of a producer's record.
  static long of(RecordView record) {
    return record.payload().getLong(0);
  }

  /// Whether a producer's record has all the bytes that follow from its operation.
  static boolean isWhole(RecordView record) {
    ByteBuffer payload = record.payload();
    long operation = of(record);
    for (int at = Long.BYTES; at < payload.limit(); at++) {
      if (payload.get(at) != byteAt(operation, at)) {
        return false;
      }
    }
    return true;
  }
}
