package io.tidemark.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/// 256 records outstanding; the score is microseconds a record. The bare loop syncs after every 256
/// records; the log and the writer sync when they see fit (the log here: after every 256 as well).
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DurableStream {
  static final int OUTSTANDING = 256;
  private static final int BATCHES = 32;
  private static final int RECORDS = BATCHES * OUTSTANDING;

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void bare(BareFile file) throws IOException {
    for (int i = 0; i < BATCHES; i++) {
      file.appendMany();
    }
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void log(OpenLog log) {
    for (int i = 0; i < BATCHES; i++) {
      log.append(OUTSTANDING);
      log.log().sync();
    }
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void actor(OpenPartition partition) {
    partition.append(RECORDS, OUTSTANDING);
  }
}
