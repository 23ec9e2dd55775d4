package io.tidemark.log.producers;

import io.tidemark.log.Stamp;
import io.tidemark.log.StampVisitor;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Who appended what to a log, as far back as [ProducerLimits] say: a fold over its stamped records
/// in the order of their LSNs. Two logs with the same records have the same, whoever led when.
///
/// One thread folds, any number look.
public final class Producers implements StampVisitor {
  private final ProducerLimits limits;

  /// In the order of their newest LSNs.
  private final LinkedHashMap<Long, Recent> recent = new LinkedHashMap<>();

  private long newestLsn;

  public Producers(ProducerLimits limits) {
    this.limits = limits;
  }

  ProducerLimits limits() {
    return limits;
  }

  /// Takes the next stamped record. One that does not follow the last of its producer begins anew:
  /// its leader knew less, because the log had been trimmed, or its limits were lower.
  @Override
  public synchronized void stamped(long lsn, long producer, long sequence) {
    newestLsn = lsn;
    Recent known = recent.remove(producer);
    if (known != null && sequence == known.last() + 1) {
      known.next(lsn, limits.sequences());
      recent.put(producer, known);
    } else {
      recent.put(producer, new Recent(sequence, lsn));
    }
    if (recent.size() > limits.producers()) {
      Iterator<Long> eldest = recent.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /// What `stamp` is to the records so far.
  public synchronized Verdict look(Stamp stamp) {
    Recent known = recent.get(stamp.producer());
    return known == null ? new Verdict.Fresh() : known.look(stamp.sequence());
  }

  /// The LSN of the newest stamped record that was taken; 0 if there was none.
  public synchronized long newestLsn() {
    return newestLsn;
  }

  /// Forgets everything.
  synchronized void clear() {
    recent.clear();
    newestLsn = 0;
  }

  /// Shows each with what is known of it, in the order of their newest LSNs.
  synchronized Map<Long, Recent> snapshot() {
    return new LinkedHashMap<>(recent);
  }
}
