package io.tidemark.transport;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// The live counters behind [TransportCounters]; any thread adds to them.
final class Tally {
  final LongAdder framesSent = new LongAdder();
  final LongAdder bytesSent = new LongAdder();
  final LongAdder framesReceived = new LongAdder();
  final LongAdder bytesReceived = new LongAdder();
  final LongAdder refusedDatagrams = new LongAdder();
  final LongAdder backPressured = new LongAdder();
  final LongAdder droppedNotConnected = new LongAdder();
  final LongAdder reconnects = new LongAdder();
  final LongAdder clientRestarts = new LongAdder();
  final LongAdder sourceFull = new LongAdder();
  private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);

  Tally() {
    for (Refusal reason : Refusal.values()) {
      refused.put(reason, new LongAdder());
    }
  }

  void sent(int payloadBytes) {
    framesSent.increment();
    bytesSent.add(payloadBytes);
  }

  void received(int payloadBytes) {
    framesReceived.increment();
    bytesReceived.add(payloadBytes);
  }

  void refused(Refusal reason) {
    refused.get(reason).increment();
  }

  TransportCounters snapshot() {
    Map<Refusal, Long> reasons = new EnumMap<>(Refusal.class);
    refused.forEach((reason, count) -> reasons.put(reason, count.sum()));
    return new TransportCounters(
        framesSent.sum(),
        bytesSent.sum(),
        framesReceived.sum(),
        bytesReceived.sum(),
        reasons,
        refusedDatagrams.sum(),
        backPressured.sum(),
        droppedNotConnected.sum(),
        reconnects.sum(),
        clientRestarts.sum(),
        sourceFull.sum());
  }
}
