package io.tidemark.node.kv;

import io.tidemark.foundation.Check;
import io.tidemark.log.Batch;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The store of one partition after the records it has applied. Used by one thread.
public final class KvState {
  /// A value and the record that set it.
  public record Entry(byte[] value, long lsn) {}

  private final Map<String, Entry> entries = new HashMap<>();
  private long appliedLsn;

  /// Applies a batch that follows what was applied before; what overlaps was applied already.
  public void apply(Batch batch) {
    Check.that(
        batch.baseLsn() <= appliedLsn + 1,
        "record %d does not follow %d",
        batch.baseLsn(),
        appliedLsn);
    batch
        .records()
        .forEach(
            record -> {
              if (record.lsn() > appliedLsn && record.type() == KvOperation.RECORD_TYPE) {
                apply(record.lsn(), KvOperation.decode(record.payload()));
              }
            });
    appliedLsn = Math.max(appliedLsn, batch.lastLsn());
  }

  private void apply(long lsn, KvOperation operation) {
    switch (operation) {
      case KvOperation.Put(String key, byte[] value) -> entries.put(key, new Entry(value, lsn));
      case KvOperation.Delete(String key) -> entries.remove(key);
    }
  }

  /// The value of `key` after [#appliedLsn].
  public Optional<Entry> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /// The last record applied.
  public long appliedLsn() {
    return appliedLsn;
  }

  /// How many keys there are.
  public int size() {
    return entries.size();
  }
}
