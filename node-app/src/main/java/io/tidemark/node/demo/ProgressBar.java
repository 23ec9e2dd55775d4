package io.tidemark.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// How far the loading has come: one line, rewritten on a terminal, one a second elsewhere.
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 24;
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintStream out;
  private final boolean interactive;
  private final DemoCluster cluster;
  private final Loader loader;
  private final int total;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
  private long startNanos;

  ProgressBar(
      PrintStream out, boolean interactive, DemoCluster cluster, Loader loader, Input input) {
    this.out = out;
    this.interactive = interactive;
    this.cluster = cluster;
    this.loader = loader;
    this.total = input.lines().size();
  }

  void start() {
    startNanos = System.nanoTime();
    long everyMillis = interactive ? 200 : 1000;
    timer.scheduleWithFixedDelay(this::show, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
  }

  private void show() {
    say(null);
  }

  /// Shows the bar, below a line of text if there is one.
  synchronized void say(String text) {
    String clear = interactive ? CLEAR_LINE : "";
    if (text != null) {
      out.println(clear + text);
    }
    out.print(clear + line() + (interactive ? "" : System.lineSeparator()));
    out.flush();
  }

  private String line() {
    int done = loader.acknowledged();
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    Histogram latency = loader.latencyMicros();
    int filled = (int) ((long) WIDTH * done / total);
    return "[%s%s] %,d/%,d  %,.0f records/s  p50 %.1f ms  p99 %.1f ms  committed %,d"
        .formatted(
            "#".repeat(filled),
            ".".repeat(WIDTH - filled),
            done,
            total,
            done / seconds,
            latency.getValueAtPercentile(50) / 1000.0,
            latency.getValueAtPercentile(99) / 1000.0,
            committed());
  }

  /// The committed watermarks of all partitions, added up.
  private long committed() {
    try {
      long sum = 0;
      for (JsonNode partition : cluster.partitionViews()) {
        long most = 0;
        for (JsonNode replica : partition.get("replicas")) {
          most = Math.max(most, replica.get("committed").asLong());
        }
        sum += most;
      }
      return sum;
    } catch (IOException e) {
      return 0;
    }
  }

  void stop() throws InterruptedException {
    timer.shutdown();
    timer.awaitTermination(10, TimeUnit.SECONDS);
    say(null);
    if (interactive) {
      out.println();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
