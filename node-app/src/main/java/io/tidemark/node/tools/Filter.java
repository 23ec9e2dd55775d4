package io.tidemark.node.tools;

import io.tidemark.log.verify.BatchSeen;
import io.tidemark.log.verify.RecordSeen;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Which records are wanted.
///
/// @param fromLsn the lowest
/// @param uptoLsn the highest
/// @param sinceMicros no batch older
/// @param untilMicros only batches older
public record Filter(
    long fromLsn,
    long uptoLsn,
    long sinceMicros,
    long untilMicros,
    OptionalInt type,
    OptionalLong key) {
  /// All of them.
  public static final Filter ALL =
      new Filter(1, Long.MAX_VALUE, 0, Long.MAX_VALUE, OptionalInt.empty(), OptionalLong.empty());

  boolean wants(BatchSeen batch) {
    return batch.lastLsn() >= fromLsn
        && batch.baseLsn() <= uptoLsn
        && batch.timeMicros() >= sinceMicros
        && batch.timeMicros() < untilMicros;
  }

  boolean wants(RecordSeen record) {
    return record.lsn() >= fromLsn
        && record.lsn() <= uptoLsn
        && (type.isEmpty() || type.getAsInt() == record.type())
        && (key.isEmpty() || record.keyed() && record.key() == key.getAsLong());
  }
}
