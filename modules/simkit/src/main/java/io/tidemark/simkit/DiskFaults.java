package io.tidemark.simkit;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The faults a [SimulatedDisk] is to show: planned by count, or left to seeded chance.
///
/// A name here is the path from the root, `partition-3/0001.segment`. Faults stay planned over a
/// crash: a bad disk does not get better by a power cut.
public final class DiskFaults {
  private final List<Fault> faults = new ArrayList<>();
  private Consumer<DiskOperation> listener = _ -> {};
  private long struck;

  /// Fails the `nth` `operation` from now (1 is the next) on a name that `names` accepts, once.
  public void failNth(DiskOperation operation, Predicate<String> names, int nth) {
    Check.argument(nth > 0, "the next operation is the first: %d", nth);
    faults.add(new Counted(operation, names, nth));
  }

  /// Fails `permille` of a thousand of `operation` on names that `names` accepts, until [#clear].
  public void failByChance(
      DiskOperation operation, Predicate<String> names, Chance chance, int permille) {
    Check.argument(permille >= 0 && permille <= 1000, "permille is 0..1000: %d", permille);
    faults.add(new Seeded(operation, names, chance, permille));
  }

  /// Tells `listener` of each fault that strikes, when it strikes.
  public void onStrike(Consumer<DiskOperation> listener) {
    this.listener = listener;
  }

  /// Forgets every planned fault; damage that was done stays.
  public void clear() {
    faults.clear();
  }

  /// How many faults struck, so that a test can say that its plan was not idle.
  public long struck() {
    return struck;
  }

  // Every fault looks at every operation, so that one that strikes does not shift another's count.
  boolean strikes(DiskOperation operation, String path) {
    boolean any = false;
    for (int i = faults.size() - 1; i >= 0; i--) {
      Fault fault = faults.get(i);
      if (fault.operation() == operation && fault.names().test(path) && fault.due()) {
        any = true;
        if (fault.spent()) {
          faults.remove(i);
        }
      }
    }
    if (any) {
      struck++;
      listener.accept(operation);
    }
    return any;
  }

  private sealed interface Fault {
    DiskOperation operation();

    Predicate<String> names();

    boolean due();

    boolean spent();
  }

  private static final class Counted implements Fault {
    private final DiskOperation operation;
    private final Predicate<String> names;
    private int left;

    Counted(DiskOperation operation, Predicate<String> names, int nth) {
      this.operation = operation;
      this.names = names;
      this.left = nth;
    }

    @Override
    public DiskOperation operation() {
      return operation;
    }

    @Override
    public Predicate<String> names() {
      return names;
    }

    @Override
    public boolean due() {
      return --left == 0;
    }

    @Override
    public boolean spent() {
      return left == 0;
    }
  }

  private record Seeded(
      DiskOperation operation, Predicate<String> names, Chance chance, int permille)
      implements Fault {
    @Override
    public boolean due() {
      return chance.below(1000) < permille;
    }

    @Override
    public boolean spent() {
      return false;
    }
  }
}
