package io.tidemark.log.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Batch;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogCursor;
import io.tidemark.log.RecordData;
import io.tidemark.log.Selection;
import io.tidemark.log.Stamp;
import io.tidemark.log.producers.ProducerLimits;
import io.tidemark.log.producers.ProducersFile;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.simkit.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Records that are appended again: in the ring, in the log, after a restart, in another epoch.
final class StampedAppendTest {
  private static final LogConfig LOG = LogConfig.defaults(7, 0).withSizes(16384, 2048 + 256);
  private static final WriterConfig CONFIG =
      WriterConfig.of(WriterConfig.Limits.of(2048, 8, 8192))
          .withProducers(new ProducerLimits(4, 3));

  private final SimulatedDisk disk = new SimulatedDisk();
  private final List<String> told = new ArrayList<>();
  private Log log;
  private Entrance entrance;
  private BatchWriter writer;

  StampedAppendTest() {
    open();
    writer.lead(1);
  }

  private void open() {
    log = Log.open(disk.root(), LOG);
    entrance = new Entrance();
    WriterHealth health = new WriterHealth(Duration.ofDays(1));
    writer = new BatchWriter(CONFIG, log, entrance, health, () -> {}, new Host());
  }

  private final class Host extends QuietHost {
    @Override
    public boolean appended(BatchBuilder batch, List<Waiting> waiting) {
      Batch made = batch.toBatch();
      assertThat(Batch.decode(made.bytes(), 4096)).as("what followers get").isEqualTo(made);
      return false;
    }

    @Override
    public boolean repeated(Waiting waiting, long lsn) {
      told.add(waiting + " repeats " + lsn);
      return false;
    }

    @Override
    public void synced(long lsn) {
      told.add("synced " + lsn);
    }

    @Override
    public void readOnly(String reason) {
      told.add(reason);
    }
  }

  private final class Named implements Waiting {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public void numbered(long lsn, long epoch) {
      told.add(name + " is " + lsn);
    }

    @Override
    public void refused(long fromLsn, Refusal reason, String detail) {
      told.add(name + " refused " + reason);
    }

