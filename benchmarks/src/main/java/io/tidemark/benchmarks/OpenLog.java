package io.tidemark.benchmarks;

import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A [Log] that is used without actors.
@State(Scope.Benchmark)
public class OpenLog {
  /// Enough for one JMH run of any benchmark that does not want to see the log roll.
  @Param("67108864")
  long segmentBytes;

  private Scratch scratch;
  private Log log;

  @Setup(Level.Trial)
  public void open(Scratch scratch) {
    this.scratch = scratch;
    log = openIn(scratch.directory(), segmentBytes);
  }

  static Log openIn(Path directory, long segmentBytes) {
    LogConfig config = LogConfig.defaults(1, 0).withSizes(segmentBytes, 4 << 20);
    return Log.open(FileSystemDirectory.at(directory), config);
  }

  static Batch encode(Scratch scratch, int records, long baseLsn, int previousChecksum) {
    return Batch.encode(
        baseLsn,
        1,
        1,
        previousChecksum,
        IntStream.range(0, records)
            .mapToObj(i -> RecordData.data(scratch.payload((int) (baseLsn + i))))
            .toList());
  }

  Log log() {
    return log;
  }

  /// Encodes and writes one batch; returns its length.
  int append(int records) {
    Batch batch = encode(scratch, records, log.appendedLsn() + 1, log.lastChecksum());
    log.append(batch);
    return batch.sizeBytes();
  }

  @TearDown(Level.Trial)
  public void close() {
    log.close();
  }
}
