package io.tidemark.log.writer;

import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.storage.Directory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/// A log and the thread that writes it: all that a process needs that wants a durable log of its
/// own and nothing else.
///
/// ```
/// try (LogWriter writer = LogWriter.open(directory, LogConfig.defaults(1, 0), WriterConfig.defaults())) {
///   Appender appender = writer.appender().orElseThrow();
///   long lsn = appender.append(RecordData.DATA, payload);
///   appender.whenDurable(lsn).thenRun(…);
/// }
/// ```
public final class LogWriter implements AutoCloseable {
  private final Log log;
  private final ExecutorService background;
  private final Entrance entrance = new Entrance();
  private final WriterHealth health;
  private final Map<WriterHost.Reminder, Long> dueNanos = new EnumMap<>(WriterHost.Reminder.class);
  private final BatchWriter writer;
  private final Thread thread;
  private volatile boolean stopping;

  private LogWriter(Log log, ExecutorService background, WriterConfig config) {
    this.log = log;
    this.background = background;
    this.health = new WriterHealth(config.delays().stalled());
    this.thread = Thread.ofPlatform().name("log-writer").unstarted(this::run);
    Runnable waker = () -> LockSupport.unpark(thread);
    this.writer = new BatchWriter(config, log, entrance, health, waker, new OwnHost());
    writer.lead(log.lastEpoch() + 1);
  }

  /// Opens the log in `directory`, or begins one there, and starts to write it, in a new epoch.
  /// Fails as [Log#open(Directory, LogConfig)] does.
  public static LogWriter open(Directory directory, LogConfig log, WriterConfig config) {
    ExecutorService background =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("log-segments").daemon().factory());
    try {
      LogWriter writer = begin(Log.open(directory, log, background), background, config);
      writer.thread.start();
      return writer;
    } catch (RuntimeException e) {
      background.shutdown();
      throw e;
    }
  }

  private static LogWriter begin(Log log, ExecutorService background, WriterConfig config) {
    try {
      return new LogWriter(log, background, config);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /// The way for a producer; none while the disk is full, after a failure, or when closed:
  /// [#health] says which. One more is taken by each thread, and after each time that it said
  /// `CLOSED`.
  public Optional<Appender> appender() {
    return entrance.appender();
  }

  /// The log, to read it, and to ask for its LSNs.
  public Log log() {
    return log;
  }

  public WriterHealth health() {
    return health;
  }

  private void run() {
    try {
      while (!stopping) {
        health.begins();
        if (entrance.isWoken()) {
          writer.flush();
        }
        long nanos = remind();
        health.ends();
        if (!entrance.isWoken() && !stopping) {
          LockSupport.parkNanos(this, nanos);
        }
      }
    } catch (RuntimeException e) {
      writer.fence(e);
    } catch (Error e) {
      writer.fence(new IllegalStateException("the writer's thread died: " + e, e));
      throw e;
    } finally {
      health.ends();
    }
  }

  /// Does what is due; returns after how long something else is.
  private long remind() {
    long now = System.nanoTime();
    long least = Long.MAX_VALUE;
    for (WriterHost.Reminder reminder : WriterHost.Reminder.values()) {
      Long due = dueNanos.get(reminder);
      if (due != null && due - now <= 0) {
        dueNanos.remove(reminder);
        writer.remind(reminder);
        due = dueNanos.get(reminder);
      }
      least = due == null ? least : Math.min(least, Math.max(0, due - now));
    }
    return least;
  }

  /// Makes everything that was taken durable, refuses the rest, and closes the log.
  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
    boolean interrupted = join();
    try {
      writer.stop("the writer is closed");
    } finally {
      background.shutdown();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Waits until the thread is at no sync any more; whether this thread was interrupted meanwhile.
  private boolean join() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  private final class OwnHost implements WriterHost {
    @Override
    public long wallMicros() {
      return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    @Override
    public void remindAfter(WriterHost.Reminder reminder, Duration delay) {
      dueNanos.put(reminder, System.nanoTime() + delay.toNanos());
    }

    /// Who waits for a sync says so by [Appender#whenDurable].
    @Override
    public boolean appended(BatchBuilder batch, List<Waiting> waiting) {
      return false;
    }

    @Override
    public void synced(long lsn) {
      // Told through the entrance.
    }

    @Override
    public void readOnly(String reason) {
      // Shown by the health.
    }
  }
}
