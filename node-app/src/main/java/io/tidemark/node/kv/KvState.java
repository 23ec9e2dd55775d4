package io.tidemark.node.kv;

import io.tidemark.foundation.Check;
import io.tidemark.log.Batch;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The store of one partition after the records it has applied. Used by one thread.
///
/// What is changed while there is a [View] goes to a second map, and into the first one when the
/// view is let go: a view costs nothing to take, a read one look-up more while there is one, and
/// letting it go as many puts as keys were changed meanwhile.
public final class KvState {
  /// A value and the record that set it.
  public record Entry(byte[] value, long lsn) {}

  /// The store as it was after record `lsn`. It stays so until it is let go, and may be read by
  /// another thread until then.
  public record View(long lsn, Map<String, Entry> entries) {}

  private final Map<String, Entry> entries;

  /// What was changed since the view was taken; a key that is out has no entry.
  private final Map<String, Optional<Entry>> changes = new HashMap<>();

  private boolean viewed;
  private long appliedLsn;

  /// Empty, before the first record.
  public KvState() {
    this(0, new HashMap<>());
  }

  /// As it is after record `lsn`; `entries` is its own from now on.
  KvState(long lsn, Map<String, Entry> entries) {
    this.appliedLsn = lsn;
    this.entries = entries;
  }

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
      case KvOperation.Put(String key, byte[] value) ->
          change(key, Optional.of(new Entry(value, lsn)));
      case KvOperation.Delete(String key) -> change(key, Optional.empty());
    }
  }

  private void change(String key, Optional<Entry> entry) {
    if (viewed) {
      changes.put(key, entry);
    } else {
      entry.ifPresentOrElse(now -> entries.put(key, now), () -> entries.remove(key));
    }
  }

  /// The store as it is now. There is one view at a time.
  public View view() {
    Check.that(!viewed, "a view before the other one is let go");
    viewed = true;
    return new View(appliedLsn, Collections.unmodifiableMap(entries));
  }

  /// Nobody reads the view any more.
  public void letGo() {
    viewed = false;
    changes.forEach(this::change);
    changes.clear();
  }

  /// The value of `key` after [#appliedLsn].
  public Optional<Entry> get(String key) {
    Optional<Entry> changed = changes.get(key);
    return changed != null ? changed : Optional.ofNullable(entries.get(key));
  }

  /// The last record applied.
  public long appliedLsn() {
    return appliedLsn;
  }

  /// How many keys there are.
  public int size() {
    int size = entries.size();
    for (Map.Entry<String, Optional<Entry>> change : changes.entrySet()) {
      size -= entries.containsKey(change.getKey()) ? 1 : 0;
      size += change.getValue().isPresent() ? 1 : 0;
    }
    return size;
  }
}
