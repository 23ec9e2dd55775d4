package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Age;
import io.tidemark.protocol.Recognition;
import io.tidemark.simkit.GatedDirectory;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.transport.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// A node that starts, on a simulated disk; its peers are what the test says for them.
abstract class OneNode {
  static final Duration PATIENCE = Duration.ofSeconds(10);
  static final Duration TICK = Duration.ofMillis(25);
  static final int START_TICKS = 8;
  static final int AGE_TICKS = 100;
  static final NodeId B = new NodeId("b");
  static final NodeId C = new NodeId("c");
  static final long PROCESS = 1;
  static final long OTHER = 2;
  static ActorTestKit kit;

  /// What went out to a peer.
  record Sent(NodeId to, AgeWire message) {}

  final SimulatedDisk disk = new SimulatedDisk();
  final GatedDirectory directory = new GatedDirectory(disk);
  final AgeStore store = new AgeStore(directory);
  final LinkedBlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<ReplicaWire.Said> control = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<Frame> batches = new LinkedBlockingQueue<>();
  final Set<NodeId> introduced = ConcurrentHashMap.newKeySet();
  final AtomicInteger begun = new AtomicInteger();
  final AtomicLong promised = new AtomicLong();
  final List<Long> aside = Collections.synchronizedList(new ArrayList<>());
  final List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
  final Links links = new Links(Map.of(B, link(B), C, link(C)), 1 << 16);
  boolean keepsItsData;
  ActorRef<Admission.Command> admission;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  private PeerLink link(NodeId peer) {
    return TestLink.to(control::add, frame -> sent(peer, frame), kit.system());
  }

  void sent(NodeId to, Frame frame) {
    if (frame.kind() == Frame.Kind.AGE) {
      sent.add(new Sent(to, AgeWire.decode(frame.payload())));
    } else {
      batches.add(frame);
    }
  }

  void start(boolean blank) {
    Recognition recognition = new Recognition(store.own(), blank, PROCESS, links.byNode().keySet());
    ReplicationSettings settings =
        new ReplicationSettings(
            TICK.multipliedBy(2),
            TICK.multipliedBy(16),
            TICK.multipliedBy(40),
            TICK.multipliedBy((long) START_TICKS * Admission.TICKS_OF_PROTOCOL),
            TICK.multipliedBy((long) AGE_TICKS * Admission.TICKS_OF_PROTOCOL),
            8 << 20,
            64 << 20,
            1 << 20,
            1,
            100,
            OptionalInt.empty());
    Admission.Applicant applicant =
        new Admission.Applicant() {
          @Override
          public List<String> setAside(long number) {
            if (keepsItsData) {
              throw new RolledBackException("nobody else has any");
            }
            aside.add(number);
            return List.of("rolled-back-" + number);
          }

          @Override
          public void begin() {
            begun.incrementAndGet();
          }

          @Override
          public long promised() {
            return promised.get();
          }

          @Override
          public void fail(RuntimeException cause) {
            failures.add(cause);
          }
        };
    admission =
        kit.spawn(Admission.create(recognition, store, links, introduced, settings, applicant));
  }

  void startOfAge(long number) {
    store.saveOwn(new Age(number, OTHER));
    start(false);
  }

  void knows(NodeId from, long number, long process) {
    admission.tell(
        new Admission.Heard(from, new AgeWire(AgeWire.Kind.KNOWS, new Age(number, process))));
  }

  void tells(NodeId from, long number, long process) {
    admission.tell(
        new Admission.Heard(from, new AgeWire(AgeWire.Kind.TELLS, new Age(number, process))));
  }

  void ticks(int count) {
    for (int i = 0; i < count; i++) {
      admission.tell(Admission.Tick.INSTANCE);
    }
  }

  void awaitSent(NodeId to, AgeWire.Kind kind, long number, long process) {
    Sent wanted = new Sent(to, new AgeWire(kind, new Age(number, process)));
    await().atMost(PATIENCE).until(() -> sent.contains(wanted));
  }

  /// All it was told before is done.
  void settle() throws InterruptedException {
    sent.clear();
    NodeId nobody = C;
    tells(nobody, 0, 99);
    for (Sent one = next(); one.message().kind() != AgeWire.Kind.KNOWS; one = next()) {}
  }

  Sent next() throws InterruptedException {
    Sent one = sent.poll(10, TimeUnit.SECONDS);
    assertThat(one).as("something sent").isNotNull();
    return one;
  }

  void awaitBegun() {
    await().atMost(PATIENCE).until(() -> begun.get() == 1);
  }

  /// Whether what counts gets to some peer.
  boolean speaks(NodeId to) throws InterruptedException {
    int before = batches.size();
    links.sendBatches(to, 0, 1, new byte[1]);
    links.greet(to, 0, Greeting.parse(B, "HELLO 1 ?"));
    await().atMost(PATIENCE).until(() -> batches.stream().anyMatch(OneNode::isGreeting));
    batches.removeIf(OneNode::isGreeting);
    return batches.size() > before;
  }

  static boolean isGreeting(Frame frame) {
    return frame.kind() == Frame.Kind.GREETING;
  }
}
