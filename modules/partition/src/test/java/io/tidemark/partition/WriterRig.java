package io.tidemark.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.ReadResult;
import io.tidemark.log.RecordData;
import io.tidemark.log.writer.Appender;
import io.tidemark.log.writer.Refusal;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.log.writer.WriterHealth;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.GatedDirectory;
import io.tidemark.simkit.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;

/// One writer on a simulated disk, with the test as its owner and as its callers.
final class WriterRig {
  static final Duration PATIENCE = Duration.ofSeconds(10);
  static final Duration MOMENT = Duration.ofMillis(100);

  /// A batch of 2,048 bytes, of 8 records, 8,192 waiting.
  static final WriterConfig CONFIG =
      WriterConfig.of(WriterConfig.Limits.of(2048, 8, 8192))
          .withDelays(delays(Duration.ofDays(1), Duration.ofMillis(20)));

  /// Room for less than two largest batches in a segment.
  static final LogConfig LOG = LogConfig.defaults(7, 0).withSizes(16384, 2048 + 256);

  final SimulatedDisk disk = new SimulatedDisk();
  final GatedDirectory directory = new GatedDirectory(disk);
  final AtomicBoolean lease = new AtomicBoolean(true);
  final TestProbe<Writer.Event> owner;
  final Log log;
  final Appends appends;
  final ActorRef<Writer.Command> writer;
  private final Actors actors;

  WriterRig(Actors actors) {
    this(actors, CONFIG);
  }

  WriterRig(Actors actors, WriterConfig config) {
    this(actors, config, Integer.MAX_VALUE);
  }

  /// @param rounds that may be on their way to a quorum
  WriterRig(Actors actors, WriterConfig config, int rounds) {
    this.actors = actors;
    owner = actors.probe(Writer.Event.class);
    log = Log.open(directory, LOG);
    appends = new Appends(config, lease::get, rounds);
    writer =
        actors.spawn(
            Writer.create(config, log, () -> 1_000, lease::get, appends, owner.getRef()),
            DispatcherSelector.fromConfig(Writer.DISPATCHER));
  }

  static WriterConfig.Delays delays(Duration note, Duration fullRetry) {
    return new WriterConfig.Delays(note, fullRetry, Duration.ofDays(1), MOMENT);
  }

  void tell(Writer.Command command) {
    writer.tell(command);
  }

  /// Leads in `epoch`; the anchor is synced on return.
  void lead(long epoch) {
    tell(new Writer.Lead(epoch));
    assertThat(event(Writer.Appended.class).waiters()).isEmpty();
    event(Writer.Synced.class);
  }

  /// Appends `bytes` bytes; the probe gets the outcome.
  TestProbe<AppendOutcome> append(int bytes, AckLevel level) {
    TestProbe<AppendOutcome> caller = actors.probe(AppendOutcome.class);
    appends.append(RecordData.DATA, new byte[bytes], level, caller.getRef());
    return caller;
  }

  /// Appends `records` as one group; the probe gets the outcome.
  TestProbe<AppendOutcome> appendAll(List<RecordData> records, AckLevel level) {
    TestProbe<AppendOutcome> caller = actors.probe(AppendOutcome.class);
    appends.appendAll(records, level, caller.getRef());
    return caller;
  }

  /// A producer of the leadership that holds now.
  Appender appender() {
    return appends.appender().orElseThrow();
  }

  /// Lets a sync begin and holds it there; what is appended meanwhile waits.
  TestProbe<AppendOutcome> appendIntoHeldSync() {
    directory.holdSyncs();
    int before = directory.syncs();
    TestProbe<AppendOutcome> first = append(10, AckLevel.LOCAL);
    await().atMost(PATIENCE).until(() -> directory.syncs() == before + 1);
    event(Writer.Appended.class);
    return first;
  }

  <E extends Writer.Event> E event(Class<E> type) {
    return owner.expectMessageClass(type, PATIENCE);
  }

  void failNext(DiskOperation operation) {
    directory.alone(() -> disk.faults().failNth(operation, _ -> true, 1));
  }

  /// Leaves no room on the disk.
  void fillDisk() {
    directory.alone(() -> disk.limitCapacity(disk.usedBytes()));
  }

  void makeRoomOnDisk() {
    directory.alone(() -> disk.limitCapacity(Long.MAX_VALUE));
  }

  void awaitState(WriterHealth.State state) {
    await().atMost(PATIENCE).until(() -> appends.health().condition().state() == state);
  }

  void assertAllRoomIsBack() {
    await().atMost(PATIENCE).until(() -> appends.admission().admittedBytes() == 0);
  }

  List<Batch> batches() {
    List<Batch> found = new ArrayList<>();
    long next = 1;
    while (log.read(next) instanceof ReadResult.Found(Batch batch)) {
      found.add(batch);
      next = batch.lastLsn() + 1;
    }
    return found;
  }

  static AppendOutcome outcome(TestProbe<AppendOutcome> caller) {
    return caller.receiveMessage(PATIENCE);
  }

  static Refusal refusal(TestProbe<AppendOutcome> caller) {
    return ((AppendOutcome.Refused) outcome(caller)).reason();
  }

  static void assertAcknowledged(
      TestProbe<AppendOutcome> caller, long lsn, long epoch, AckLevel level) {
    assertThat(outcome(caller)).isEqualTo(new AppendOutcome.Acknowledged(lsn, epoch, level));
  }
}
