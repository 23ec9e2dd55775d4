package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.protocol.Ballot;
import io.tidemark.transport.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A replica with damage; what it asks and what others say to that is the test's.
abstract class RepairPeers extends OneReplica {
  static final int BATCHES = 6;
  private static final int MAX_BATCH_BYTES = 8192;
  private static final int TICKS_AT_ONCE = 20;

  /// What went out to a peer.
  record Sent(NodeId to, RepairWire message) {}

  /// That a peer was greeted.
  record Greeted(NodeId to, Greeting greeting) {}

  final LinkedBlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<Greeted> greetings = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<ReplicaWire.Said> control = new LinkedBlockingQueue<>();
  final List<Batch> batches = new ArrayList<>();

  void link(ReplicaId... peers) {
    links =
        new Links(
            Stream.of(peers)
                .map(ReplicaId::node)
                .collect(
                    Collectors.toMap(
                        node -> node,
                        node ->
                            TestLink.to(control::add, frame -> sent(node, frame), kit.system()))),
            1 << 16);
    links.byNode().values().forEach(link -> link.open(true));
  }

  private void sent(NodeId to, Frame frame) {
    switch (frame.kind()) {
      case REPAIR -> sent.add(new Sent(to, RepairWire.decode(frame.payload(), MAX_BATCH_BYTES)));
      case GREETING -> {
        String text = new String(frame.payload(), StandardCharsets.UTF_8);
        greetings.add(new Greeted(to, Greeting.parse(A.node(), text)));
      }
      default -> {}
    }
  }

  /// A voter of three with a promise and a few records, which is down.
  void before() {
    agreed(A, B, C);
    try (BallotStore ballots = BallotStore.open(directory)) {
      ballots.save(new Ballot(5, Optional.of(B)));
    }
    records();
  }

  void records() {
    try (Log log = Log.open(directory, LOG)) {
      for (int i = 1; i <= BATCHES; i++) {
        Batch batch =
            Batch.encode(i, 4, i, log.lastChecksum(), List.of(RecordData.data(new byte[100 + i])));
        log.append(batch);
        batches.add(batch);
      }
    }
  }

  void flip(Batch batch, int at) {
    String file = "00000000000000000001.segment";
    ByteBuffer bytes = ByteBuffer.wrap(disk.copy().bytes(file));
    int position = 0;
    while (!bytes.slice(position, batch.sizeBytes()).equals(batch.bytes())) {
      position += Long.BYTES;
    }
    disk.flipBit(file, 8L * (position + at));
  }

  Batch lost() {
    return batches.get(2);
  }

  Sent next() throws InterruptedException {
    Sent one = sent.poll(10, TimeUnit.SECONDS);
    assertThat(one).as("something sent").isNotNull();
    return one;
  }

  /// The next question; time passes until it is asked.
  Sent question() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              for (int i = 0; i < TICKS_AT_ONCE && sent.isEmpty(); i++) {
                tick();
              }
              return !sent.isEmpty();
            });
    return sent.remove();
  }

  void asks(ReplicaId from, long fromLsn, long uptoLsn) {
    replica.tell(new Replica.RepairHeard(from.node(), new RepairWire.Ask(fromLsn, uptoLsn)));
  }

  static Sent answer(ReplicaId to, long fromLsn, List<Batch> with) {
    return new Sent(to.node(), new RepairWire.Answer(fromLsn, with));
  }
}
