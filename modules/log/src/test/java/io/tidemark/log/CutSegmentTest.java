package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.storage.FileSystemDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real mapped files whose pages go away under their readers, as they do where a disk cannot read
/// them: the kernel says so with a signal, the JVM with an error.
final class CutSegmentTest {
  private static final LogConfig CONFIG = LogConfig.defaults(7, 3).withSizes(1 << 16, 4096);
  private static final int LEFT_BYTES = 4096;

  private final List<LogDamagedException> told = new ArrayList<>();

  @Test
  void whatCannotBeReadOfAMappingIsDamage(@TempDir Path directory) throws IOException {
    try (Log log = Log.open(FileSystemDirectory.at(directory), CONFIG)) {
      log.damage().mendedBy(told::add);
      while (log.extent().segments().size() < 3) {
        log.append(
            Batch.encode(
                log.appendedLsn() + 1,
                1,
                log.lastTimeMicros() + 1,
                log.lastChecksum(),
                List.of(RecordData.data(new byte[2000]))));
      }
      log.sync();
      LogCursor cursor = log.cursor(1);
      assertThat(cursor.next()).isTrue();
      SegmentHeader first = log.extent().segments().getFirst().header();
      try (FileChannel file =
          FileChannel.open(directory.resolve(first.fileName()), StandardOpenOption.WRITE)) {
        file.truncate(LEFT_BYTES);
      }
      isDamage(first, catchThrowableOfType(LogDamagedException.class, () -> log.read(9)));
      isDamage(
          first,
          catchThrowableOfType(
              LogDamagedException.class,
              () -> {
                while (cursor.next()) {
                  // Some of it may be in the processor's cache, but not all.
                }
              }));
      assertThat(told).hasSize(2);
      long next = log.extent().segments().get(1).header().baseLsn();
      assertThat(log.read(next)).isInstanceOf(ReadResult.Found.class);
    }
  }

  private static void isDamage(SegmentHeader in, LogDamagedException found) {
    assertThat(found).hasMessageContaining("a block that cannot be read");
    assertThat(found.file()).isEqualTo(in.fileName());
    assertThat(found.isBeingMended()).isTrue();
  }
}
