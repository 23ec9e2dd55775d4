package io.tidemark.benchmarks.work;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Contender.Ability;
import io.tidemark.benchmarks.contender.Payloads;
import io.tidemark.benchmarks.contender.Setup;
import io.tidemark.foundation.Check;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Room on the disk that 1 KiB records in batches of 100 take, in a store that is closed: all its
/// files, as the file system counts blocks (`du`), so holes are free.
///
/// Tidemark's segments are small here, so that the empty part of the last one does not show.
final class Space implements Work {
  private static final int BATCH_RECORDS = 100;
  private static final long SEGMENT_BYTES = 4 << 20;

  private final Payloads payloads = new Payloads(1024);
  private final Filled filled;

  Space(long bytes, Scratch scratch) {
    Setup setup = Setup.defaults().notSynced().withFiles(SEGMENT_BYTES).holding(bytes);
    filled = new Filled(payloads, BATCH_RECORDS, bytes, setup, scratch);
  }

  @Override
  public String name() {
    return "space, 1024 B in batches of " + BATCH_RECORDS;
  }

  @Override
  public Unit unit() {
    return Unit.BYTES_PER_RECORD;
  }

  @Override
  public String durability() {
    return "closed";
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
    return contender.abilities().contains(Ability.READ);
  }

  @Override
  public Turn turn(Contender contender) throws Exception {
    return new Turn((double) allocatedBytes(filled.of(contender)) / filled.records());
  }

  /// The JDK has no way to ask for a file's blocks.
  private static long allocatedBytes(Path directory) throws Exception {
    Process du =
        new ProcessBuilder("du", "-sk", directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Check.that(du.waitFor() == 0, "du failed");
    return Long.parseLong(answer.split("\\s")[0]) << 10;
  }

  @Override
  public void forget(Contender contender) throws IOException {
    filled.forget(contender);
  }
}
