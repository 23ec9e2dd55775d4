package io.tidemark.log;

import io.tidemark.log.journal.Journal;
import io.tidemark.log.journal.JournalConfig;
import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.storage.StorageException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;

/// A process of its own with a log, which does something with it until it dies.
final class LogProcess {
  /// What it does.
  enum Work {
    /// Appends, notes, rolls, holds and trims; says each durable LSN in a line.
    WRITE,
    /// The same past the page cache.
    WRITE_DIRECT,
    /// The same through a journal, which it shares with another log.
    WRITE_JOURNALED,
    /// The same, but says what is appended: a lie.
    LIE,
    /// Writes, and keeps ever more memory.
    EAT,
    /// Writes until no descriptor is left to roll with; says what the log answered, and then what
    /// it answers when there are some again.
    STARVE
  }

  private static final LogConfig CONFIG = LogConfig.defaults(75, 0).withSizes(65536, 4096);
  private static final JournalConfig JOURNAL =
      new JournalConfig(256 << 10, 16 << 10, 4 << 10, JournalConfig.Use.ALWAYS);
  private static final int HELD = 100;

  private LogProcess() {}

  static LogConfig config() {
    return CONFIG;
  }

  static LogConfig config(Work work) {
    return work == Work.WRITE_DIRECT ? CONFIG.withAccess(Access.DIRECT) : CONFIG;
  }

  private static Log open(Directory root, Work work) {
    if (work != Work.WRITE_JOURNALED) {
      return Log.open(root, config(work));
    }
    Journal journal = Journal.open(root, JOURNAL, ForkJoinPool.commonPool());
    Log other = Log.open(journal.directory("other"), CONFIG);
    Thread.ofPlatform().daemon().start(() -> writeFrom(other));
    return Log.open(journal.directory("log"), CONFIG);
  }

  private static void writeFrom(Log log) {
    for (int i = 1; ; i++) {
      write(log, i);
    }
  }

  /// `prefix` is a command that runs the rest of its line.
  static Process start(Path directory, Work work, List<String> prefix, String... flags)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            LogProcess.class.getName(),
            directory.toString(),
            work.name()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  public static void main(String[] arguments) throws IOException {
    Work work = Work.valueOf(arguments[1]);
    Log log = open(FileSystemDirectory.at(Path.of(arguments[0])), work);
    if (work == Work.STARVE) {
      starve(log);
      return;
    }
    List<byte[]> eaten = new ArrayList<>();
    for (int i = 1; ; i++) {
      write(log, i);
      if (work == Work.EAT) {
        eaten.add(new byte[1 << 20]);
      }
      System.out.println(work == Work.LIE ? log.appendedLsn() : log.durableLsn());
    }
  }

  private static void write(Log log, int i) {
    log.append(next(log));
    if (i % 3 == 0) {
      log.sync();
    }
    if (i % 17 == 0) {
      log.noteSynced();
    }
    if (i % 29 == 0) {
      log.roll();
    }
    if (i % 41 == 0 && log.durableLsn() > HELD) {
      log.retention().hold("reader", log.durableLsn() - HELD);
      log.trimBelow(Long.MAX_VALUE);
    }
  }

  private static void starve(Log log) throws IOException {
    // What is needed in the end is loaded now: without descriptors no class is found.
    for (int i = 1; i < 60; i++) {
      write(log, i);
    }
    System.out.println(answer(() -> FileSystemDirectory.at(Path.of("/dev")).open("nothing")));
    System.out.println(new LogFencedException(new IllegalStateException("warm")).getMessage());
    List<FileInputStream> taken = new ArrayList<>();
    try {
      while (true) {
        taken.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
    String answer = answer(() -> writeOneSegment(log));
    for (FileInputStream one : taken) {
      one.close();
    }
    System.out.println(answer);
    System.out.println(answer(log::sync));
    System.out.println(log.durableLsn());
  }

  private static void writeOneSegment(Log log) {
    for (int i = 0; i < CONFIG.segmentBytes() / Long.BYTES; i++) {
      log.append(next(log));
      log.sync();
    }
  }

  private static String answer(Runnable asked) {
    try {
      asked.run();
      return "done";
    } catch (LogFencedException e) {
      return "fenced by " + e.getCause();
    } catch (StorageException e) {
      return "refused: " + e.category();
    }
  }

  /// A batch whose only record tells its LSN, and has a length of its own.
  static Batch next(Log log) {
    long lsn = log.appendedLsn() + 1;
    ByteBuffer payload =
        BatchFormat.littleEndian(ByteBuffer.allocate(8 + (int) (lsn * 37 % 900))).putLong(0, lsn);
    return Batch.encode(
        lsn,
        1,
        log.lastTimeMicros() + 1,
        log.lastChecksum(),
        List.of(RecordData.data(payload.array())));
  }

  /// Whether what it wrote in `directory` holds every LSN up to `durableLsn`.
  static boolean holds(Path directory, Work work, long durableLsn) {
    Directory root = FileSystemDirectory.at(directory);
    if (work != Work.WRITE_JOURNALED) {
      try (Log log = Log.open(root, config(work))) {
        return holds(log, durableLsn);
      }
    }
    try (Journal journal = Journal.open(root, JOURNAL);
        Log log = Log.open(journal.directory("log"), CONFIG);
        Log other = Log.open(journal.directory("other"), CONFIG)) {
      return holds(log, durableLsn) && holds(other, 0);
    }
  }

  /// Whether `log` holds every LSN up to `durableLsn` that it has to, with what [#next] put there.
  static boolean holds(Log log, long durableLsn) {
    Map<String, Long> holders = log.retention().holders();
    long lsn = log.firstLsn();
    if (lsn > holders.getOrDefault("reader", 1L)) {
      return false;
    }
    LogCursor cursor = log.cursor(lsn);
    while (cursor.next()) {
      if (cursor.lsn() != lsn || cursor.payload().getLong() != lsn) {
        return false;
      }
      lsn++;
    }
    return lsn > durableLsn;
  }
}
