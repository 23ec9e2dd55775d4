package io.tidemark.benchmarks;

import io.tidemark.log.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// The other side of every append: a preallocated, zeroed file and batches encoded beforehand.
@State(Scope.Benchmark)
public class BareFile {
  private static final int FILE_BYTES = 64 << 20;

  private FileChannel channel;
  private ByteBuffer oneRecord;
  private ByteBuffer manyRecords;
  private long position;

  @Setup(Level.Trial)
  public void make(Scratch scratch) throws IOException {
    channel =
        FileChannel.open(
            scratch.directory().resolve("bare"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
    for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
      channel.write(zeros.clear(), at);
    }
    channel.force(true);
    oneRecord = frame(scratch, 1);
    manyRecords = frame(scratch, DurableStream.OUTSTANDING);
  }

  private static ByteBuffer frame(Scratch scratch, int records) {
    Batch batch = OpenLog.encode(scratch, records, 1, 0);
    return ByteBuffer.allocateDirect(batch.sizeBytes()).put(batch.bytes());
  }

  void appendOne() throws IOException {
    append(oneRecord);
  }

  void appendMany() throws IOException {
    append(manyRecords);
  }

  /// Goes round at the end of the file: to overwrite costs what to write over zeros does.
  private void append(ByteBuffer frame) throws IOException {
    frame.clear();
    if (position + frame.remaining() > FILE_BYTES) {
      position = 0;
    }
    while (frame.hasRemaining()) {
      position += channel.write(frame, position);
    }
    channel.force(false);
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    channel.close();
  }
}
