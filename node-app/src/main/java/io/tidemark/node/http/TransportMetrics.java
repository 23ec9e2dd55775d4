package io.tidemark.node.http;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.tidemark.transport.Refusal;
import io.tidemark.transport.TransportCounters;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the wire to the other nodes has seen since the start, as Prometheus has it.
final class TransportMetrics {
  private TransportMetrics() {}

  static List<MetricSnapshot> of(TransportCounters counters) {
    return List.of(
        one("frames_sent", "Frames that Aeron has taken.", counters.framesSent()),
        one("sent_bytes", "Payloads of these.", counters.bytesSent()),
        one("frames_received", "Valid frames from other nodes.", counters.framesReceived()),
        one("received_bytes", "Payloads of these.", counters.bytesReceived()),
        refused(counters.refused()),
        one(
            "datagrams_refused",
            "Datagrams dropped because they were spoilt on the way, or are no node's.",
            counters.refusedDatagrams()),
        one(
            "frames_dropped",
            "Frames dropped because the peer was not there.",
            counters.droppedNotConnected()),
        one(
            "frames_waited",
            "Frames that had to wait for room on the way out.",
            counters.backPressured()),
        one(
            "publications_replaced",
            "Publications that had to be made again.",
            counters.reconnects()),
        one(
            "aeron_clients_replaced",
            "Aeron clients that closed themselves.",
            counters.clientRestarts()),
        one(
            "source_full",
            "Times arriving frames were left to wait in Aeron's buffers.",
            counters.sourceFull()));
  }

  private static CounterSnapshot refused(Map<Refusal, Long> byReason) {
    CounterSnapshot.Builder refused =
        counter("frames_refused", "Frames dropped because something in them is wrong.");
    byReason.forEach(
        (reason, count) ->
            refused.dataPoint(
                point(Labels.of("reason", reason.name().toLowerCase(Locale.ROOT)), count)));
    return refused.build();
  }

  private static CounterSnapshot one(String name, String help, long value) {
    return counter(name, help).dataPoint(point(Labels.EMPTY, value)).build();
  }

  private static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name("tidemark_transport_" + name).help(help);
  }

  private static CounterDataPointSnapshot point(Labels labels, long value) {
    return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }
}
