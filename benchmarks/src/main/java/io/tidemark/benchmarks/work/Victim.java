package io.tidemark.benchmarks.work;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Contenders;
import io.tidemark.benchmarks.contender.Load;
import io.tidemark.benchmarks.contender.Payloads;
import io.tidemark.benchmarks.contender.Setup;
import io.tidemark.benchmarks.contender.Store;
import java.nio.file.Path;

/// A process that opens a store, appends, says how long it took, and waits to be killed.
public final class Victim {
  /// Begins a store and appends so many bytes, not synced.
  static final String FILL = "fill";

  /// Opens it and appends one record, synced.
  static final String OPEN = "open";

  /// Nanoseconds follow.
  static final String DONE = "done ";

  private static final int BATCH_RECORDS = 256;

  private Victim() {}

  /// The arguments: step, contender, directory, bytes.
  public static void main(String[] arguments) throws Exception {
    Contender contender = Contenders.named(arguments[1]);
    Path directory = Path.of(arguments[2]);
    Payloads payloads = new Payloads(1024);
    contender.load();
    long began = System.nanoTime();
    Store store;
    if (arguments[0].equals(FILL)) {
      store = contender.open(directory, Setup.defaults().notSynced());
      store.append(Load.of(payloads, Long.parseLong(arguments[3]), BATCH_RECORDS));
    } else {
      store = contender.open(directory, Setup.defaults());
      store.append(new Load(payloads, 1, 1));
    }
    System.out.println(DONE + (System.nanoTime() - began));
    // Nobody writes there: it waits for the kill, or for the end of the process that would do it.
    int _ = System.in.read();
    System.err.println(store + " was not killed");
  }
}
