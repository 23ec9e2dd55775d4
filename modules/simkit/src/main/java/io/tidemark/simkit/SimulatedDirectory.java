package io.tidemark.simkit;

import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.util.List;
import java.util.Map;

/// A directory as one incarnation of a program holds it.
final class SimulatedDirectory implements Directory {
  private final SimulatedDisk disk;
  private final long incarnation;
  private final DirectoryNode node;

  SimulatedDirectory(SimulatedDisk disk, long incarnation, DirectoryNode node) {
    this.disk = disk;
    this.incarnation = incarnation;
    this.node = node;
  }

  @Override
  public String describe() {
    return "simulated:/" + node.path();
  }

  @Override
  public List<String> list() {
    return namesOf(FileNode.class);
  }

  @Override
  public List<String> children() {
    return namesOf(DirectoryNode.class);
  }

  private List<String> namesOf(Class<? extends DiskNode> kind) {
    disk.checkAlive(incarnation, node.path());
    return node.names().entrySet().stream()
        .filter(entry -> kind.isInstance(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public StoredFile create(String name, Access access) {
    Directory.checkName(name);
    disk.beginOrFail(incarnation, DiskOperation.CREATE, node.pathOf(name));
    if (node.names().containsKey(name)) {
      throw refused(Category.EXISTS, "create", name);
    }
    if (disk.freeBytes() == 0) {
      throw refused(Category.FULL, "create", name);
    }
    FileNode file = new FileNode(node.pathOf(name));
    node.change(new NameChange.Placed(name, file));
    return new SimulatedFile(disk, incarnation, file, access);
  }

  @Override
  public StoredFile open(String name, Access access) {
    Directory.checkName(name);
    disk.beginOrFail(incarnation, DiskOperation.OPEN, node.pathOf(name));
    return new SimulatedFile(disk, incarnation, file(name, "open"), access);
  }

  @Override
  public void rename(String from, String to) {
    Directory.checkName(from);
    Directory.checkName(to);
    disk.beginOrFail(incarnation, DiskOperation.RENAME, node.pathOf(from));
    FileNode file = file(from, "rename");
    if (node.names().get(to) instanceof DirectoryNode) {
      throw refused(Category.REFUSED, "rename " + from + " to", to);
    }
    if (!from.equals(to)) {
      node.change(new NameChange.Moved(from, to, file));
    }
  }

  @Override
  public void delete(String name) {
    Directory.checkName(name);
    disk.beginOrFail(incarnation, DiskOperation.DELETE, node.pathOf(name));
    node.change(new NameChange.Removed(name, file(name, "delete")));
  }

  @Override
  public void sync() {
    boolean strikes = disk.begin(incarnation, DiskOperation.SYNC_DIRECTORY, node.path());
    if (strikes || node.syncFailed()) {
      node.failSync();
      throw SimulatedDisk.failure(DiskOperation.SYNC_DIRECTORY, node.path());
    }
    node.sync();
  }

  @Override
  public Directory child(String name) {
    Directory.checkName(name);
    disk.checkAlive(incarnation, node.pathOf(name));
    if (node.names().get(name) instanceof DirectoryNode child) {
      return new SimulatedDirectory(disk, incarnation, child);
    }
    disk.beginOrFail(incarnation, DiskOperation.MAKE_CHILD, node.pathOf(name));
    if (node.names().containsKey(name)) {
      throw refused(Category.EXISTS, "create directory", name);
    }
    DirectoryNode child = new DirectoryNode(node.pathOf(name));
    node.change(new NameChange.Placed(name, child));
    return new SimulatedDirectory(disk, incarnation, child);
  }

  @Override
  public void renameChild(String from, String to) {
    Directory.checkName(from);
    Directory.checkName(to);
    disk.beginOrFail(incarnation, DiskOperation.RENAME, node.pathOf(from));
    if (!(node.names().get(from) instanceof DirectoryNode child)) {
      throw refused(Category.MISSING, "rename", from);
    }
    if (node.names().containsKey(to)) {
      throw refused(Category.EXISTS, "rename " + from + " to", to);
    }
    node.change(new NameChange.Moved(from, to, child));
  }

  @Override
  public Lock lock() {
    disk.checkAlive(incarnation, node.path());
    if (node.locked()) {
      throw new StorageException(Category.IN_USE, "directory in use: " + describe());
    }
    node.setLocked(true);
    return new HeldLock();
  }

  // A lock that was closed, or that a crash took away, may be somebody else's by now.
  private final class HeldLock implements Lock {
    private boolean held = true;

    @Override
    public void close() {
      if (held && disk.isAlive(incarnation)) {
        node.setLocked(false);
      }
      held = false;
    }
  }

  private FileNode file(String name, String step) {
    if (node.names().get(name) instanceof FileNode file) {
      return file;
    }
    throw refused(Category.MISSING, step, name);
  }

  private StorageException refused(Category category, String step, String name) {
    return new StorageException(category, step + " failed: " + node.pathOf(name));
  }
}
