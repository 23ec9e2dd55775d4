package io.tidemark.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/// One record at a time, each durable before the next; the score is microseconds a record.
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DurableAppend {
  private static final int APPENDS = 200;

  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public void bare(BareFile file) throws IOException {
    for (int i = 0; i < APPENDS; i++) {
      file.appendOne();
    }
  }

  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public void log(OpenLog log) {
    for (int i = 0; i < APPENDS; i++) {
      log.append(1);
      log.log().sync();
    }
  }

  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public void actor(OpenPartition partition) {
    partition.append(APPENDS, 1);
  }
}
