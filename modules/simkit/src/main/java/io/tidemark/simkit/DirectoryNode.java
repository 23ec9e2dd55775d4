package io.tidemark.simkit;

import io.tidemark.foundation.Chance;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Names of one directory: what the program sees, what the platter holds, and the changes between.
///
/// The changes are a journal: a sync writes all of it, a crash keeps a prefix of it. So of two
/// changes that were not synced the later one never survives alone, while changes of two
/// directories survive in any combination.
final class DirectoryNode implements DiskNode {
  private String path;
  private final TreeMap<String, DiskNode> names = new TreeMap<>();
  private final TreeMap<String, DiskNode> durable = new TreeMap<>();
  private final List<NameChange> unsynced = new ArrayList<>();
  private boolean locked;
  private boolean syncFailed;

  DirectoryNode(String path) {
    this.path = path;
  }

  /// A deep copy; `copies` holds what was copied, because a node can have an old and a new name.
  DirectoryNode copy(IdentityHashMap<DiskNode, DiskNode> copies) {
    DirectoryNode copy = new DirectoryNode(path);
    copies.put(this, copy);
    names.forEach((name, node) -> copy.names.put(name, copyOf(node, copies)));
    durable.forEach((name, node) -> copy.durable.put(name, copyOf(node, copies)));
    unsynced.forEach(change -> copy.unsynced.add(change.on(copyOf(change.node(), copies))));
    copy.syncFailed = syncFailed;
    return copy;
  }

  private static DiskNode copyOf(DiskNode node, IdentityHashMap<DiskNode, DiskNode> copies) {
    DiskNode copy = copies.get(node);
    if (copy == null) {
      copy =
          switch (node) {
            case FileNode file -> file.copy();
            case DirectoryNode directory -> directory.copy(copies);
          };
      copies.put(node, copy);
    }
    return copy;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public void placedAt(String path) {
    this.path = path;
    names.forEach((name, node) -> node.placedAt(pathOf(name)));
  }

  String pathOf(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /// The current names, sorted; for reading only.
  Map<String, DiskNode> names() {
    return names;
  }

  /// The names that survive every crash, sorted; for reading only.
  Map<String, DiskNode> durableNames() {
    return durable;
  }

  void change(NameChange change) {
    change.applyTo(names);
    unsynced.add(change);
    if (change instanceof NameChange.Placed placed) {
      placed.node().placedAt(pathOf(placed.name()));
    } else if (change instanceof NameChange.Moved moved) {
      moved.node().placedAt(pathOf(moved.to()));
    }
  }

  void sync() {
    unsynced.forEach(change -> change.applyTo(durable));
    unsynced.clear();
  }

  /// After a failed sync of a journal nothing more gets into it until the next start.
  void failSync() {
    syncFailed = true;
  }

  boolean syncFailed() {
    return syncFailed;
  }

  boolean locked() {
    return locked;
  }

  void setLocked(boolean locked) {
    this.locked = locked;
  }

  void unlockAll() {
    locked = false;
    names.values().forEach(DirectoryNode::unlock);
    durable.values().forEach(DirectoryNode::unlock);
  }

  private static void unlock(DiskNode node) {
    if (node instanceof DirectoryNode directory) {
      directory.unlockAll();
    }
  }

  @Override
  public long usedBytes() {
    long total = 0;
    for (DiskNode node : names.values()) {
      total += node.usedBytes();
    }
    return total;
  }

  @Override
  public void crash(Chance chance) {
    int kept = chance.below(unsynced.size() + 1);
    unsynced.subList(0, kept).forEach(change -> change.applyTo(durable));
    backToDurable();
    names.values().forEach(node -> node.crash(chance));
  }

  @Override
  public void crash(CrashPlan.Run run) {
    int kept = Math.min(run.names(), unsynced.size());
    unsynced.subList(0, kept).forEach(change -> change.applyTo(durable));
    backToDurable();
    names.values().forEach(node -> node.crash(run));
  }

  @Override
  public int unsyncedNames() {
    return Math.max(
        unsynced.size(),
        durable.values().stream().mapToInt(DiskNode::unsyncedNames).max().orElse(0));
  }

  @Override
  public int unsyncedThings(int changes) {
    Map<String, DiskNode> then = new TreeMap<>(durable);
    unsynced.subList(0, Math.min(changes, unsynced.size())).forEach(change -> change.applyTo(then));
    return then.values().stream().mapToInt(node -> node.unsyncedThings(changes)).sum();
  }

  @Override
  public long durablePrint() {
    long print = 0;
    for (Map.Entry<String, DiskNode> entry : durable.entrySet()) {
      print = 31 * print + entry.getKey().hashCode();
      print = 31 * print + entry.getValue().durablePrint();
    }
    return print;
  }

  @Override
  public void crashLosingAllUnsynced() {
    backToDurable();
    names.values().forEach(DiskNode::crashLosingAllUnsynced);
  }

  private void backToDurable() {
    unsynced.clear();
    syncFailed = false;
    locked = false;
    names.clear();
    names.putAll(durable);
    placedAt(path);
  }
}
