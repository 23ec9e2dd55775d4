package io.tidemark.benchmarks.work;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Contender.Ability;
import io.tidemark.benchmarks.contender.Load;
import io.tidemark.benchmarks.contender.Payloads;
import io.tidemark.benchmarks.contender.Setup;
import io.tidemark.benchmarks.contender.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// Appends to an empty store for about as long as a turn lasts.
///
/// How many records that takes is tried out first, in the same store, which warms it up too. Files
/// roll and grow meanwhile as they do with the contender's defaults; only the bare limit goes round
/// in the files it preallocated.
///
/// To open many partitions takes much longer than a turn. There a contender opens them once and
/// does all of its rounds, before the next one opens its own.
final class Append implements Work {
  private record Open(Path directory, Store store) {}

  /// No turn appends more, however fast.
  private static final long MAX_TURN_BYTES = 384L << 20;

  private final String name;
  private final Payloads payloads;
  private final int outstanding;
  private final Setup setup;
  private final Duration length;
  private final Scratch scratch;
  private final Map<Contender, Open> open = new HashMap<>();

  Append(
      String name,
      Payloads payloads,
      int outstanding,
      Setup setup,
      Duration length,
      Scratch scratch) {
    this.name = name;
    this.payloads = payloads;
    this.outstanding = outstanding;
    this.setup = setup;
    this.length = length;
    this.scratch = scratch;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Unit unit() {
    return outstanding == 1 ? Unit.MICROS : Unit.RECORDS_PER_SECOND;
  }

  @Override
  public String durability() {
    return setup.synced() ? "synced" : "not synced";
  }

  @Override
  public boolean inTurn() {
    return setup.partitions() == 1;
  }

  @Override
  public boolean suits(Contender contender) {
    return (setup.synced() || contender.abilities().contains(Ability.NOT_SYNCED))
        && (setup.partitions() == 1 || contender.abilities().contains(Ability.PARTITIONS));
  }

  @Override
  public Turn turn(Contender contender) throws Exception {
    if (!open.containsKey(contender)) {
      Path directory = scratch.fresh();
      open.put(contender, new Open(directory, contender.open(directory, setup)));
    }
    Turn turn = turn(open.get(contender).store());
    if (inTurn()) {
      forget(contender);
    }
    return turn;
  }

  private Turn turn(Store store) throws Exception {
    int records = recordsFor(store);
    Histogram waits = new Histogram(3);
    long nanos = nanosFor(store, new Load(payloads, records, outstanding, waits));
    return outstanding == 1
        ? new Turn(
            nanos / 1e3 / records,
            Map.of(
                P50_MICROS, waits.getValueAtPercentile(50) / 1e3,
                P99_MICROS, waits.getValueAtPercentile(99) / 1e3))
        : new Turn(records * 1e9 / nanos);
  }

  private int recordsFor(Store store) throws Exception {
    long most = MAX_TURN_BYTES / payloads.sizeBytes();
    int groups = 1;
    long nanos;
    do {
      groups *= 2;
      Load load = new Load(payloads, groups * outstanding, outstanding);
      nanos = nanosFor(store, load);
    } while (nanos < length.toNanos() / 8 && (long) groups * outstanding < most);
    long full = (long) (groups * (double) outstanding * length.toNanos() / nanos);
    return (int) Math.ceilDiv(Math.min(full, most), outstanding) * outstanding;
  }

  private static long nanosFor(Store store, Load load) throws Exception {
    long began = System.nanoTime();
    store.append(load);
    return System.nanoTime() - began;
  }

  @Override
  public void forget(Contender contender) throws IOException {
    if (open.containsKey(contender)) {
      Open done = open.remove(contender);
      done.store().close();
      scratch.delete(done.directory());
    }
  }
}
