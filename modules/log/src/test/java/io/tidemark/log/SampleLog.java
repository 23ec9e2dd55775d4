package io.tidemark.log;

import io.tidemark.storage.FileSystemDirectory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Random;

/// Writes logs with everything in them: codecs, keys, types, epochs, several segments; trimmed,
/// truncated and held.
public final class SampleLog {
  public static final LogConfig CONFIG = LogConfig.defaults(0xFEED, 3).withSizes(16384, 3072);

  private SampleLog() {}

  /// Several segments, trimmed at the start, truncated at the end and gone on.
  public static void write(Path directory) {
    try (Log log = Log.open(FileSystemDirectory.at(directory), CONFIG)) {
      log.retention().hold("reader", 1);
      log.retention().hold("backup", 1);
      batches(log, 60, 1);
      log.retention().release("reader");
      log.retention().hold("backup", 60);
      log.trimBelow(60);
      long cut = ((ReadResult.Found) log.read(log.appendedLsn() - 40)).batch().lastLsn();
      log.truncateAfter(cut);
      log.append(builder(Codec.NONE, 7), 9, 0);
      batches(log, 9, 9);
    }
  }

  /// One segment that is full and one that is not.
  public static void writeSmall(Path directory) {
    try (Log log = Log.open(FileSystemDirectory.at(directory), CONFIG)) {
      log.retention().hold("reader", 5);
      batches(log, 9, 1);
    }
  }

  private static void batches(Log log, int count, long epoch) {
    for (int i = 0; i < count; i++) {
      Codec codec = Codec.values()[i % Codec.values().length];
      log.append(builder(codec, 1 + i % 5), epoch + i / 8, 1_700_000_000_000_000L + i);
      if (i % 3 > 0) {
        log.sync();
      }
    }
  }

  private static BatchBuilder builder(Codec codec, int records) {
    BatchBuilder builder = new BatchBuilder(3072, codec);
    Random random = new Random(records);
    for (int i = 0; i < records; i++) {
      byte[] payload = new byte[i * 37 % 200];
      random.nextBytes(payload);
      builder.add(
          new RecordData(256 + i, i % 2 == 0, OptionalLong.of(i), ByteBuffer.wrap(payload)));
      String text = "high water ".repeat(30) + i;
      RecordData record = RecordData.data(text.getBytes(StandardCharsets.UTF_8));
      builder.add(records > 3 ? record.stamped(new Stamp(-i, i)) : record);
    }
    return builder;
  }
}
