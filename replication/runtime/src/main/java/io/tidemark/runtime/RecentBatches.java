package io.tidemark.runtime;

import io.tidemark.log.Batch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// The newest batches of a log, kept in memory so that the live tail is sent without reading the
/// disk. Bounded in bytes; consecutive.
final class RecentBatches {
  private final long limitBytes;
  private final ArrayDeque<Batch> batches = new ArrayDeque<>();
  private long bytes;

  RecentBatches(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  void add(Batch batch) {
    if (!batches.isEmpty() && batches.getLast().lastLsn() + 1 != batch.baseLsn()) {
      clear();
    }
    batches.addLast(batch);
    bytes += batch.sizeBytes();
    while (bytes > limitBytes && batches.size() > 1) {
      bytes -= batches.removeFirst().sizeBytes();
    }
  }

  void clear() {
    batches.clear();
    bytes = 0;
  }

  /// Whole batches from `fromLsn` on, at most through `uptoLsn` and `maxBytes`, but at least one;
  /// none if the one that starts at `fromLsn` is not here.
  List<Batch> from(long fromLsn, long uptoLsn, int maxBytes) {
    if (batches.isEmpty() || batches.getFirst().baseLsn() > fromLsn) {
      return List.of();
    }
    List<Batch> found = new ArrayList<>();
    // Newest first: what is asked for is near the end.
    for (Iterator<Batch> i = batches.descendingIterator(); i.hasNext(); ) {
      Batch batch = i.next();
      if (batch.baseLsn() < fromLsn) {
        break;
      }
      if (batch.lastLsn() <= uptoLsn) {
        found.addFirst(batch);
      }
    }
    return found.isEmpty() || found.getFirst().baseLsn() != fromLsn
        ? List.of()
        : prefix(found, maxBytes);
  }

  /// As many of `batches` as `maxBytes` holds, but at least one.
  static List<Batch> prefix(List<Batch> batches, int maxBytes) {
    int total = 0;
    int count = 0;
    while (count < batches.size()
        && (count == 0 || total + batches.get(count).sizeBytes() <= maxBytes)) {
      total += batches.get(count).sizeBytes();
      count++;
    }
    return batches.subList(0, count);
  }
}
