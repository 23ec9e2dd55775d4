package io.tidemark.log.ring;

import java.util.Arrays;

/// A record as it came out of a ring.
record Drained(long lsn, int type, int flags, long key, byte[] payload, Object attachment) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Drained that
        && lsn == that.lsn
        && type == that.type
        && flags == that.flags
        && key == that.key
        && Arrays.equals(payload, that.payload)
        && attachment.equals(that.attachment);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(lsn);
  }

  @Override
  public String toString() {
    return "LSN %d type %d flags %d key %d %s %s"
        .formatted(lsn, type, flags, key, Arrays.toString(payload), attachment);
  }
}
