package io.tidemark.node.cli;

import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.ReadResult;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.storage.FileSystemDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;

/// Logs to try the tools on: all codecs, keys, types, epochs, several segments, trimmed, truncated.
final class Samples {
  static final LogConfig CONFIG = LogConfig.defaults(0xFEED, 3).withSizes(16384, 3072);

  private Samples() {}

  /// From LSN 1; small segments.
  static void write(Path directory) {
    try (Log log = Log.open(FileSystemDirectory.at(directory), CONFIG)) {
      log.retention().hold("reader", 1);
      append(log, 60, 1);
    }
  }

  /// Of another log, longer than that of [#write]; nobody holds it.
  static void writeOther(Path directory) {
    LogConfig other = LogConfig.defaults(0xBEEF, 3).withSizes(16384, 3072);
    try (Log log = Log.open(FileSystemDirectory.at(directory), other)) {
      append(log, 70, 1);
    }
  }

  /// Trimmed at the start, truncated at the end, and gone on.
  static void writeTrimmed(Path directory) {
    write(directory);
    try (Log log = Log.open(FileSystemDirectory.at(directory), CONFIG)) {
      log.retention().hold("reader", 60);
      log.trimBelow(60);
      log.truncateAfter(((ReadResult.Found) log.read(log.appendedLsn() - 40)).batch().lastLsn());
      append(log, 9, 20);
    }
  }

  private static void append(Log log, int count, long epoch) {
    for (int i = 0; i < count; i++) {
      BatchBuilder builder = new BatchBuilder(3072, Codec.values()[i % 3]);
      Random random = new Random(i);
      for (int r = 0; r <= i % 5; r++) {
        byte[] payload = new byte[r * 37 % 200];
        random.nextBytes(payload);
        builder.add(
            new RecordData(256 + r, r % 2 == 0, OptionalLong.of(r), ByteBuffer.wrap(payload)));
        String text = "high water ".repeat(30) + r;
        RecordData record = RecordData.data(text.getBytes(StandardCharsets.UTF_8));
        builder.add(i % 2 == 0 ? record.stamped(new Stamp(-r, i)) : record);
      }
      log.append(builder, epoch + i / 8, 1_700_000_000_000_000L + i);
      if (i % 3 > 0) {
        log.sync();
      }
    }
  }

  static List<Path> segments(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".segment")).sorted().toList();
    }
  }

  static void flip(Path file, long position) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(position);
      int old = bytes.read();
      bytes.seek(position);
      bytes.write(old ^ 0x10);
    }
  }
}
