package io.tidemark.testkit.check;

import java.util.Arrays;

/// One record as a replica's files or a node's answer have it. The payload is not copied: nobody
/// changes it.
public record LogRecord(long lsn, long epoch, long timeMicros, int type, byte[] payload) {
  @Override
  public boolean equals(Object other) {
    return other instanceof LogRecord that
        && lsn == that.lsn
        && epoch == that.epoch
        && timeMicros == that.timeMicros
        && type == that.type
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(lsn * 31 + epoch);
  }

  @Override
  public String toString() {
    return "record %d of epoch %d, type %d, %d bytes".formatted(lsn, epoch, type, payload.length);
  }
}
