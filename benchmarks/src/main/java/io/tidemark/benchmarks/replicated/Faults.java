package io.tidemark.benchmarks.replicated;

import io.tidemark.benchmarks.replicated.Cluster.Driven;
import io.tidemark.benchmarks.work.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Works that hurt a follower, beside the same cluster in health.
///
/// @param cluster with one partition; healthy again after each work
/// @param length of a measurement
/// @param copy where a file fits that is as long as the log
record Faults(Cluster cluster, Duration length, Path copy) {
  private static final Duration SETTLE = Duration.ofSeconds(1);

  /// The least that is copied by who catches up.
  private static final long LOG_BYTES = 512 << 20;

  private static final int ATTEMPTS = 3;
  private static final Work.Append FILL = new Work.Append(1024, 256);

  /// Records a second, or what one of a hundred waits, with a follower that is hurt, beside before.
  Ratio hurtFollower(Work.HurtFollower work) throws IOException, InterruptedException {
    Child follower = cluster.followers().getFirst();
    double before = measured(work.append(), length);
    work.fault().begin(follower);
    double hurt;
    try {
      hurt = measured(work.append(), length);
    } finally {
      work.fault().end(follower);
    }
    cluster.gather();
    return new Ratio(hurt, before);
  }

  private double measured(Work.Append append, Duration time) throws InterruptedException {
    cluster.drive(append, SETTLE);
    return value(append, cluster.drive(append, time));
  }

  private static double value(Work.Append append, Driven driven) {
    return append.isOfWaits() ? driven.p99Micros() : driven.records() / driven.seconds();
  }

  /// MiB a second at which a follower without data catches up, beside a copy; or what one record of
  /// a hundred waits meanwhile, beside before.
  Ratio catchUp(Work.CatchUp work) throws IOException, InterruptedException {
    while (cluster.payloadBytes() < LOG_BYTES) {
      cluster.drive(FILL, SETTLE);
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double before = work.append().isOfWaits() ? measured(work.append(), length) : 0;
      List<Child> followers = cluster.followers();
      Child wiped = followers.getFirst();
      Child whole = followers.getLast();
      wiped.close();
      Scratch.deleteTree(wiped.data());
      Stopwatch stopwatch = new Stopwatch();
      Optional<Driven> meanwhile =
          cluster.during(work.append(), () -> refill(wiped, whole, stopwatch));
      cluster.gather();
      if (meanwhile.isPresent()) {
        return work.append().isOfWaits()
            ? new Ratio(meanwhile.get().p99Micros(), before)
            : new Ratio(
                cluster.payloadBytes() / stopwatch.seconds() / (1 << 20),
                FileCopy.mibPerSecond(whole.data(), copy, LOG_BYTES));
      }
    }
    throw new IllegalStateException(work.name() + ": disturbed each time");
  }

  private static void refill(Child wiped, Child whole, Stopwatch stopwatch)
      throws IOException, InterruptedException {
    wiped.start();
    Wait.until("the first record", () -> wiped.durableLsn() > 0);
    stopwatch.start();
    Wait.until("all records", () -> isAsFar(wiped, whole));
    stopwatch.stop();
  }

  /// Asks first who has all, which goes on.
  private static boolean isAsFar(Child wiped, Child whole) throws InterruptedException {
    long goal = whole.durableLsn();
    return wiped.durableLsn() >= goal;
  }

  private static final class Stopwatch {
    private long began;
    private long ended;

    void start() {
      began = System.nanoTime();
    }

    void stop() {
      ended = System.nanoTime();
    }

    double seconds() {
      return (ended - began) / 1e9;
    }
  }
}
