package io.tidemark.benchmarks;

import io.tidemark.log.ReadResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Reads 60 MiB that the page cache has, in batches of 256 records; the score is microseconds a
/// MiB.
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SequentialRead {
  private static final int READ_MIB = 60;
  private static final int READ_BYTES = READ_MIB << 20;

  /// A log that fills most of its one segment, and that segment as a plain file.
  @State(Scope.Benchmark)
  public static class FullLog {
    private OpenLog log;
    private FileChannel segment;
    private final ByteBuffer window = ByteBuffer.allocateDirect(1 << 18);

    @Setup(Level.Trial)
    public void fill(Scratch scratch, OpenLog log) throws IOException {
      this.log = log;
      int written = 0;
      while (written < READ_BYTES) {
        written += log.append(DurableStream.OUTSTANDING);
      }
      log.log().sync();
      try (Stream<Path> files = Files.list(scratch.directory())) {
        Path only =
            files.filter(file -> file.toString().endsWith(".segment")).findAny().orElseThrow();
        segment = FileChannel.open(only);
      }
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
      segment.close();
    }
  }

  /// Everything the file has up to 60 MiB, through a buffer of 256 KiB.
  @Benchmark
  @OperationsPerInvocation(READ_MIB)
  public long bare(FullLog full) throws IOException {
    CRC32C crc = new CRC32C();
    for (long at = 0; at < READ_BYTES; at += full.window.capacity()) {
      full.segment.read(full.window.clear(), at);
      crc.update(full.window.flip());
    }
    return crc.getValue();
  }

  /// Every batch, verified, up to the same place.
  @Benchmark
  @OperationsPerInvocation(READ_MIB)
  public long log(FullLog full) {
    long lsn = 1;
    for (int read = 0; read < READ_BYTES; ) {
      if (!(full.log.log().read(lsn) instanceof ReadResult.Found(var batch))) {
        throw new IllegalStateException("nothing at LSN " + lsn);
      }
      lsn = batch.lastLsn() + 1;
      read += batch.sizeBytes();
    }
    return lsn;
  }
}
