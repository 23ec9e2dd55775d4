package io.tidemark.benchmarks.work;

import io.tidemark.benchmarks.contender.Payloads;
import io.tidemark.benchmarks.contender.Setup;
import java.util.ArrayList;
import java.util.List;

/// Everything that is measured, in the order of the tables.
public final class Works {
  /// What the file of a partition takes where there are many.
  private static final long PARTITION_FILE_BYTES = 1 << 20;

  private Works() {}

  /// All of them at that scale.
  public static List<Work> all(Scale scale, Scratch scratch) {
    List<Work> all = new ArrayList<>();
    for (int bytes : List.of(100, 1024)) {
      for (int outstanding : List.of(1, 16, 256)) {
        all.add(durable(bytes, outstanding, scale, scratch));
      }
    }
    all.add(notSynced(scale, scratch));
    for (int bytes : List.of(100, 1024)) {
      all.add(new ReadBack(new Payloads(bytes), scale.filledBytes(), scale.turn(), scratch));
    }
    all.add(new Verify(scale.filledBytes(), scratch));
    for (Scale.Reopened size : scale.reopened()) {
      all.add(new Reopen(size.name(), size.bytes(), size.rounds(), scratch));
    }
    for (int partitions : scale.partitions()) {
      all.add(partitions(partitions, scale, scratch));
    }
    all.add(new PageCache(scale.filledBytes(), scratch));
    all.add(new Space(scale.filledBytes(), scratch));
    return all;
  }

  private static Work durable(int bytes, int outstanding, Scale scale, Scratch scratch) {
    return new Append(
        "durable, %d B, %d outstanding".formatted(bytes, outstanding),
        new Payloads(bytes),
        outstanding,
        Setup.defaults(),
        scale.turn(),
        scratch);
  }

  private static Work notSynced(Scale scale, Scratch scratch) {
    return new Append(
        "not synced, 100 B, 256 outstanding, one thread",
        new Payloads(100),
        256,
        Setup.defaults().notSynced(),
        scale.turn(),
        scratch);
  }

  private static Work partitions(int partitions, Scale scale, Scratch scratch) {
    int outstanding = scale.partitionOutstanding();
    Setup setup = Setup.defaults();
    return new Append(
        "partitions: %d, durable, 100 B, %d outstanding".formatted(partitions, outstanding),
        new Payloads(100),
        outstanding,
        partitions == 1 ? setup : setup.withPartitions(partitions, PARTITION_FILE_BYTES),
        scale.turn(),
        scratch);
  }
}
