package io.tidemark.simkit;

import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A whole [SimulatedDisk] at one moment, durable and current state apart.
///
/// Paths go from the root: `partition-3/0001.segment`. An oracle asks [#durableBytes] whether what
/// was acknowledged would survive the worst crash of this moment.
public final class DiskImage {
  private final DirectoryNode root;

  private DiskImage(DirectoryNode root) {
    this.root = root;
  }

  static DiskImage of(DirectoryNode root) {
    return new DiskImage(root.copy(new IdentityHashMap<>()));
  }

  DirectoryNode rootCopy() {
    return root.copy(new IdentityHashMap<>());
  }

  /// The files a program sees, sorted.
  public List<String> paths() {
    return paths(root, DirectoryNode::names);
  }

  /// The files whose names survive every crash, under these names, sorted.
  public List<String> durablePaths() {
    return paths(root, DirectoryNode::durableNames);
  }

  /// What a program reads from the file; [Category#MISSING] if there is none.
  public byte[] bytes(String path) {
    return file(root, path, DirectoryNode::names).bytes();
  }

  /// What survives every crash of the file whose durable name is `path`; [Category#MISSING] if
  /// there is none.
  public byte[] durableBytes(String path) {
    return file(root, path, DirectoryNode::durableNames).durableBytes();
  }

  static List<String> paths(
      DirectoryNode root, Function<DirectoryNode, Map<String, DiskNode>> state) {
    List<String> found = new ArrayList<>();
    collect(root, "", state, found);
    return List.copyOf(found);
  }

  private static void collect(
      DirectoryNode directory,
      String prefix,
      Function<DirectoryNode, Map<String, DiskNode>> state,
      List<String> found) {
    state
        .apply(directory)
        .forEach(
            (name, node) -> {
              switch (node) {
                case FileNode _ -> found.add(prefix + name);
                case DirectoryNode child -> collect(child, prefix + name + "/", state, found);
              }
            });
  }

  static FileNode file(
      DirectoryNode root, String path, Function<DirectoryNode, Map<String, DiskNode>> state) {
    DiskNode node = root;
    for (String name : path.split("/")) {
      node = node instanceof DirectoryNode above ? state.apply(above).get(name) : null;
    }
    if (node instanceof FileNode file) {
      return file;
    }
    throw new StorageException(Category.MISSING, "no such file on the simulated disk: " + path);
  }
}
