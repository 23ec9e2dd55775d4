package io.tidemark.node.tools;

import io.tidemark.log.Batch;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogCopy;
import io.tidemark.storage.FileSystemDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A log that a tool writes: under another name until it is whole, so that nobody takes a part of
/// it for all.
final class NewLog implements AutoCloseable {
  private static final String UNFINISHED = ".unfinished";
  private static final int LEAST_BATCH_BYTES = 1 << 20;
  private static final int BLOCK_BYTES = 4096;

  private final Path target;
  private final Path unfinished;
  private Optional<Log> log = Optional.empty();

  private NewLog(Path target) {
    this.target = target;
    this.unfinished = target.resolveSibling(target.getFileName() + UNFINISHED);
  }

  /// One that is to be `directory`; [ToolRefusedException] unless that is empty or not there.
  static NewLog at(Path directory) throws IOException {
    checkFree(directory);
    NewLog made = new NewLog(directory.toAbsolutePath().normalize());
    Trees.delete(made.unfinished);
    FileSystemDirectory.at(made.unfinished);
    return made;
  }

  private static void checkFree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      if (entries.findAny().isPresent()) {
        throw new ToolRefusedException(directory + " is not empty");
      }
    }
  }

  static LogConfig config(long logId, int partition, long segmentBytes, int largestBatchBytes) {
    int batchBytes = Math.max(LEAST_BATCH_BYTES, largestBatchBytes);
    long least = (batchBytes + batchBytes / 8L + (1 << 20)) / BLOCK_BYTES * BLOCK_BYTES;
    return LogConfig.defaults(logId, partition)
        .withSizes(Math.max(segmentBytes, least), batchBytes);
  }

  void begin(LogConfig config, long lastLsn, int checksum, long epoch, long timeMicros) {
    FileSystemDirectory directory = FileSystemDirectory.at(unfinished);
    LogCopy.begin(directory, config, lastLsn, checksum, epoch, timeMicros);
    log = Optional.of(Log.open(directory, config));
  }

  /// Takes over who forbids to trim what.
  void hold(Map<String, Long> holders) {
    holders.forEach(log.orElseThrow().retention()::hold);
  }

  void append(Batch batch) {
    log.orElseThrow().append(batch);
  }

  void append(BatchBuilder builder, long baseLsn, long epoch, long timeMicros) {
    int previous = log.orElseThrow().lastChecksum();
    append(LogCopy.batch(builder, baseLsn, epoch, timeMicros, previous));
  }

  /// Makes it durable, still under the other name.
  void finish() {
    log.orElseThrow(() -> new IllegalStateException("a log that was not begun")).close();
    log = Optional.empty();
  }

  /// Gives it its name, after [#finish].
  void publish() throws IOException {
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    FileSystemDirectory.at(target.getParent()).sync();
  }

  @Override
  public void close() throws IOException {
    log.ifPresent(Log::close);
    Trees.delete(unfinished);
  }
}
