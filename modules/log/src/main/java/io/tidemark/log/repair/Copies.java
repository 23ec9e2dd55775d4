package io.tidemark.log.repair;

import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.ReadResult;
import java.util.ArrayList;
import java.util.List;

/// What a replica can give to others whose logs are damaged.
@FunctionalInterface
public interface Copies {
  /// The batches from the one with `fromLsn` up to that with `uptoLsn`, as many as `maxBytes`
  /// holds; none if the first is not there.
  List<Batch> read(long fromLsn, long uptoLsn, int maxBytes);

  /// Those of an open log.
  static Copies of(Log log) {
    return (fromLsn, uptoLsn, maxBytes) -> {
      List<Batch> batches = new ArrayList<>();
      int bytes = 0;
      long lsn = fromLsn;
      try {
        while (lsn <= uptoLsn && log.read(lsn) instanceof ReadResult.Found(Batch batch)) {
          bytes += batch.sizeBytes();
          if (bytes > maxBytes) {
            break;
          }
          batches.add(batch);
          lsn = batch.lastLsn() + 1;
        }
      } catch (LogDamagedException e) {
        // What is in front of it helps as well.
      }
      return batches;
    };
  }

  /// Those that are whole in one that is being repaired.
  static Copies of(Repair repair) {
    return repair::read;
  }
}
