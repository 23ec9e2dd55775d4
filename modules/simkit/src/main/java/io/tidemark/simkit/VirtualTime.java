package io.tidemark.simkit;

import io.tidemark.foundation.Check;
import java.util.PriorityQueue;

/// Time that stands still while anything runs, and jumps to the next thing to do.
///
/// Deterministic: of two tasks due in the same microsecond the one scheduled first runs first.
/// Ownership: one thread; tasks may schedule and cancel.
public final class VirtualTime {
  private final PriorityQueue<Scheduled> queue = new PriorityQueue<>();
  private long nowMicros;
  private long scheduledCount;
  private int cancelledInQueue;

  /// Microseconds since this time began.
  public long nowMicros() {
    return nowMicros;
  }

  /// Tasks that are still to run.
  public int pending() {
    return queue.size() - cancelledInQueue;
  }

  /// Runs `task` once, `delayMicros` from now; 0 means after all that is due now already.
  public Scheduled schedule(long delayMicros, Runnable task) {
    Check.argument(delayMicros >= 0, "delay must not be negative: %d", delayMicros);
    Scheduled scheduled =
        new Scheduled(Math.addExact(nowMicros, delayMicros), scheduledCount++, task);
    queue.add(scheduled);
    return scheduled;
  }

  /// Jumps to the next task and runs it; false if there is none.
  public boolean runNext() {
    dropCancelled();
    Scheduled next = queue.poll();
    if (next == null) {
      return false;
    }
    nowMicros = next.dueMicros;
    next.state = State.DONE;
    next.task.run();
    return true;
  }

  /// Runs all that is due in the next `durationMicros`, then moves time to their end.
  public void runFor(long durationMicros) {
    Check.argument(durationMicros >= 0, "duration must not be negative: %d", durationMicros);
    long end = Math.addExact(nowMicros, durationMicros);
    dropCancelled();
    while (!queue.isEmpty() && queue.peek().dueMicros <= end) {
      runNext();
      dropCancelled();
    }
    nowMicros = end;
  }

  private void dropCancelled() {
    while (!queue.isEmpty() && queue.peek().state == State.CANCELLED) {
      queue.poll();
      cancelledInQueue--;
    }
  }

  private enum State {
    WAITING,
    CANCELLED,
    DONE
  }

  /// A task that waits for its time.
  public final class Scheduled implements Comparable<Scheduled> {
    private final long dueMicros;
    private final long number;
    private final Runnable task;
    private State state = State.WAITING;

    private Scheduled(long dueMicros, long number, Runnable task) {
      this.dueMicros = dueMicros;
      this.number = number;
      this.task = task;
    }

    /// Takes the task back; false if it ran or was cancelled before.
    public boolean cancel() {
      if (state != State.WAITING) {
        return false;
      }
      state = State.CANCELLED;
      cancelledInQueue++;
      return true;
    }

    @Override
    public int compareTo(Scheduled other) {
      int byTime = Long.compare(dueMicros, other.dueMicros);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }
}
