package io.tidemark.benchmarks.work;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Contender.Ability;
import io.tidemark.benchmarks.contender.Payloads;
import io.tidemark.benchmarks.contender.Setup;
import java.io.IOException;

/// Checks every checksum of a store that is closed, opening included, with what the contender has
/// for it. The bare limit is a CRC32C pass over a file of the same batches.
final class Verify implements Work {
  private static final int BATCH_RECORDS = 256;

  private final Payloads payloads = new Payloads(1024);
  private final Filled filled;
  private final Setup setup;

  Verify(long bytes, Scratch scratch) {
    setup = Setup.defaults().notSynced().withChecksums().holding(bytes);
    filled = new Filled(payloads, BATCH_RECORDS, bytes, setup, scratch);
  }

  @Override
  public String name() {
    return "verify all, warm, " + payloads.sizeBytes() + " B";
  }

  @Override
  public Unit unit() {
    return Unit.MIB_PER_SECOND;
  }

  @Override
  public String durability() {
    return "in the page cache";
  }

  @Override
  public boolean suits(Contender contender) {
    return contender.abilities().contains(Ability.VERIFY);
  }

  @Override
  public Turn turn(Contender contender) throws Exception {
    var directory = filled.of(contender);
    long began = System.nanoTime();
    contender.verify(directory, setup, filled.records());
    return new Turn(filled.payloadBytes() / (double) (1 << 20) * 1e9 / (System.nanoTime() - began));
  }

  @Override
  public void forget(Contender contender) throws IOException {
    filled.forget(contender);
  }
}
