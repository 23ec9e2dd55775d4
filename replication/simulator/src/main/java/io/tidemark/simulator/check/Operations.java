package io.tidemark.simulator.check;

import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The records of producers: each carries the number of its operation, and no two the same.
public final class Operations {
  /// In place of an operation where a record is the log's own.
  public static final long NONE = 0;

  private Operations() {}

  /// A record for `operation` that is `sizeBytes` long, at least eight.
  public static RecordData record(long operation, int sizeBytes) {
    ByteBuffer payload = ByteBuffer.allocate(Math.max(Long.BYTES, sizeBytes));
    return RecordData.data(payload.putLong(operation).array());
  }

  /// The operations of the records of `batch`, in their order.
  public static List<Long> in(Batch batch) {
    List<Long> operations = new ArrayList<>();
    batch.forEach(
        record ->
            operations.add(record.type() == RecordData.DATA ? record.payload().getLong(0) : NONE));
    return operations;
  }
}
