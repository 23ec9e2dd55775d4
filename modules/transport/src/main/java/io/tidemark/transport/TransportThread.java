package io.tidemark.transport;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread of a transport. Its rounds: tasks of others, then the duty, which is all that
/// Aeron's driver and client and the transport itself have to do.
///
/// Two rounds without work, and it sleeps at the doorbell. It wakes by itself as well, because the
/// driver has timers: soon while there was work a moment ago, as a lost packet is asked for after a
/// fraction of a millisecond, and seldom when all is quiet.
final class TransportThread implements Executor, AutoCloseable {
  /// What there is to do in each round, and once at the end. All of it is called on the thread.
  interface Duty {
    /// Returns how much was done, 0 if there was nothing to do.
    int work(long nowNs);

    void end();
  }

  private static final Logger LOG = LoggerFactory.getLogger(TransportThread.class);
  private static final int TASKS_PER_ROUND = 64;

  /// Each is a few microseconds on a processor that somebody else may wait for.
  private static final int ROUNDS_BEFORE_SLEEP = 2;

  private static final long GOODBYE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long AWAKE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long DOZE_MILLIS = 1;
  private static final long SLEEP_MILLIS = 10;

  private final ManyToOneConcurrentLinkedQueue<Runnable> tasks =
      new ManyToOneConcurrentLinkedQueue<>();
  private final Doorbell doorbell;
  private final Duty duty;
  private final Thread thread;
  private volatile boolean stopped;

  TransportThread(Doorbell doorbell, Duty duty, ThreadFactory threads) {
    this.doorbell = doorbell;
    this.duty = duty;
    this.thread = threads.newThread(this::run);
  }

  void start() {
    thread.start();
  }

  /// Runs `task` on the thread. Throws [RejectedExecutionException] when it has ended.
  @Override
  public void execute(Runnable task) {
    if (!offer(task)) {
      throw new RejectedExecutionException("the transport is closed");
    }
  }

  /// False when the thread has ended and will not run `task`. A task that comes while it ends is
  /// taken back by whoever sees both.
  boolean offer(Runnable task) {
    if (stopped) {
      return false;
    }
    tasks.offer(task);
    doorbell.ring();
    return !(stopped && tasks.remove(task));
  }

  private void run() {
    int idleRounds = 0;
    long workedAtNs = System.nanoTime();
    while (!stopped) {
      doorbell.hear();
      long nowNs = System.nanoTime();
      if (round(nowNs) > 0) {
        idleRounds = 0;
        workedAtNs = nowNs;
      } else if (++idleRounds >= ROUNDS_BEFORE_SLEEP) {
        doorbell.sleep(nowNs - workedAtNs < AWAKE_NANOS ? DOZE_MILLIS : SLEEP_MILLIS);
        idleRounds = 0;
      }
    }
    sayGoodbye();
    duty.end();
  }

  /// What is in Aeron's logs goes out, if that takes no time; the tasks are done in any case.
  private void sayGoodbye() {
    long beganAtNs = System.nanoTime();
    long nowNs = beganAtNs;
    while (round(nowNs) > 0 && nowNs - beganAtNs < GOODBYE_NANOS) {
      nowNs = System.nanoTime();
    }
    while (runTasks() > 0) {
      // No stage waits for an answer that never comes.
    }
  }

  private int round(long nowNs) {
    int work = runTasks();
    try {
      work += duty.work(nowNs);
    } catch (RuntimeException | Error e) {
      LOG.error("the transport met a bug and goes on", e);
    }
    return work;
  }

  private int runTasks() {
    int count = 0;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        LOG.error("a task on the transport's thread failed", e);
      }
      if (++count == TASKS_PER_ROUND) {
        break;
      }
    }
    return count;
  }

  /// Waits for the round under way, the tasks and the end of the duty.
  @Override
  public void close() {
    stopped = true;
    doorbell.ring();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
