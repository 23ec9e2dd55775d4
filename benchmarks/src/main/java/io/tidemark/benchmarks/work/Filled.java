package io.tidemark.benchmarks.work;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Load;
import io.tidemark.benchmarks.contender.Payloads;
import io.tidemark.benchmarks.contender.Setup;
import io.tidemark.benchmarks.contender.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Stores with the same records in them, each made when it is first asked for.
final class Filled {
  private final Load load;
  private final Setup setup;
  private final Scratch scratch;
  private final Map<Contender, Path> made = new HashMap<>();

  /// So many records that they take `bytes`, appended `batchRecords` at a time.
  Filled(Payloads payloads, int batchRecords, long bytes, Setup setup, Scratch scratch) {
    this.load = Load.of(payloads, bytes, batchRecords);
    this.setup = setup;
    this.scratch = scratch;
  }

  int records() {
    return load.records();
  }

  long payloadBytes() {
    return (long) load.records() * load.payloads().sizeBytes();
  }

  /// Where that of `contender` is; closed.
  Path of(Contender contender) throws Exception {
    if (!made.containsKey(contender)) {
      Path directory = scratch.fresh();
      made.put(contender, directory);
      try (Store store = contender.open(directory, setup)) {
        store.append(load);
      }
    }
    return made.get(contender);
  }

  void forget(Contender contender) throws IOException {
    if (made.containsKey(contender)) {
      scratch.delete(made.remove(contender));
    }
  }
}
