package io.tidemark.benchmarks.work;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Load;
import io.tidemark.benchmarks.contender.Payloads;
import io.tidemark.benchmarks.contender.Setup;
import io.tidemark.benchmarks.contender.Store;
import java.nio.file.Path;

/// How much of the page cache a store has taken after synced appends, while it is still open.
final class PageCache implements Work {
  private static final int OUTSTANDING = 256;

  private final long bytes;
  private final Scratch scratch;

  PageCache(long bytes, Scratch scratch) {
    this.bytes = bytes;
    this.scratch = scratch;
  }

  @Override
  public String name() {
    return "page cache after " + (bytes >> 20) + " MiB of 1024 B";
  }

  @Override
  public Unit unit() {
    return Unit.MIB;
  }

  @Override
  public String durability() {
    return "synced";
  }

  @Override
  public int rounds(int asked) {
    return 1;
  }

  @Override
  public boolean inTurn() {
    return false;
  }

  @Override
  public boolean suits(Contender contender) {
    return true;
  }

  @Override
  public Turn turn(Contender contender) throws Exception {
    Path directory = scratch.fresh();
    try (Store store = contender.open(directory, Setup.defaults().holding(bytes))) {
      store.append(Load.of(new Payloads(1024), bytes, OUTSTANDING));
      long resident = 0;
      for (Path file : Scratch.files(directory)) {
        resident += Residency.bytes(file);
      }
      return new Turn(resident / (double) (1 << 20));
    } finally {
      scratch.delete(directory);
    }
  }
}
