package io.tidemark.log.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One object for each record in a ring, or none, kept beside the bytes.
///
/// ```
///   drained by the last drain            claimed
///   ├─────── ≤ maxRecords ──────┤├──── ≤ maxRecords ────┤
/// ```
///
/// There are twice as many slots as records may be outstanding. When a drain gives its room back,
/// producers may claim `maxRecords` further LSNs at once, while the consumer still fetches the
/// attachments of what it drained; a drain takes at most `maxRecords`, so the two never share a
/// slot before the next drain.
final class Attachments {
  /// What stands for none outside; inside it is null, which spares the collector's barrier.
  enum None {
    NO_ATTACHMENT
  }

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

  private final Object[] slots;

  Attachments(int maxRecords) {
    slots = new Object[2 * maxRecords];
  }

  /// The producer's, before it commits `lsn`; a slot may still hold what nobody fetched.
  void put(long lsn, Object attachment) {
    SLOT.setRelease(slots, slot(lsn), attachment instanceof None ? null : attachment);
  }

  /// The consumer's: what was put for `lsn`, once.
  Object take(long lsn) {
    int slot = slot(lsn);
    Object attachment = SLOT.getAcquire(slots, slot);
    if (attachment == null) {
      return None.NO_ATTACHMENT;
    }
    SLOT.set(slots, slot, null);
    return attachment;
  }

  private int slot(long lsn) {
    return (int) lsn & (slots.length - 1);
  }
}
