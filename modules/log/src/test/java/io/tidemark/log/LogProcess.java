package io.tidemark.log;

import io.tidemark.storage.FileSystemDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A process of its own with a log: says each LSN that is durable in a line, until it dies.
final class LogProcess {
  private static final LogConfig CONFIG = LogConfig.defaults(75, 0).withSizes(65536, 4096);

  private LogProcess() {}

  static LogConfig config() {
    return CONFIG;
  }

  static Process start(Path directory, String what, String... flags) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            LogProcess.class.getName(),
            directory.toString(),
            what));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  public static void main(String[] arguments) {
    Log log = Log.open(FileSystemDirectory.at(Path.of(arguments[0])), CONFIG);
    List<byte[]> eaten = new ArrayList<>();
    for (int i = 0; ; i++) {
      log.append(next(log));
      if (i % 3 == 0) {
        log.sync();
      }
      if (arguments[1].equals("eat")) {
        eaten.add(new byte[1 << 20]);
      }
      System.out.println(log.durableLsn());
    }
  }

  /// A batch whose only record tells its LSN, and has a length of its own.
  static Batch next(Log log) {
    byte[] payload = new byte[8 + (int) (log.appendedLsn() * 37 % 900)];
    BatchFormat.littleEndian(java.nio.ByteBuffer.wrap(payload)).putLong(0, log.appendedLsn() + 1);
    return Batch.encode(
        log.appendedLsn() + 1,
        1,
        log.lastTimeMicros() + 1,
        log.lastChecksum(),
        List.of(RecordData.data(payload)));
  }

  /// Whether `log` holds every LSN up to `durableLsn`, with what [#next] put there.
  static boolean holds(Log log, long durableLsn) {
    LogCursor cursor = log.cursor(1);
    long lsn = 1;
    while (cursor.next()) {
      if (cursor.lsn() != lsn || cursor.payload().getLong() != lsn) {
        return false;
      }
      lsn++;
    }
    return lsn > durableLsn;
  }
}
