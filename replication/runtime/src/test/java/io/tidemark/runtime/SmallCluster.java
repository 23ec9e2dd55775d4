package io.tidemark.runtime;

import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.runtime.ReplicaWire.Item;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.transport.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/// The replicas of one partition on simulated disks, whose links carry the bytes of the wire and
/// lose nothing; time passes while somebody waits.
final class SmallCluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  static final LogConfig LOG = LogConfig.defaults(7, 0).withSizes(24576, 8192);
  private static final Duration TICK = Duration.ofMillis(25);
  private static final int MAX_BATCH_BYTES = 8192;
  private static final int MAX_BULK_BYTES = 1 << 16;

  /// One node, up or down.
  final class One {
    final NodeId id;
    final int incarnation;
    final SimulatedDisk disk = new SimulatedDisk();
    ReplicaHandle handle = new ReplicaHandle(0);
    private Optional<ActorRef<Replica.Command>> replica = Optional.empty();

    One(String name, int incarnation) {
      this.id = new NodeId(name);
      this.incarnation = incarnation;
    }

    void start() {
      handle = new ReplicaHandle(0);
      ActorRef<Replica.Command> started =
          kit.spawn(Replica.create(config(this), linksOf(this), handle, failures::add));
      handle.replica(started);
      replica = Optional.of(started);
    }

    /// With its log closed as it should be.
    void stop() {
      replica.ifPresent(
          one -> {
            replica = Optional.empty();
            kit.stop(one);
          });
      disk.killProcess();
    }

    void tell(Replica.Command command) {
      replica.ifPresent(one -> one.tell(command));
    }

    long committed() {
      return handle.watermarks().committed();
    }
  }

  final List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
  private final ActorTestKit kit = ActorTestKit.create();
  private final ManualClock clock = new ManualClock();
  private final Map<NodeId, One> nodes = Collections.synchronizedMap(new TreeMap<>());
  private final List<NodeId> placed;

  SmallCluster(String... names) {
    for (String name : names) {
      One one = new One(name, 1);
      nodes.put(one.id, one);
    }
    placed = Stream.of(names).map(NodeId::new).toList();
    all().forEach(One::start);
  }

  List<One> all() {
    return List.copyOf(nodes.values());
  }

  One node(String name) {
    return nodes.get(new NodeId(name));
  }

  /// A node without data, that others may know by name.
  One fresh(String name, int incarnation) {
    One one = new One(name, incarnation);
    nodes.put(one.id, one);
    one.start();
    return one;
  }

  private ReplicaConfig config(One one) {
    return new ReplicaConfig(
        0,
        one.disk.root(),
        LOG,
        WriterConfig.of(WriterConfig.Limits.of(4096, 64, 1 << 16)),
        new ReplicaId(one.id, one.incarnation),
        placed,
        new ReplicationSettings(
            TICK.multipliedBy(2),
            TICK.multipliedBy(16),
            TICK.multipliedBy(4000),
            Duration.ZERO,
            TICK.multipliedBy(400),
            8 << 20,
            64 << 20,
            1 << 20,
            1,
            100,
            OptionalInt.empty()),
        31L * one.id.hashCode(),
        // So that nothing old is sent from memory.
        1,
        clock,
        () -> {
          throw new IllegalStateException(one.id + " is not to begin anew");
        });
  }

  /// To all that may ever be.
  private Links linksOf(One from) {
    Map<NodeId, PeerLink> links = new TreeMap<>();
    for (String name : List.of("a", "b", "c", "d")) {
      NodeId to = new NodeId(name);
      if (!to.equals(from.id)) {
        links.put(
            to,
            TestLink.to(
                said -> said(from, to, said), frame -> sent(from, to, frame), kit.system()));
      }
    }
    links.values().forEach(link -> link.open(true));
    return new Links(links, MAX_BULK_BYTES);
  }

  private void said(One from, NodeId to, ReplicaWire.Said said) {
    if (said instanceof Item item) {
      ReplicaId replica = new ReplicaId(from.id, item.incarnation());
      tell(
          from,
          to,
          new Replica.PeerMessage(replica, OptionalInt.of(item.to()), item.message(), List.of()));
    }
  }

  private void sent(One from, NodeId to, Frame frame) {
    switch (frame.kind()) {
      case BATCHES -> {
        var bulk = ReplicaWire.decodeBatches(frame.epoch(), frame.payload(), MAX_BATCH_BYTES);
        ReplicaId replica = new ReplicaId(from.id, bulk.incarnation());
        tell(
            from,
            to,
            new Replica.PeerMessage(replica, OptionalInt.empty(), bulk.message(), bulk.batches()));
      }
      case OFFER -> {
        OfferWire offer = OfferWire.decode(frame.epoch(), frame.payload());
        tell(from, to, new Replica.OfferHeard(new ReplicaId(from.id, offer.incarnation()), offer));
      }
      case GREETING ->
          tell(
              from,
              to,
              new Replica.Greeted(
                  Greeting.parse(from.id, new String(frame.payload(), StandardCharsets.UTF_8))));
      case REPAIR ->
          tell(
              from,
              to,
              new Replica.RepairHeard(
                  from.id, RepairWire.decode(frame.payload(), MAX_BATCH_BYTES)));
      case CONTROL, AGE, PULSE -> throw new IllegalStateException(frame.toString());
    }
  }

  /// What a former process said does not arrive any more.
  private void tell(One from, NodeId to, Replica.Command command) {
    One there = nodes.get(to);
    if (there != null && nodes.get(from.id) == from) {
      there.tell(command);
    }
  }

  void tickUntil(String what, Callable<Boolean> condition) {
    await(what)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              clock.passNanos(TICK.toNanos());
              clock.tick();
              all().forEach(one -> one.tell(new Replica.Tick(Set.of())));
              return condition.call();
            });
  }

  /// The one that leads, and takes records.
  One leader() {
    AtomicReference<One> found = new AtomicReference<>();
    tickUntil(
        "a leader",
        () -> {
          leads().ifPresent(found::set);
          return found.get() != null;
        });
    return found.get();
  }

  private Optional<One> leads() {
    return all().stream()
        .filter(one -> one.handle.view().state().equals("leader"))
        .filter(one -> one.handle.openNow().flatMap(open -> open.appends().appender()).isPresent())
        .findFirst();
  }

  /// The LSN of the record with that stamp, appended through whoever leads, and committed.
  long append(long producer, long sequence) {
    RecordData record = RecordData.data(new byte[500]).stamped(new Stamp(producer, sequence));
    while (true) {
      TestProbe<AppendOutcome> caller = kit.createTestProbe(AppendOutcome.class);
      leader()
          .handle
          .openNow()
          .orElseThrow()
          .appends()
          .append(record, AckLevel.QUORUM, caller.ref());
      List<AppendOutcome> outcome = Collections.synchronizedList(new ArrayList<>());
      tickUntil(
          "an outcome",
          () -> {
            outcome.addAll(received(caller));
            return !outcome.isEmpty();
          });
      if (outcome.getFirst() instanceof AppendOutcome.Acknowledged acknowledged) {
        return acknowledged.lsn();
      }
    }
  }

  private static List<AppendOutcome> received(TestProbe<AppendOutcome> probe) {
    try {
      return List.of(probe.receiveMessage(Duration.ofMillis(1)));
    } catch (AssertionError e) {
      return List.of();
    }
  }

  <T> T answer(CompletionStage<T> asked) {
    tickUntil("an answer", () -> asked.toCompletableFuture().isDone());
    return asked.toCompletableFuture().join();
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
