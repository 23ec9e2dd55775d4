package io.tidemark.benchmarks.contender;

import io.tidemark.foundation.Check;
import org.HdrHistogram.Histogram;

/// Records to append.
///
/// @param records how many, a multiple of `outstanding`
/// @param outstanding how many may have been handed over and not be durable yet, a multiple of the
///   store's partitions
/// @param waits gets the nanoseconds from handing over to durable, if one is outstanding; written
///   by one thread at a time
public record Load(Payloads payloads, int records, int outstanding, Histogram waits) {
  public Load {
    Check.argument(
        outstanding >= 1 && records % outstanding == 0,
        "%d records, %d outstanding",
        records,
        outstanding);
  }

  /// The same, where nobody asks afterwards how long records waited.
  public Load(Payloads payloads, int records, int outstanding) {
    this(payloads, records, outstanding, new Histogram(3));
  }

  /// As many whole groups of `outstanding` records as `bytes` of payload are.
  public static Load of(Payloads payloads, long bytes, int outstanding) {
    int groups = (int) (bytes / payloads.sizeBytes() / outstanding);
    return new Load(payloads, groups * outstanding, outstanding);
  }

  /// Notes how long the one outstanding record waited.
  void waited(long nanos) {
    if (outstanding == 1) {
      waits.recordValue(nanos);
    }
  }

  /// For a store that makes a group durable in one call: as many groups of `outstanding` records.
  void inGroups(Group group) throws Exception {
    for (int from = 0; from < records; from += outstanding) {
      long began = System.nanoTime();
      group.append(from);
      waited(System.nanoTime() - began);
    }
  }

  /// Appends `outstanding` records from number `from` on.
  @FunctionalInterface
  interface Group {
    void append(int from) throws Exception;
  }
}
