package io.tidemark.node.process;

import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import io.tidemark.node.demo.SegmentReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The files of stopped nodes against what a [Load] was told.
final class Disks {
  private static final int KEY_VALUE_RECORD = 257;

  private final List<String> faults = new ArrayList<>();

  private Disks() {}

  /// Everything that is not as it was promised, a sentence each.
  static List<String> faults(DemoCluster cluster, Load load) throws IOException {
    Disks disks = new Disks();
    Set<ByteBuffer> mayBeThere = new HashSet<>();
    load.acknowledged().forEach(a -> mayBeThere.add(payload(a.value())));
    load.unknown().forEach(value -> mayBeThere.add(payload(value)));
    for (int partition = 0; partition < cluster.partitions(); partition++) {
      List<SegmentReader> replicas = replicas(cluster, partition);
      String where = "partition " + partition;
      SegmentReader.difference(replicas).ifPresent(d -> disks.faults.add(where + ": " + d));
      for (SegmentReader replica : replicas) {
        disks.acknowledgedIsThere(partition, replica, load);
      }
      disks.nothingInvented(where, replicas.getFirst(), mayBeThere);
    }
    return disks.faults;
  }

  /// What was acknowledged and is not on the disk of `node`, a sentence each.
  static List<String> missing(NodeProcess node, int partition, Load load) throws IOException {
    Disks disks = new Disks();
    SegmentReader replica = SegmentReader.read(directory(node, partition));
    disks.acknowledgedIsThere(partition, replica, load);
    return disks.faults;
  }

  /// The three replicas of `partition`, node a's first.
  static List<SegmentReader> replicas(DemoCluster cluster, int partition) throws IOException {
    List<SegmentReader> replicas = new ArrayList<>();
    for (NodeProcess node : cluster.nodes()) {
      replicas.add(SegmentReader.read(directory(node, partition)));
    }
    return replicas;
  }

  static Path directory(NodeProcess node, int partition) {
    return node.data().resolve("partition-%04d".formatted(partition));
  }

  private void acknowledgedIsThere(int partition, SegmentReader replica, Load load) {
    List<SegmentReader.Entry> entries = replica.entries();
    for (Load.Acknowledged a : load.acknowledged()) {
      if (a.partition() == partition
          && (a.lsn() > entries.size()
              || !ByteBuffer.wrap(entries.get((int) a.lsn() - 1).payload())
                  .equals(payload(a.value())))) {
        faults.add("%s is not there; the log ends at %d".formatted(a, entries.size()));
      }
    }
  }

  private void nothingInvented(String where, SegmentReader replica, Set<ByteBuffer> mayBeThere) {
    Map<ByteBuffer, Integer> found = new HashMap<>();
    for (SegmentReader.Entry entry : replica.entries()) {
      if (entry.type() == KEY_VALUE_RECORD) {
        found.merge(ByteBuffer.wrap(entry.payload()), 1, Integer::sum);
      }
    }
    found.forEach(
        (payload, times) -> {
          String text = StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
          if (times > 1) {
            faults.add("%s has '%s' %d times".formatted(where, text, times));
          }
          if (!mayBeThere.contains(payload)) {
            faults.add("%s has '%s', which was refused or never sent".formatted(where, text));
          }
        });
  }

  /// The record of a put, encoded here once more from its description.
  private static ByteBuffer payload(Load.Value value) {
    byte[] key = value.key().getBytes(StandardCharsets.UTF_8);
    byte[] bytes = value.bytes();
    return ByteBuffer.allocate(3 + key.length + bytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 1)
        .putShort((short) key.length)
        .put(key)
        .put(bytes)
        .flip();
  }
}
