package io.tidemark.testkit.load;

import io.tidemark.foundation.Chance;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.zip.CRC32C;

/// The keys that are in use at a time: the same number in each partition, and each for so many
/// operations only, because the search for an order is as long as the history of one key.
///
/// Safe for use by several threads.
final class Keys {
  private static final int EACH_PARTITION = 3;
  private static final int OPERATIONS_EACH = 600;

  private final int partitions;
  private final AtomicIntegerArray used;

  Keys(int partitions) {
    this.partitions = partitions;
    this.used = new AtomicIntegerArray(partitions * EACH_PARTITION);
  }

  /// A key for one operation.
  String next(Chance chance) {
    int slot = chance.below(used.length());
    int generation = used.getAndIncrement(slot) / OPERATIONS_EACH;
    String stem = "k%d-%d-".formatted(slot, generation);
    int suffix = 0;
    while (partitionOf(stem + suffix) != slot % partitions) {
      suffix++;
    }
    return stem + suffix;
  }

  /// CRC32C of the key, modulo, as every node reckons it.
  int partitionOf(String key) {
    CRC32C crc = new CRC32C();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % partitions);
  }
}
