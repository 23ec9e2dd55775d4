package io.tidemark.transport;

import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
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
/// What streams between nodes have to do is prompt: each round does it, and ends the tasks of those
/// they carry frames for when these have had enough of it. However much a thousand replicas have to
/// do, frames come and go; and what the replicas of a round have to say goes together. Crash story:
/// what a node says to show that it is there stood in line behind the replicas, twice at each end.
/// Under a load that filled the processors all took each other for dead, and the elections were
/// more load.
///
/// Two rounds without work, and it sleeps at the doorbell. It wakes by itself as well, because the
/// driver has timers: soon while there is traffic, as a lost packet is asked for after a fraction
/// of a millisecond, and seldom when all is quiet, as each time costs a tenth of one.
final class TransportThread implements Executor, AutoCloseable {
  /// What there is to do in each round, and once at the end. All of it is called on the thread.
  interface Duty {
    /// Returns how much was done, 0 if there was nothing to do.
    int work(long nowNs);

    void end();
  }

  private static final class Recurring {
    private final long periodNanos;
    private final Runnable task;
    private long dueNs;

    Recurring(long periodNanos, Runnable task, long nowNs) {
      this.periodNanos = periodNanos;
      this.task = task;
      ranAt(nowNs);
    }

    void ranAt(long nowNs) {
      dueNs = nowNs + periodNanos;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(TransportThread.class);
  private static final int TASKS_PER_ROUND = 64;

  /// No further task begins when those of a round took so long.
  private static final long TASKS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /// Each is a few microseconds on a processor that somebody else may wait for.
  private static final int ROUNDS_BEFORE_SLEEP = 2;

  private static final long GOODBYE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long AWAKE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /// Who finds work twice within this time has traffic; single pulses and ticks are none.
  private static final long TRAFFIC_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final long DOZE_MILLIS = 1;
  private static final long SLEEP_MILLIS = 25;

  private final ManyToOneConcurrentLinkedQueue<Runnable> prompt =
      new ManyToOneConcurrentLinkedQueue<>();
  private final ManyToOneConcurrentLinkedQueue<Runnable> tasks =
      new ManyToOneConcurrentLinkedQueue<>();
  private final List<Recurring> recurring = new ArrayList<>();
  private final Doorbell doorbell;
  private final Duty duty;
  private final Thread thread;
  private volatile UncaughtExceptionHandler onFatalError = (_, _) -> {};
  private volatile boolean stopped;

  TransportThread(Doorbell doorbell, Duty duty, ThreadFactory threads) {
    this.doorbell = doorbell;
    this.duty = duty;
    this.thread = threads.newThread(this::run);
  }

  void start() {
    thread.start();
  }

  /// Tells `handler` of errors of the Java machine, after which nobody knows what still works.
  void fatalErrorsTo(UncaughtExceptionHandler handler) {
    onFatalError = handler;
  }

  /// Runs `task` on the thread. Throws [RejectedExecutionException] when it has ended.
  @Override
  public void execute(Runnable task) {
    execute(tasks, task);
  }

  /// The same, in this round or the next, whatever waits that [#execute] was given.
  void executePromptly(Runnable task) {
    execute(prompt, task);
  }

  private void execute(Queue<Runnable> queue, Runnable task) {
    if (!offer(queue, task)) {
      throw new RejectedExecutionException("the transport is closed");
    }
  }

  /// False when the thread has ended and will not run `task`, promptly.
  boolean offer(Runnable task) {
    return offer(prompt, task);
  }

  /// A task that comes while the thread ends is taken back by whoever sees both.
  private boolean offer(Queue<Runnable> queue, Runnable task) {
    if (stopped) {
      return false;
    }
    queue.offer(task);
    doorbell.ring();
    return !(stopped && queue.remove(task));
  }

  /// Runs `task` on the thread again and again, `period` after it ran last.
  void every(Duration period, Runnable task) {
    execute(() -> recurring.add(new Recurring(period.toNanos(), task, System.nanoTime())));
  }

  private void run() {
    int idleRounds = 0;
    boolean worked = false;
    boolean traffic = false;
    long workedAtNs = System.nanoTime();
    while (!stopped) {
      doorbell.hear();
      long nowNs = System.nanoTime();
      if (round(nowNs) > 0) {
        traffic = worked ? traffic : nowNs - workedAtNs < TRAFFIC_NANOS;
        worked = true;
        workedAtNs = nowNs;
        idleRounds = 0;
      } else if (++idleRounds >= ROUNDS_BEFORE_SLEEP) {
        doorbell.sleep(sleepMillis(nowNs, traffic && nowNs - workedAtNs < AWAKE_NANOS));
        worked = false;
        idleRounds = 0;
      }
    }
    sayGoodbye();
    duty.end();
  }

  private long sleepMillis(long nowNs, boolean dozes) {
    long millis = dozes ? DOZE_MILLIS : SLEEP_MILLIS;
    for (Recurring each : recurring) {
      long left = TimeUnit.NANOSECONDS.toMillis(each.dueNs - nowNs) + 1;
      millis = Math.clamp(left, 1, millis);
    }
    return millis;
  }

  /// What is in Aeron's logs goes out, if that takes no time; the tasks are done in any case.
  private void sayGoodbye() {
    long beganAtNs = System.nanoTime();
    long nowNs = beganAtNs;
    while (round(nowNs) > 0 && nowNs - beganAtNs < GOODBYE_NANOS) {
      nowNs = System.nanoTime();
    }
    while (runTasks(System.nanoTime()) + runPrompt() > 0) {
      // No stage waits for an answer that never comes.
    }
  }

  private int round(long nowNs) {
    int work = runRecurring(nowNs) + runTasks(System.nanoTime()) + runPrompt();
    try {
      work += duty.work(nowNs);
    } catch (RuntimeException | Error e) {
      failed("the transport met a bug and goes on", e);
    }
    return work;
  }

  private void failed(String what, Throwable failure) {
    LOG.error(what, failure);
    if (failure instanceof VirtualMachineError) {
      // Not here: it may end the process, and the end waits for this thread.
      new Thread(() -> onFatalError.uncaughtException(thread, failure), "fatal-error").start();
    }
  }

  private int runRecurring(long nowNs) {
    int count = 0;
    for (Recurring each : recurring) {
      if (nowNs - each.dueNs >= 0) {
        run(each.task);
        each.ranAt(nowNs);
        count++;
      }
    }
    return count;
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      failed("a task on the transport's thread failed", e);
    }
  }

  private int runTasks(long beganAtNs) {
    int count = 0;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      run(task);
      if (++count == TASKS_PER_ROUND || System.nanoTime() - beganAtNs > TASKS_NANOS) {
        break;
      }
    }
    return count;
  }

  private int runPrompt() {
    int count = 0;
    for (Runnable task = prompt.poll(); task != null; task = prompt.poll()) {
      run(task);
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
