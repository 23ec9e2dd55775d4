package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Age;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.Recognition;
import io.tidemark.simkit.DiskOperation;
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
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A node that starts, on a simulated disk; its peers are what the test says for them.
final class AdmissionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofMillis(25);
  private static final int START_TICKS = 8;
  private static final int AGE_TICKS = 100;
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final long PROCESS = 1;
  private static final long OTHER = 2;
  private static ActorTestKit kit;

  /// What went out to a peer.
  private record Sent(NodeId to, AgeWire message) {}

  private final SimulatedDisk disk = new SimulatedDisk();
  private final GatedDirectory directory = new GatedDirectory(disk);
  private final AgeStore store = new AgeStore(directory);
  private final LinkedBlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<ReplicaWire.Said> control = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Frame> batches = new LinkedBlockingQueue<>();
  private final Set<NodeId> introduced = ConcurrentHashMap.newKeySet();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicLong promised = new AtomicLong();
  private final List<Long> aside = Collections.synchronizedList(new ArrayList<>());
  private final List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
  private final Links links = new Links(Map.of(B, link(B), C, link(C)), 1 << 16);
  private boolean keepsItsData;
  private ActorRef<Admission.Command> admission;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  private PeerLink link(NodeId peer) {
    return new PeerLink(0, queue(control::add), queue(frame -> sent(peer, frame)));
  }

  private static <T> BoundedSourceQueue<T> queue(Consumer<T> to) {
    return Source.<T>queue(256).to(Sink.foreach(to::accept)).run(kit.system());
  }

  private void sent(NodeId to, Frame frame) {
    if (frame.kind() == Frame.Kind.AGE) {
      sent.add(new Sent(to, AgeWire.decode(frame.payload())));
    } else {
      batches.add(frame);
    }
  }

  private void start(boolean blank) {
    Recognition recognition = new Recognition(store.own(), blank, PROCESS, links.byNode().keySet());
    ReplicationSettings settings =
        new ReplicationSettings(
            TICK.multipliedBy(2),
            TICK.multipliedBy(16),
            TICK.multipliedBy(40),
            TICK.multipliedBy(START_TICKS),
            TICK.multipliedBy(AGE_TICKS),
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

  private void startOfAge(long number) {
    store.saveOwn(new Age(number, OTHER));
    start(false);
  }

  private void knows(NodeId from, long number, long process) {
    admission.tell(
        new Admission.Heard(from, new AgeWire(AgeWire.Kind.KNOWS, new Age(number, process))));
  }

  private void tells(NodeId from, long number, long process) {
    admission.tell(
        new Admission.Heard(from, new AgeWire(AgeWire.Kind.TELLS, new Age(number, process))));
  }

  private void ticks(int count) {
    for (int i = 0; i < count; i++) {
      admission.tell(Admission.Tick.INSTANCE);
    }
  }

  private void awaitSent(NodeId to, AgeWire.Kind kind, long number, long process) {
    Sent wanted = new Sent(to, new AgeWire(kind, new Age(number, process)));
    await().atMost(PATIENCE).until(() -> sent.contains(wanted));
  }

  /// All it was told before is done.
  private void settle() throws InterruptedException {
    sent.clear();
    NodeId nobody = C;
    tells(nobody, 0, 99);
    for (Sent one = next(); one.message().kind() != AgeWire.Kind.KNOWS; one = next()) {}
  }

  private Sent next() throws InterruptedException {
    Sent one = sent.poll(10, TimeUnit.SECONDS);
    assertThat(one).as("something sent").isNotNull();
    return one;
  }

  private void awaitBegun() {
    await().atMost(PATIENCE).until(() -> begun.get() == 1);
  }

  /// Whether what counts gets to some peer.
  private boolean speaks(NodeId to) throws InterruptedException {
    int before = batches.size();
    links.sendBatches(to, 0, 1, new byte[1]);
    links.greet(to, 0, Greeting.parse(B, "HELLO 1 ?"));
    await().atMost(PATIENCE).until(() -> batches.stream().anyMatch(AdmissionTest::isGreeting));
    batches.removeIf(AdmissionTest::isGreeting);
    return batches.size() > before;
  }

  private static boolean isGreeting(Frame frame) {
    return frame.kind() == Frame.Kind.GREETING;
  }

  @Test
  void itBeginsWhenAllHaveAnsweredAndSpeaksToWhoRemembersIt() throws Exception {
    startOfAge(5);
    awaitSent(B, AgeWire.Kind.TELLS, 0, PROCESS);
    knows(B, 5, OTHER);
    settle();
    assertThat(begun).hasValue(0);
    assertThat(store.own()).as("no age before it is known").isEqualTo(new Age(5, OTHER));
    knows(C, 0, 0);
    awaitBegun();
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
    awaitSent(C, AgeWire.Kind.TELLS, 6, PROCESS);
    assertThat(store.own()).isEqualTo(new Age(6, PROCESS));
    assertThat(speaks(B)).isFalse();
    knows(B, 6, PROCESS);
    settle();
    assertThat(speaks(B)).isTrue();
    assertThat(speaks(C)).isFalse();
    links.send(C, new ReplicaWire.Item(0, 0, new Message.PreVote(1, true)));
    links.send(B, new ReplicaWire.Item(0, 0, new Message.PreVote(1, true)));
    await().atMost(PATIENCE).until(() -> !control.isEmpty());
    assertThat(control).hasSize(1);
    assertThat(failures).isEmpty();
    assertThat(aside).isEmpty();
  }

  @Test
  void whoDoesNotAnswerIsWaitedForSoLongAndNoLonger() throws Exception {
    startOfAge(5);
    knows(B, 5, OTHER);
    ticks(START_TICKS - 1);
    settle();
    assertThat(begun).hasValue(0);
    ticks(1);
    awaitBegun();
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
  }

  @Test
  void whomNobodyAnswersDoesNotGetOlder() throws Exception {
    startOfAge(5);
    ticks(START_TICKS);
    awaitBegun();
    settle();
    assertThat(store.own()).isEqualTo(new Age(5, OTHER));
    knows(C, 5, OTHER);
    awaitSent(C, AgeWire.Kind.TELLS, 6, PROCESS);
  }

  @Test
  void olderDataAreSetAsideAndItBeginsWithoutAny() throws Exception {
    startOfAge(5);
    knows(B, 9, OTHER);
    awaitBegun();
    awaitSent(C, AgeWire.Kind.TELLS, 10, PROCESS);
    assertThat(aside).containsExactly(10L);
    assertThat(store.own()).isEqualTo(new Age(10, PROCESS));
    knows(C, 12, OTHER);
    awaitSent(B, AgeWire.Kind.TELLS, 13, PROCESS);
    assertThat(speaks(B)).isFalse();
    knows(B, 13, PROCESS);
    settle();
    assertThat(speaks(B)).isTrue();
    assertThat(failures).isEmpty();
    assertThat(aside).as("nothing more").hasSize(1);
  }

  @Test
  void olderDataThatCannotBeSetAsideAreNotUsed() throws Exception {
    keepsItsData = true;
    startOfAge(5);
    knows(B, 9, OTHER);
    await().atMost(PATIENCE).until(() -> !failures.isEmpty());
    assertThat(failures.getFirst()).hasRootCauseInstanceOf(RolledBackException.class);
    knows(C, 5, OTHER);
    ticks(2 * START_TICKS);
    settle();
    assertThat(begun).hasValue(0);
    assertThat(store.own()).isEqualTo(new Age(5, OTHER));
  }

  @Test
  void anotherProcessOfTheSameAgeIsAnotherOne() {
    startOfAge(5);
    knows(B, 5, 77);
    awaitBegun();
    assertThat(aside).containsExactly(6L);
  }

  @Test
  void whoAnswersTooLateThatTheDataAreOlderEndsTheNode() throws Exception {
    startOfAge(5);
    knows(B, 5, OTHER);
    ticks(START_TICKS);
    awaitBegun();
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
    knows(B, 6, PROCESS);
    tells(B, 3, 77);
    await().atMost(PATIENCE).until(() -> introduced.contains(B));
    assertThat(speaks(B)).isTrue();
    knows(C, 6, 77);
    await().atMost(PATIENCE).until(() -> !failures.isEmpty());
    assertThat(failures.getFirst())
        .isInstanceOf(RolledBackException.class)
        .hasMessageContaining("node c");
    assertThat(speaks(B)).isFalse();
    assertThat(introduced).isEmpty();
    assertThat(aside).isEmpty();
  }

  @Test
  void whoEndsBecauseItsDataAreOlderLeavesThemTheirAge() throws Exception {
    startOfAge(5);
    ticks(START_TICKS);
    awaitBegun();
    directory.holdSyncs();
    int before = directory.syncs();
    knows(C, 9, OTHER);
    await().atMost(PATIENCE).until(() -> !failures.isEmpty());
    kit.stop(admission);
    assertThat(directory.syncs()).isEqualTo(before);
    assertThat(store.own()).isEqualTo(new Age(5, OTHER));
  }

  @Test
  void withoutDataItTakesAHigherAgeThanItsFormerSelf() throws Exception {
    start(true);
    settle();
    assertThat(begun).hasValue(0);
    knows(B, 7, OTHER);
    awaitBegun();
    awaitSent(B, AgeWire.Kind.TELLS, 8, PROCESS);
    assertThat(aside).isEmpty();
    knows(C, 9, OTHER);
    awaitSent(C, AgeWire.Kind.TELLS, 10, PROCESS);
    assertThat(failures).isEmpty();
  }

  @Test
  void whatAnotherTellsIsDurableBeforeThatIsSaidAndItsWordCounts() throws Exception {
    start(true);
    directory.holdSyncs();
    tells(B, 4, OTHER);
    settle();
    assertThat(introduced).isEmpty();
    assertThat(sent).noneMatch(one -> one.to().equals(B) && isKnows(one));
    directory.releaseSyncs();
    awaitSent(B, AgeWire.Kind.KNOWS, 4, OTHER);
    assertThat(introduced).containsExactly(B);
    assertThat(store.others()).containsExactly(Map.entry(B, new Age(4, OTHER)));
  }

  @Test
  void whatCouldNotBeRememberedIsNotSaidToBeAndRememberedLater() throws Exception {
    start(true);
    directory.alone(
        () -> disk.faults().failNth(DiskOperation.SYNC, name -> name.equals("ages.new"), 1));
    tells(B, 4, OTHER);
    await().atMost(PATIENCE).until(() -> disk.faults().struck() == 1);
    settle();
    assertThat(introduced).isEmpty();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              ticks(10);
              tells(B, 4, OTHER);
              return introduced.contains(B);
            });
    awaitSent(B, AgeWire.Kind.KNOWS, 4, OTHER);
  }

  /// Two that tell at the same time: the second need not tell again.
  @Test
  void whatIsToldWhileTheDiskIsBusyIsRememberedNext() {
    start(true);
    directory.holdSyncs();
    tells(B, 4, OTHER);
    tells(C, 5, 77);
    directory.releaseSyncs();
    awaitSent(B, AgeWire.Kind.KNOWS, 4, OTHER);
    awaitSent(C, AgeWire.Kind.KNOWS, 5, 77);
  }

  private static boolean isKnows(Sent one) {
    return one.message().kind() == AgeWire.Kind.KNOWS;
  }

  @Test
  void whoIsOlderThanItIsRememberedIsToldSoAndItsWordDoesNotCount() throws Exception {
    store.saveOthers(Map.of(B, new Age(9, OTHER)));
    start(true);
    tells(B, 5, 77);
    awaitSent(B, AgeWire.Kind.KNOWS, 9, OTHER);
    tells(B, 9, 77);
    settle();
    assertThat(introduced).isEmpty();
  }

  @Test
  void whoWasStartedAgainIsToldAtOnce() throws Exception {
    startOfAge(5);
    knows(B, 5, OTHER);
    knows(C, 5, OTHER);
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
    tells(B, 0, 50);
    knows(B, 6, PROCESS);
    settle();
    tells(B, 0, 51);
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
  }

  @Test
  void theAgeIsRaisedWhileSomethingIsPromisedAndNotOtherwise() throws Exception {
    startOfAge(5);
    knows(B, 5, OTHER);
    knows(C, 5, OTHER);
    awaitSent(B, AgeWire.Kind.TELLS, 6, PROCESS);
    knows(B, 6, PROCESS);
    promised.set(1);
    ticks(AGE_TICKS);
    awaitSent(B, AgeWire.Kind.TELLS, 7, PROCESS);
    assertThat(store.own()).isEqualTo(new Age(7, PROCESS));
    assertThat(speaks(B)).as("nothing stops meanwhile").isTrue();
    ticks(2 * AGE_TICKS);
    settle();
    assertThat(store.own()).as("nothing promised").isEqualTo(new Age(7, PROCESS));
    promised.set(2);
    ticks(AGE_TICKS);
    awaitSent(B, AgeWire.Kind.TELLS, 8, PROCESS);
    settle();
    assertThat(speaks(B)).as("it never heard of the one before").isFalse();
    assertThat(begun).hasValue(1);
  }

  @Test
  void anAgeThatCouldNotBeSavedIsNotToldAndSavedLater() throws Exception {
    store.saveOwn(new Age(5, OTHER));
    directory.alone(
        () -> disk.faults().failNth(DiskOperation.SYNC, name -> name.equals("age.new"), 1));
    start(false);
    knows(B, 5, OTHER);
    knows(C, 5, OTHER);
    awaitBegun();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              ticks(10);
              return sent.contains(
                  new Sent(B, new AgeWire(AgeWire.Kind.TELLS, new Age(6, PROCESS))));
            });
    assertThat(failures).isEmpty();
  }
}
