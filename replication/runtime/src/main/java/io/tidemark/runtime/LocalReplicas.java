package io.tidemark.runtime;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/// The replicas of one node by partition: some at the start, more when it is asked to join, fewer
/// when they have moved away. Safe for use by several threads, and cheap to read, because every
/// tick and every frame does.
final class LocalReplicas {
  private final AtomicReferenceArray<ReplicaHandle> byPartition;
  private volatile List<ReplicaHandle> all = List.of();

  /// None yet, of partitions 0 to `partitions - 1`.
  LocalReplicas(int partitions) {
    byPartition = new AtomicReferenceArray<>(partitions);
  }

  int partitions() {
    return byPartition.length();
  }

  synchronized void add(ReplicaHandle replica) {
    byPartition.set(replica.partition(), replica);
    collect();
  }

  synchronized void remove(ReplicaHandle replica) {
    byPartition.compareAndSet(replica.partition(), replica, null);
    collect();
  }

  private void collect() {
    all =
        IntStream.range(0, partitions())
            .mapToObj(byPartition::get)
            .filter(Objects::nonNull)
            .toList();
  }

  /// That of `partition`, if there is one; [IndexOutOfBoundsException] if there is no such
  /// partition.
  Optional<ReplicaHandle> of(int partition) {
    return Optional.ofNullable(byPartition.get(partition));
  }

  /// In the order of their partitions.
  List<ReplicaHandle> all() {
    return all;
  }
}
