package io.tidemark.benchmarks.replicated.member;

import io.tidemark.benchmarks.contender.Payloads;
import java.util.concurrent.TimeUnit;

/// Tries to append, again and again, until a record is acknowledged. It does not wait for the end
/// of one attempt before it makes the next: some end late, or never, while there is no leader.
final class Probe {
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Producer producer;
  private final Outcomes outcomes;
  private final Thread thread;
  private volatile boolean probing;
  private volatile boolean stopped;

  /// Only keeps the producer alive until [#begin].
  Probe(Producer producer, Outcomes outcomes, Payloads payloads, Runnable acknowledged) {
    this.producer = producer;
    this.outcomes = outcomes;
    this.thread = Thread.ofPlatform().name("probe").start(() -> run(payloads, acknowledged));
  }

  private void run(Payloads payloads, Runnable acknowledged) {
    long sent = 0;
    while (!stopped && outcomes.acknowledged() == 0) {
      if (probing && producer.append(payloads.get(sent))) {
        sent++;
      }
      producer.await(outcomes, outcomes.ended(), AGAIN_NANOS);
    }
    if (outcomes.acknowledged() > 0) {
      acknowledged.run();
    }
    producer.close();
  }

  void begin() {
    probing = true;
  }

  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
