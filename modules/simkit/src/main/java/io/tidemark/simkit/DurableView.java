package io.tidemark.simkit;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// What of a [SimulatedDisk] every crash leaves, as it is at the moment of each question: for
/// oracles that ask often. A [DiskImage] is the same for one moment, at the price of a copy.
///
/// It shows what the disk owes to a program that did all right: without bits that turned by
/// themselves, and as if no sync or write had lied.
public final class DurableView {
  private final SimulatedDisk disk;

  DurableView(SimulatedDisk disk) {
    this.disk = disk;
  }

  /// The durable names of files in the durable child `directory` of the root, sorted; none if there
  /// is no such directory.
  public List<String> names(String directory) {
    return files(directory).entrySet().stream()
        .filter(entry -> entry.getValue() instanceof FileNode)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// The first place at or behind `from` of file `name` in `directory` where the durable content is
  /// `bytes`, whose position stays; empty if there is none, or no such file.
  public OptionalLong find(String directory, String name, ByteBuffer bytes, long from) {
    return files(directory).get(name) instanceof FileNode file
        ? file.findOwed(bytes, (int) from)
        : OptionalLong.empty();
  }

  private Map<String, DiskNode> files(String directory) {
    return disk.rootNode().durableNames().get(directory) instanceof DirectoryNode found
        ? found.durableNames()
        : Map.of();
  }
}
