package io.tidemark.log;

import java.util.ArrayList;
import java.util.List;

/// Makes batches that continue each other, and remembers what a log should hold.
final class Batches {
  private final List<Batch> all = new ArrayList<>();
  private Tail start = Tail.EMPTY;
  private long epoch = 1;
  private long laterMicros;

  /// The next batch, of `records` records of `payloadBytes` each.
  Batch next(int records, int payloadBytes) {
    Tail tail = tail();
    List<RecordData> data = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      byte[] payload = new byte[payloadBytes];
      for (int b = 0; b < payloadBytes; b++) {
        payload[b] = (byte) (31 * (tail.nextLsn() + i) + 7L * b + 13 * epoch);
      }
      data.add(RecordData.data(payload));
    }
    Batch batch =
        Batch.encode(tail.nextLsn(), epoch, timeOf(tail.nextLsn()), tail.checksum(), data);
    all.add(batch);
    return batch;
  }

  /// Takes one that was made elsewhere and comes next.
  void add(Batch batch) {
    all.add(batch);
  }

  /// Lets `micros` pass before the next one.
  void later(long micros) {
    laterMicros += micros;
  }

  long timeOf(long lsn) {
    return 1000 + laterMicros + lsn;
  }

  List<Batch> next(int batches, int records, int payloadBytes) {
    List<Batch> made = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      made.add(next(records, payloadBytes));
    }
    return made;
  }

  void epoch(long epoch) {
    this.epoch = epoch;
  }

  long epoch() {
    return epoch;
  }

  /// Forgets all; the next one follows `tail`.
  void beginBehind(Tail tail) {
    all.clear();
    start = tail;
  }

  void truncateAfter(long lsn) {
    all.removeIf(batch -> batch.lastLsn() > lsn);
  }

  Tail tail() {
    return all.isEmpty() ? start : Tail.EMPTY.after(all.getLast());
  }

  List<Batch> all() {
    return List.copyOf(all);
  }

  /// All batches of `log`, read one after the other.
  static List<Batch> in(Log log) {
    List<Batch> batches = new ArrayList<>();
    long lsn = log.firstLsn();
    while (log.read(lsn) instanceof ReadResult.Found(Batch batch)) {
      batches.add(batch);
      lsn = batch.lastLsn() + 1;
    }
    return batches;
  }
}
