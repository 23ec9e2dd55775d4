package io.tidemark.benchmarks.work;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Contender.Ability;
import io.tidemark.benchmarks.contender.Payloads;
import io.tidemark.benchmarks.contender.Setup;
import io.tidemark.benchmarks.contender.Store;
import java.io.IOException;
import java.time.Duration;

/// Reads back, as often as fits into a turn, what the page cache has; checksums on.
final class ReadBack implements Work {
  private static final int BATCH_RECORDS = 256;

  private final String name;
  private final Filled filled;
  private final Setup setup;
  private final Duration length;

  ReadBack(Payloads payloads, long bytes, Duration length, Scratch scratch) {
    this.name = "read back, warm, " + payloads.sizeBytes() + " B";
    this.setup = Setup.defaults().notSynced().withChecksums().holding(bytes);
    this.filled = new Filled(payloads, BATCH_RECORDS, bytes, setup, scratch);
    this.length = length;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Unit unit() {
    return Unit.RECORDS_PER_SECOND;
  }

  @Override
  public String durability() {
    return "in the page cache";
  }

  @Override
  public boolean suits(Contender contender) {
    return contender.abilities().contains(Ability.READ);
  }

  @Override
  public Turn turn(Contender contender) throws Exception {
    try (Store store = contender.open(filled.of(contender), setup)) {
      store.readAll(filled.records());
      long began = System.nanoTime();
      long nanos;
      int times = 0;
      do {
        store.readAll(filled.records());
        times++;
        nanos = System.nanoTime() - began;
      } while (nanos < length.toNanos());
      return new Turn((double) times * filled.records() * 1e9 / nanos);
    }
  }

  @Override
  public void forget(Contender contender) throws IOException {
    filled.forget(contender);
  }
}