    @Override
    public void unknown(String detail) {
      told.add(name + " unknown");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static RecordData record(long producer, long sequence) {
    return RecordData.data(new byte[5]).stamped(new Stamp(producer, sequence));
  }

  private Appender appender() {
    return entrance.appender().orElseThrow();
  }

  private long append(long producer, long sequence) {
    return appender().append(record(producer, sequence));
  }

  private List<String> stampsInLog() {
    List<String> stamps = new ArrayList<>();
    LogCursor cursor = log.cursor(1, Selection.ALL.ofProducers().withAppended());
    while (cursor.next()) {
      stamps.add(cursor.lsn() + " is " + new Stamp(cursor.producer(), cursor.sequence()));
    }
    return stamps;
  }

  @Test
  void aRepeatHasTheLsnOfTheFirst() {
    assertThat(append(7, 1)).isEqualTo(2);
    assertThat(append(7, 1)).as("in the ring").isEqualTo(2);
    assertThat(append(7, 2)).isEqualTo(3);
    assertThat(append(8, 1)).isEqualTo(4);
    assertThat(append(7, 1)).as("and another behind it").isEqualTo(2);
    writer.flush();
    assertThat(append(7, 1)).as("in the log").isEqualTo(2);
    assertThat(append(7, 3)).isEqualTo(5);
    assertThat(append(7, 2)).as("in the log, and another in the ring").isEqualTo(3);
    assertThat(append(7, 3)).isEqualTo(5);
    writer.flush();
    assertThat(stampsInLog()).containsExactly("2 is 7/1", "3 is 7/2", "4 is 8/1", "5 is 7/3");
  }

  @Test
  void whatIsMissingOrForgottenIsRefused() {
    assertThat(append(7, 1)).isEqualTo(2);
    assertThat(append(7, 3)).as("in the ring").isEqualTo(Appender.SEQUENCE_GAP);
    assertThat(append(7, 0)).as("in the ring").isEqualTo(Appender.SEQUENCE_TOO_OLD);
    writer.flush();
    assertThat(append(7, 3)).isEqualTo(Appender.SEQUENCE_GAP);
    assertThat(append(7, 0)).isEqualTo(Appender.SEQUENCE_TOO_OLD);
    for (int i = 2; i <= 5; i++) {
      assertThat(append(7, i)).isEqualTo(1 + i);
    }
    assertThat(append(7, 1)).as("still known by the log").isEqualTo(2);
    assertThat(append(7, 7)).isEqualTo(Appender.SEQUENCE_GAP);
    writer.flush();
    assertThat(append(7, 1)).isEqualTo(Appender.SEQUENCE_TOO_OLD);
    assertThat(append(7, 2)).isEqualTo(3);
    assertThat(entrance.gate().append(record(7, 9), new Named("late")))
        .isEqualTo(new StampedAppend.Gap(6));
  }

  @Test
  void whoRepeatsWaitsUntilTheFirstIsInTheLog() {
    Appender claiming = appender();
    assertThat(claiming.claim(RecordData.DATA, 3)).isEqualTo(2);
    entrance.gate().append(record(7, 1), new Named("first"));
    entrance.gate().append(record(7, 1), new Named("second"));
    writer.flush();
    assertThat(told).noneMatch(text -> text.contains("first") || text.contains("second"));
    claiming.commit();
    writer.flush();
    assertThat(told).containsSubsequence("first is 3", "second repeats 3", "synced 3");
    entrance.gate().append(record(7, 1), new Named("third"));
    writer.flush();
    assertThat(told).endsWith("third repeats 3");
  }

  /// The first was not appended, so neither was the second, and the third is the first.
  @Test
  void whatIsRefusedWithItsRingIsNotRemembered() {
    append(7, 1);
    writer.flush();
    Appender claiming = appender();
    claiming.claim(RecordData.DATA, 3);
    entrance.gate().append(record(7, 2), new Named("first"));
    entrance.gate().append(record(7, 2), new Named("second"));
    entrance.gate().append(record(7, 1), new Named("old"));
    writer.stopLeading("over");
    assertThat(told)
        .contains("first refused NOT_LEADER", "second refused NOT_LEADER", "old unknown");
    assertThat(claiming.append(record(7, 2))).isEqualTo(AppendRing.CLOSED);
    assertThat(claiming.append(record(7, 1))).isEqualTo(AppendRing.CLOSED);
    writer.lead(2);
    writer.flush();
    assertThat(append(7, 3)).isEqualTo(Appender.SEQUENCE_GAP);
    assertThat(append(7, 2)).isEqualTo(4);
    assertThat(append(7, 1)).isEqualTo(2);
    writer.flush();
    assertThat(stampsInLog()).containsExactly("2 is 7/1", "4 is 7/2");
  }

  @Test
  void aRestartRemembers() {
    append(7, 1);
    append(7, 2);
    writer.flush();
    disk.killProcess();
    open();
    writer.lead(2);
    assertThat(append(7, 1)).isEqualTo(2);
    assertThat(append(7, 4)).isEqualTo(Appender.SEQUENCE_GAP);
    assertThat(append(7, 3)).isEqualTo(5);
    writer.flush();
    writer.stop("done");
    assertThat(disk.copy().paths()).contains(ProducersFile.FILE);
    open();
    writer.lead(3);
    assertThat(append(7, 2)).isEqualTo(3);
    assertThat(append(7, 3)).isEqualTo(5);
  }

  /// Knowledge comes with the records, and goes with them.
  @Test
  void aFollowerKnowsWhatItReceivedAndForgetsWhatItTruncates() {
    append(7, 1);
    writer.flush();
    append(7, 2);
    writer.flush();
    SimulatedDisk other = new SimulatedDisk();
    Log followed = log;
    log = Log.open(other.root(), LOG);
    entrance = new Entrance();
    WriterHealth health = new WriterHealth(Duration.ofDays(1));
    writer = new BatchWriter(CONFIG, log, entrance, health, () -> {}, new Host());
    for (long lsn = 1; lsn <= 3; lsn++) {
      var found = (io.tidemark.log.ReadResult.Found) followed.read(lsn);
      writer.appendReceived(List.of(found.batch()));
    }
    writer.truncateAfter(2);
    writer.lead(5);
    assertThat(append(7, 1)).isEqualTo(2);
    assertThat(append(7, 2)).as("anew, behind the anchor").isEqualTo(4);
    assertThat(append(7, 2)).isEqualTo(4);
  }

  @Test
  void whatIsKnownIsSavedWhileItIsWritten() {
    Appender appender = appender();
    for (int i = 0; i < 30; i++) {
      appender.append(RecordData.DATA, new byte[1000]);
      writer.flush();
    }
    assertThat(disk.copy().durablePaths()).contains(ProducersFile.FILE);
  }

  @Test
  void aGroupTakesNoStamps() {
    org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
        .isThrownBy(() -> appender().appendAll(List.of(record(7, 1))));
  }
}
