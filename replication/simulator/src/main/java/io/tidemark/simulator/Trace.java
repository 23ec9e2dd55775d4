package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.LogDamagedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// All that happened in a run, as one number and, if wanted, as lines to read.
final class Trace {
  private final boolean readable;
  private final List<String> lines = new ArrayList<>();
  private long hash;
  private long entries;

  Trace(boolean readable) {
    this.readable = readable;
  }

  /// `what` must hash alike in every run: records of numbers, texts and lists of such.
  void note(long nowMicros, Object what, Supplier<String> line) {
    hash = (hash ^ nowMicros) * 0x100000001B3L;
    hash = (hash ^ what.hashCode()) * 0x100000001B3L;
    hash = (hash ^ what.getClass().getName().hashCode()) * 0x100000001B3L;
    entries++;
    if (readable) {
      lines.add(String.format("%,11d  %s", nowMicros, line.get()));
    }
  }

  /// That `node` found `damage`, whose text names checksums, which depend on the wall clock.
  void note(long nowMicros, ReplicaId node, String what, LogDamagedException damage) {
    note(
        nowMicros,
        List.of(what, damage.kind(), damage.file(), damage.expectedLsn()),
        () -> node + " " + what + ": " + damage.getMessage());
  }

  long hash() {
    return hash;
  }

  long entries() {
    return entries;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
