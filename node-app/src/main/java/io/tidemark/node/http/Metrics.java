package io.tidemark.node.http;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot.StateSetDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.tidemark.log.writer.WriterHealth;
import io.tidemark.log.writer.WriterHealth.State;
import io.tidemark.partition.Watermarks;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/// What the replicas of a node, and the wire between nodes, measure, in Prometheus' text format.
///
/// Counts and sums are since the start of the node. Quantiles are of what was measured since the
/// question before, so that yesterday's slow hour is not in today's figures.
final class Metrics {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999, 1};
  private static final double MICROS = 1e-6;

  private final ReplicatedNode node;
  private final Map<String, Total> totals = new HashMap<>();

  /// Of one summary of one partition, since the start.
  private record Total(long count, double sum) {}

  Metrics(ReplicatedNode node) {
    this.node = node;
  }

  /// All of them now. One caller at a time gets the quantiles.
  synchronized byte[] text() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(bytes, snapshots());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private MetricSnapshots snapshots() {
    GaugeSnapshot.Builder marks = gauge("tidemark_lsn", "How high the log of a replica has come.");
    GaugeSnapshot.Builder waiting =
        gauge("tidemark_waiting_bytes", "Records that have no outcome yet.");
    GaugeSnapshot.Builder busy =
        gauge("tidemark_writer_busy_seconds", "How long the writer has been at one command.");
    GaugeSnapshot.Builder unsynced =
        gauge(
            "tidemark_unsynced_seconds",
            "Age of the oldest record that is appended and not synced: what a power cut may take.");
    StateSetSnapshot.Builder state =
        StateSetSnapshot.builder().name("tidemark_writer_state").help("What the writer is.");
    CounterSnapshot.Builder lost =
        CounterSnapshot.builder()
            .name("tidemark_claims_lost")
            .help("Claims left behind because their producers did not commit them.");
    CounterSnapshot.Builder rounds =
        CounterSnapshot.builder()
            .name("tidemark_journal_syncs")
            .help("Syncs of the journal that the logs of this node share.");
    CounterSnapshot.Builder writes =
        CounterSnapshot.builder()
            .name("tidemark_journal_writes")
            .help("Writes to logs that were synced with it.");
    node.journal()
        .ifPresent(
            journal -> {
              rounds.dataPoint(count(Labels.EMPTY, journal.rounds()));
              writes.dataPoint(count(Labels.EMPTY, journal.writes()));
            });
    SummarySnapshot.Builder appends =
        summary("tidemark_append_seconds", "From append to outcome, for those that waited.");
    SummarySnapshot.Builder syncs = summary("tidemark_sync_seconds", "Syncs of the log.");
    SummarySnapshot.Builder batches = summary("tidemark_batch_records", "Records of the batches.");
    for (ReplicaHandle replica : node.replicas()) {
      Optional<ReplicaHandle.Open> open = replica.openNow();
      if (open.isEmpty()) {
        continue;
      }
      Labels labels = Labels.of("partition", Integer.toString(replica.partition()));
      addMarks(marks, labels, replica.watermarks());
      waiting.dataPoint(value(labels, open.get().appends().admission().admittedBytes()));
      WriterHealth health = open.get().appends().health();
      busy.dataPoint(value(labels, health.busyNanos() * 1e-9));
      unsynced.dataPoint(value(labels, health.unsyncedNanos() * 1e-9));
      state.dataPoint(state(labels, health.condition().state()));
      lost.dataPoint(count(labels, health.claimsLost()));
      WriterHealth.Measured measured = health.measured();
      appends.dataPoint(point("append", labels, measured.appendMicros(), MICROS));
      syncs.dataPoint(point("sync", labels, measured.syncMicros(), MICROS));
      batches.dataPoint(point("batch", labels, measured.batchRecords(), 1));
    }
    List<MetricSnapshot> all = new ArrayList<>();
    all.add(marks.build());
    all.add(waiting.build());
    all.add(busy.build());
    all.add(unsynced.build());
    all.add(state.build());
    all.add(lost.build());
    all.add(rounds.build());
    all.add(writes.build());
    all.add(appends.build());
    all.add(syncs.build());
    all.add(batches.build());
    node.transport().map(TransportMetrics::of).ifPresent(all::addAll);
    return new MetricSnapshots(all);
  }

  private static CounterDataPointSnapshot count(Labels labels, long value) {
    return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name(name).help(help);
  }

  private static SummarySnapshot.Builder summary(String name, String help) {
    return SummarySnapshot.builder().name(name).help(help);
  }

  private static void addMarks(GaugeSnapshot.Builder marks, Labels labels, Watermarks at) {
    Map<String, Long> all =
        Map.of(
            "first", at.first(),
            "appended", at.appended(),
            "durable", at.durable(),
            "committed", at.committed(),
            "applied", at.applied(),
            "snapshot", at.snapshot());
    all.forEach((name, lsn) -> marks.dataPoint(value(labels.add("watermark", name), lsn)));
  }

  private static GaugeDataPointSnapshot value(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static StateSetDataPointSnapshot state(Labels labels, State now) {
    StateSetDataPointSnapshot.Builder point = StateSetDataPointSnapshot.builder().labels(labels);
    for (State one : State.values()) {
      point.state(one.name().toLowerCase(Locale.ROOT), one == now);
    }
    return point.build();
  }

  private SummaryDataPointSnapshot point(
      String name, Labels labels, Histogram measured, double unit) {
    long count = measured.getTotalCount();
    double sum = count == 0 ? 0 : measured.getMean() * count * unit;
    Total total =
        totals.merge(
            name + labels,
            new Total(count, sum),
            (a, b) -> new Total(a.count() + b.count(), a.sum() + b.sum()));
    List<Quantile> quantiles =
        Arrays.stream(QUANTILES)
            .mapToObj(
                q ->
                    new Quantile(
                        q, count == 0 ? Double.NaN : measured.getValueAtPercentile(100 * q) * unit))
            .toList();
    return SummaryDataPointSnapshot.builder()
        .labels(labels)
        .count(total.count())
        .sum(total.sum())
        .quantiles(Quantiles.of(quantiles))
        .build();
  }
}
