package io.tidemark.simkit;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The writes and syncs of which a [SimulatedDisk] is to say that they are done when they are not.
///
/// The program does not notice: it reads what it wrote, from the page cache, until the power goes.
/// Then comes to light what was stored instead. What is written and honestly synced in the same
/// place before that is sound. So a lie stays a [Claim] until the power goes, and whoever has a
/// budget of faults may have the disk [#honour] it after all.
public final class DiskLies {
  /// How a disk may lie.
  public enum Kind {
    /// A write is nowhere on the disk, though a sync says that it is.
    LOST_WRITE(DiskOperation.WRITE),
    /// A write is in another place on the disk, over what was there.
    MISDIRECTED_WRITE(DiskOperation.WRITE),
    /// A sync does nothing and says that it is done.
    LYING_SYNC(DiskOperation.SYNC);

    private final DiskOperation operation;

    Kind(DiskOperation operation) {
      this.operation = operation;
    }
  }

  /// The bytes at `from` up to `to` of the file at `path` are said to be stored; the next crash
  /// shows others.
  public record Claim(String path, long from, long to) {}

  private static final class Planned {
    private final Kind kind;
    private final Predicate<String> names;
    private final Chance chance;
    private int left;

    Planned(Kind kind, Predicate<String> names, Chance chance, int nth) {
      this.kind = kind;
      this.names = names;
      this.chance = chance;
      this.left = nth;
    }
  }

  private final SimulatedDisk disk;
  private final List<Planned> planned = new ArrayList<>();
  private Consumer<Kind> listener = _ -> {};

  DiskLies(SimulatedDisk disk) {
    this.disk = disk;
  }

  /// Lies at the `nth` write or sync from now (1 is the next) of a file that `names` accepts, once.
  ///
  /// A misdirected write goes where `chance` says, to any sector of such a file.
  public void tellNth(Kind kind, Predicate<String> names, int nth, Chance chance) {
    Check.argument(nth > 0, "the next operation is the first: %d", nth);
    planned.add(new Planned(kind, names, chance, nth));
  }

  /// Tells `listener` of each lie, when it is told.
  public void onLie(Consumer<Kind> listener) {
    this.listener = listener;
  }

  /// Forgets what was planned; lies that were told stay told.
  public void clear() {
    planned.clear();
  }

  /// The lies that were told and are not true yet, by path and place.
  public List<Claim> claims() {
    List<Claim> claims = new ArrayList<>();
    for (String path : disk.paths()) {
      claims.addAll(disk.file(path).flaws().claims(path));
    }
    return claims;
  }

  /// Stores what `claim` says.
  public void honour(Claim claim) {
    disk.file(claim.path()).flaws().honour(claim);
  }

  boolean isToCome() {
    return !planned.isEmpty();
  }

  /// Whether this sync of `path` lies.
  boolean liesAtSync(String path) {
    return due(DiskOperation.SYNC, path).isPresent();
  }

  /// Whether this write of `bytes` to `path` does not get there; another place may have got it.
  boolean liesAtWrite(String path, byte[] bytes) {
    Optional<Planned> lie = due(DiskOperation.WRITE, path);
    lie.filter(one -> one.kind == Kind.MISDIRECTED_WRITE)
        .ifPresent(one -> misdirect(one, path, bytes));
    return lie.isPresent();
  }

  private void misdirect(Planned lie, String path, byte[] bytes) {
    List<String> paths = disk.paths().stream().filter(lie.names).toList();
    FileNode victim = disk.file(paths.isEmpty() ? path : paths.get(lie.chance.below(paths.size())));
    int sectors = victim.durableBytes().length / SimulatedDisk.SECTOR_BYTES;
    int start = sectors == 0 ? 0 : lie.chance.below(sectors) * SimulatedDisk.SECTOR_BYTES;
    victim.flaws().overwritten(bytes, start, victim.durableBytes().length);
  }

  // Every plan looks at every operation, so that one that strikes does not shift another's count.
  private Optional<Planned> due(DiskOperation operation, String path) {
    Optional<Planned> due = Optional.empty();
    for (Planned one : List.copyOf(planned)) {
      if (one.kind.operation == operation && one.names.test(path) && --one.left == 0) {
        planned.remove(one);
        listener.accept(one.kind);
        due = Optional.of(one);
      }
    }
    return due;
  }
}
