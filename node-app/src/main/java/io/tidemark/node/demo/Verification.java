package io.tidemark.node.demo;

import io.tidemark.node.demo.Loader.Place;
import io.tidemark.node.demo.SegmentReader.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Compares what the loader and the subscriber were told with what is on the three disks.
final class Verification {
  private static final int KEY_VALUE_RECORD = 257;

  private final DemoCluster cluster;
  private final Input input;
  private final Loader loader;
  private final Subscriber subscriber;
  private final List<String> faults = new ArrayList<>();
  private final List<PartitionResult> results = new ArrayList<>();
  private int writtenTwice;

  /// What one partition came to.
  record PartitionResult(int partition, long lastLsn, long records, String sha256) {}

  Verification(DemoCluster cluster, Input input, Loader loader, Subscriber subscriber) {
    this.cluster = cluster;
    this.input = input;
    this.loader = loader;
    this.subscriber = subscriber;
  }

  /// Reads the files of the stopped nodes; what is wrong is in [#faults].
  void run() throws IOException {
    faults.addAll(subscriber.faults());
    List<List<Integer>> linesOf = linesByPartition();
    for (int partition = 0; partition < cluster.partitions(); partition++) {
      List<SegmentReader> replicas = new ArrayList<>();
      for (NodeProcess node : cluster.nodes()) {
        replicas.add(
            SegmentReader.read(node.data().resolve("partition-%04d".formatted(partition))));
      }
      compare(partition, replicas);
      for (int i = 0; i < replicas.size(); i++) {
        String where = "partition " + partition + " on node " + cluster.nodes().get(i).id();
        acknowledgedIsThere(where, replicas.get(i).entries(), linesOf.get(partition));
      }
      nothingInvented(partition, replicas.getFirst().entries(), linesOf.get(partition));
    }
  }

  private List<List<Integer>> linesByPartition() {
    List<List<Integer>> lines = new ArrayList<>();
    for (int partition = 0; partition < cluster.partitions(); partition++) {
      lines.add(new ArrayList<>());
    }
    for (int line = 0; line < input.lines().size(); line++) {
      Optional<Place> place = loader.placeOf(line);
      if (place.isPresent()) {
        lines.get(place.get().partition()).add(line);
      } else {
        faults.add("line " + (line + 1) + " was never acknowledged");
      }
    }
    return lines;
  }

  private void compare(int partition, List<SegmentReader> replicas) {
    SegmentReader.difference(replicas)
        .ifPresent(difference -> faults.add("partition %d: %s".formatted(partition, difference)));
    long lastLsn = replicas.stream().mapToLong(SegmentReader::lastLsn).min().orElseThrow();
    if (subscriber.lastSeen(partition) < lastLsn) {
      faults.add(
          "the subscriber of partition %d saw up to %d, the log ends at %d"
              .formatted(partition, subscriber.lastSeen(partition), lastLsn));
    }
    long records =
        replicas.getFirst().entries().stream().filter(e -> e.type() == KEY_VALUE_RECORD).count();
    results.add(
        new PartitionResult(partition, lastLsn, records, replicas.getFirst().sha256(lastLsn)));
  }

  private void acknowledgedIsThere(String where, List<Entry> entries, List<Integer> lines) {
    for (int line : lines) {
      long lsn = loader.placeOf(line).orElseThrow().lsn();
      if (lsn > entries.size()) {
        faults.add(
            "%s: line %d was acknowledged at LSN %d, the log ends at %d"
                .formatted(where, line + 1, lsn, entries.size()));
      } else if (!Arrays.equals(entries.get((int) lsn - 1).payload(), payload(line))) {
        faults.add(
            "%s: LSN %d is not line %d, as was acknowledged".formatted(where, lsn, line + 1));
      }
    }
  }

  /// Each line as often as it was written: once, and once more at most for each unknown outcome.
  private void nothingInvented(int partition, List<Entry> entries, List<Integer> lines) {
    Map<ByteBuffer, Integer> expected = new HashMap<>();
    Map<ByteBuffer, Integer> allowed = new HashMap<>();
    for (int line : lines) {
      ByteBuffer payload = ByteBuffer.wrap(payload(line));
      expected.merge(payload, 1, Integer::sum);
      allowed.merge(payload, 1 + loader.unknownOf(line), Integer::sum);
    }
    Map<ByteBuffer, Integer> found = new HashMap<>();
    for (Entry entry : entries) {
      if (entry.type() == KEY_VALUE_RECORD) {
        found.merge(ByteBuffer.wrap(entry.payload()), 1, Integer::sum);
      }
    }
    found.forEach(
        (payload, count) -> {
          writtenTwice += count - expected.getOrDefault(payload, 0);
          if (count > allowed.getOrDefault(payload, 0)) {
            faults.add(
                "partition %d has %d times what may be there %d times: %s"
                    .formatted(
                        partition,
                        count,
                        allowed.getOrDefault(payload, 0),
                        new String(payload.array(), StandardCharsets.UTF_8)));
          }
        });
  }

  /// The record of a put, encoded here once more from its description.
  private byte[] payload(int line) {
    byte[] key = input.key(line).getBytes(StandardCharsets.UTF_8);
    byte[] value = input.value(line);
    return ByteBuffer.allocate(3 + key.length + value.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 1)
        .putShort((short) key.length)
        .put(key)
        .put(value)
        .array();
  }

  List<String> faults() {
    return faults;
  }

  List<PartitionResult> results() {
    return results;
  }

  /// Lines that are there once more than needed, after an unknown outcome.
  int writtenTwice() {
    return writtenTwice;
  }
}
