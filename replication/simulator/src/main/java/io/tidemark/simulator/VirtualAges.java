package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Age;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The ages that a node has on its simulated disk, as the runtime's `AgeStore` has them: `age` of
/// its own data, `ages` of the others.
final class VirtualAges {
  private static final String OWN = "age";
  private static final String OTHERS = "ages";

  private final Directory directory;

  VirtualAges(Directory directory) {
    this.directory = directory;
  }

  /// Whether the file `name` is not of a replica.
  static boolean isAge(String name) {
    return name.equals(OWN) || name.equals(OTHERS);
  }

  /// That of the data.
  Age own() {
    String text = read(OWN);
    return text.isEmpty() ? Age.NONE : Age.parse(text);
  }

  void saveOwn(Age age) {
    DurableNames.replace(directory, OWN, StandardCharsets.US_ASCII.encode(age.toString()));
  }

  /// Of each node that ever told.
  Map<NodeId, Age> others() {
    Map<NodeId, Age> ages = new TreeMap<>();
    read(OTHERS)
        .lines()
        .map(line -> line.split(" "))
        .forEach(words -> ages.put(new NodeId(words[0]), Age.parse(words[1])));
    return ages;
  }

  void saveOthers(Map<NodeId, Age> ages) {
    String text =
        ages.entrySet().stream()
            .map(one -> one.getKey() + " " + one.getValue())
            .collect(Collectors.joining("\n"));
    DurableNames.replace(directory, OTHERS, StandardCharsets.US_ASCII.encode(text));
  }

  private String read(String name) {
    if (!directory.list().contains(name)) {
      return "";
    }
    try (StoredFile file = directory.open(name)) {
      ByteBuffer content = ByteBuffer.allocate((int) file.lengthBytes());
      file.read(content, 0);
      return StandardCharsets.US_ASCII.decode(content.flip()).toString();
    }
  }
}
