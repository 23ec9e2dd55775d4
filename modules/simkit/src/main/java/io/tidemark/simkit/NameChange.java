package io.tidemark.simkit;

import java.util.Map;

/// One change of the names of a directory, which a crash keeps whole or not at all.
sealed interface NameChange {
  /// The node whose name changes.
  DiskNode node();

  /// The same change of another node, for a copy of the disk.
  NameChange on(DiskNode other);

  void applyTo(Map<String, DiskNode> names);

  /// A new file or directory.
  record Placed(String name, DiskNode node) implements NameChange {
    @Override
    public NameChange on(DiskNode other) {
      return new Placed(name, other);
    }

    @Override
    public void applyTo(Map<String, DiskNode> names) {
      names.put(name, node);
    }
  }

  /// A rename; what had the name `to` loses it in the same moment.
  record Moved(String from, String to, DiskNode node) implements NameChange {
    @Override
    public NameChange on(DiskNode other) {
      return new Moved(from, to, other);
    }

    @Override
    public void applyTo(Map<String, DiskNode> names) {
      names.remove(from);
      names.put(to, node);
    }
  }

  /// A removal.
  record Removed(String name, DiskNode node) implements NameChange {
    @Override
    public NameChange on(DiskNode other) {
      return new Removed(name, other);
    }

    @Override
    public void applyTo(Map<String, DiskNode> names) {
      names.remove(name);
    }
  }
}
