package io.tidemark.benchmarks.work;

import java.time.Duration;
import java.util.List;

/// How much a run does.
///
/// @param turn how long a timed turn lasts; too short: the ratio is noise
/// @param filledBytes what is read back, verified, weighed; more than the last cache of a processor
/// @param reopened sizes of the stores that are opened after a kill
/// @param partitions how many share the disk
/// @param partitionOutstanding records outstanding in all partitions together, a multiple of each
///   of `partitions`
public record Scale(
    Duration turn,
    long filledBytes,
    List<Reopened> reopened,
    List<Integer> partitions,
    int partitionOutstanding) {
  /// @param name as in the tables
  /// @param rounds at most
  record Reopened(String name, long bytes, int rounds) {}

  private static final long MIB = 1 << 20;

  /// What the published figures are of.
  public static Scale full() {
    return new Scale(
        Duration.ofMillis(300),
        256 * MIB,
        List.of(
            new Reopened("almost empty", MIB, 5),
            new Reopened("1 GiB", 1024 * MIB, 5),
            new Reopened("10 GiB", 10240 * MIB, 3)),
        List.of(1, 100, 1000),
        1000);
  }

  /// Whether everything still runs.
  public static Scale quick() {
    return new Scale(
        Duration.ofMillis(30),
        8 * MIB,
        List.of(new Reopened("almost empty", MIB, 1), new Reopened("32 MiB", 32 * MIB, 1)),
        List.of(1, 10),
        100);
  }
}
