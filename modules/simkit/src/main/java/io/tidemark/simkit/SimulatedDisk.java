package io.tidemark.simkit;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.Check;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.util.ArrayList;
import java.util.List;

/// A file system in memory that forgets at a crash what was not synced, and fails on request.
///
/// It keeps two states, what a program sees and what is durable; `sync` of a file moves content,
/// `sync` of a directory moves names, from the first to the second. A crash shows a state that a
/// real disk may show, chosen by a seed or by a [CrashPlan]:
/// - of each directory's unsynced name changes a prefix survives;
/// - each unsynced sector of [#SECTOR_BYTES] survives, is lost, or holds garbage in the bytes that
///   were not synced; a byte that was synced and not written since is never touched;
/// - a file that grew has its old length, its new one, or one between.
///
/// So does an honest disk that is well. Besides, [#flipBit] and [#spoilSector] spoil what is
/// stored, at any moment and synced or not, and [#lies] are told when something is written or
/// synced.
///
/// Not shown: an older one of several unsynced versions of a sector, and locks that outlive their
/// process.
///
/// Ownership: one thread at a time, reads included.
public final class SimulatedDisk {
  /// What the disk writes as one.
  public static final int SECTOR_BYTES = 512;

  private static final long NEVER = Long.MAX_VALUE;

  private final DiskFaults faults = new DiskFaults();
  private final DiskLies lies = new DiskLies(this);
  private DirectoryNode root = new DirectoryNode("");
  private long incarnation;
  private long operations;
  private int openThings;
  private long crashAt = NEVER;
  private long capacityBytes = Long.MAX_VALUE;

  /// The root directory, as a program started now sees it; it is unusable after the next crash.
  public Directory root() {
    return new SimulatedDirectory(this, incarnation, root);
  }

  /// What every crash leaves, now and at any later moment.
  public DurableView durable() {
    return new DurableView(this);
  }

  DirectoryNode rootNode() {
    return root;
  }

  /// The faults to come.
  public DiskFaults faults() {
    return faults;
  }

  /// The lies to come.
  public DiskLies lies() {
    return lies;
  }

  List<String> paths() {
    return DiskImage.paths(root, DirectoryNode::names);
  }

  FileNode file(String path) {
    return DiskImage.file(root, path, DirectoryNode::names);
  }

  /// Cuts the power; what was not synced survives as `chance` says.
  ///
  /// Every [Directory], file and lock taken before is dead and throws [Category#REFUSED].
  public void crash(Chance chance) {
    root.crash(chance);
    startAnew();
  }

  /// Every way in which a crash may go now.
  public List<CrashPlan> crashPlans() {
    List<CrashPlan> plans = new ArrayList<>();
    for (int names = 0; names <= root.unsyncedNames(); names++) {
      plans.addAll(CrashPlan.all(names, root.unsyncedThings(names)));
    }
    return plans;
  }

  /// Cuts the power; what was not synced survives as `plan`, one of [#crashPlans], says.
  public void crash(CrashPlan plan) {
    root.crash(new CrashPlan.Run(plan));
    startAnew();
  }

  /// A number that differs for two disks with other names or bytes durable, but by bad luck.
  public long durablePrint() {
    return root.durablePrint();
  }

  /// Cuts the power in the hardest way: nothing that was not synced survives.
  public void crashLosingAllUnsynced() {
    root.crashLosingAllUnsynced();
    startAnew();
  }

  /// Kills the program but not the machine: all it wrote can be read, and is as unsynced as before;
  /// a planned crash is still to come.
  public void killProcess() {
    root.unlockAll();
    incarnation++;
    openThings = 0;
  }

  private void startAnew() {
    incarnation++;
    openThings = 0;
    crashAt = NEVER;
  }

  /// How many files and mappings the program has open.
  public int openThings() {
    return openThings;
  }

  void opened() {
    openThings++;
  }

  void closed(long handle) {
    if (isAlive(handle)) {
      openThings--;
    }
  }

  /// How many mutating operations were asked for so far.
  public long operations() {
    return operations;
  }

  /// Lets the power go at the `operationCount`-th mutating operation from now, before it does
  /// anything: it and all later ones throw [SimulatedCrash] until one of the crash methods is
  /// called.
  public void crashAfter(long operationCount) {
    Check.argument(operationCount > 0, "the next operation is the first: %d", operationCount);
    crashAt = operations + operationCount;
  }

  /// Bytes of file content from which on the disk is full; a write that does not fit writes what
  /// fits and throws [Category#FULL].
  public void limitCapacity(long bytes) {
    Check.argument(bytes >= 0, "capacity must not be negative: %d", bytes);
    capacityBytes = bytes;
  }

  /// Bytes of content of all files that have a name.
  public long usedBytes() {
    return root.usedBytes();
  }

  /// Flips bit `bit & 7` of byte `bit >> 3` of the file at `path`, as read and as stored.
  public void flipBit(String path, long bit) {
    file(path).flipBit(bit);
  }

  /// From now on sector `sector` of the file at `path` cannot be read, nor the file mapped, until
  /// something is stored there; what is mapped already stays in memory.
  public void spoilSector(String path, int sector) {
    file(path).flaws().makeUnreadable(sector);
  }

  /// The whole state, unsynced changes included; the disk goes on independently.
  public DiskImage copy() {
    return DiskImage.of(root);
  }

  /// Goes back to `image`, as often as wanted; everything open is dead as after a crash.
  public void restore(DiskImage image) {
    root = image.rootCopy();
    startAnew();
  }

  /// Counts the operation; true if a fault strikes it.
  boolean begin(long handle, DiskOperation operation, String path) {
    checkAlive(handle, path);
    if (operation.mutating()) {
      operations++;
    }
    if (operations >= crashAt) {
      throw new SimulatedCrash(operation + " of " + path);
    }
    return faults.strikes(operation, path);
  }

  /// Counts the operation and throws if a fault strikes it.
  void beginOrFail(long handle, DiskOperation operation, String path) {
    if (begin(handle, operation, path)) {
      throw failure(operation, path);
    }
  }

  static StorageException failure(DiskOperation operation, String path) {
    return new StorageException(
        operation.failure(), "simulated failure: " + operation + " " + path);
  }

  void checkAlive(long handle, String path) {
    if (handle != incarnation) {
      throw new StorageException(Category.REFUSED, "opened before the crash: " + path);
    }
  }

  boolean isAlive(long handle) {
    return handle == incarnation;
  }

  long freeBytes() {
    return capacityBytes == Long.MAX_VALUE
        ? capacityBytes
        : Math.max(0, capacityBytes - root.usedBytes());
  }
}
