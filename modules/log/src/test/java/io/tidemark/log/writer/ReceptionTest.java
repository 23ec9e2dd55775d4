package io.tidemark.log.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.log.Batch;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.ReadResult;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.log.writer.WriterHealth.State;
import io.tidemark.simkit.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Batches of another replica on a disk that has no room for all of them.
final class ReceptionTest {
  private static final LogConfig LOG = LogConfig.defaults(7, 0).withSizes(16384, 2048 + 256);
  private static final WriterConfig CONFIG = WriterConfig.of(WriterConfig.Limits.of(2048, 8, 8192));
  private static final long PRODUCER = 5;
  private static final int BATCHES = 30;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Log log = Log.open(disk.root(), LOG);
  private final Entrance entrance = new Entrance();
  private final WriterHealth health = new WriterHealth(Duration.ofDays(1));
  private final Told told = new Told();
  private final BatchWriter writer = new BatchWriter(CONFIG, log, entrance, health, () -> {}, told);
  private final List<Batch> batches = new ArrayList<>();

  private static final class Told extends QuietHost {
    private final List<Long> notReceived = new ArrayList<>();
    private int readOnly;

    @Override
    public void notReceived(long lastLsn) {
      notReceived.add(lastLsn);
    }

    @Override
    public void readOnly(String reason) {
      readOnly++;
    }
  }

  /// Batches of one record each, which take more than one segment; the first was received already.
  @BeforeEach
  void writeElsewhere() {
    Log other = Log.open(new SimulatedDisk().root(), LOG);
    BatchBuilder builder = new BatchBuilder(2048 + 256, CONFIG.codec());
    for (int i = 1; i <= BATCHES; i++) {
      builder.clear();
      builder.add(record(i));
      long lsn = other.append(builder, 1, i);
      batches.add(((ReadResult.Found) other.read(lsn)).batch());
    }
    writer.appendReceived(batches.subList(0, 1));
    writer.flush();
  }

  private void fill() {
    disk.limitCapacity(disk.usedBytes());
  }

  private void makeRoom() {
    disk.limitCapacity(Long.MAX_VALUE);
  }

  private void assertHas(int count) {
    assertThat(log.appendedLsn()).isEqualTo(count);
    assertThat(log.durableLsn()).isEqualTo(count);
    for (int lsn = 1; lsn <= count; lsn++) {
      assertThat(log.read(lsn)).isEqualTo(new ReadResult.Found(batches.get(lsn - 1)));
    }
  }

  @Test
  void whatFitsIsKeptAndTheRestDroppedAndBothAreSaid() {
    fill();
    writer.appendReceived(batches);
    writer.flush();
    int kept = (int) log.appendedLsn();
    assertThat(kept).isBetween(2, BATCHES - 1);
    assertHas(kept);
    assertThat(told.notReceived).containsExactly((long) kept);
    assertThat(told.readOnly).isEqualTo(1);
    assertThat(health.condition().state()).isEqualTo(State.READ_ONLY);
    assertThat(writer.isFenced()).isFalse();
  }

  @Test
  void whatCameBehindWhatWasDroppedIsDroppedWithoutAWord() {
    fill();
    writer.appendReceived(batches.subList(0, BATCHES - 1));
    int kept = (int) log.appendedLsn();
    makeRoom();
    writer.appendReceived(batches.subList(BATCHES - 1, BATCHES));
    assertThat(log.appendedLsn()).isEqualTo(kept);
    assertThat(told.notReceived).hasSize(1);
    writer.appendReceived(batches.subList(kept, BATCHES));
    writer.flush();
    assertHas(BATCHES);
    assertThat(health.condition().state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void eachTryWithoutRoomIsSaid() {
    fill();
    writer.appendReceived(batches);
    int kept = (int) log.appendedLsn();
    writer.appendReceived(batches.subList(kept, BATCHES));
    assertThat(told.notReceived).containsExactly((long) kept, (long) kept);
    assertThat(told.readOnly).isEqualTo(1);
  }

  @Test
  void producersAreKnownForWhatIsThereAndNotForWhatWasDropped() {
    fill();
    writer.appendReceived(batches);
    int kept = (int) log.appendedLsn();
    makeRoom();
    writer.lead(2);
    assertThat(append(kept)).isEqualTo(kept);
    assertThat(append(kept + 1)).as("anew, behind the anchor").isEqualTo(kept + 2);
  }

  private long append(int sequence) {
    return entrance.appender().orElseThrow().append(record(sequence));
  }

  private static RecordData record(int sequence) {
    return RecordData.of(RecordData.DATA, new byte[1500]).stamped(new Stamp(PRODUCER, sequence));
  }

  /// Who asks for it may not have heard yet.
  @Test
  void aTruncationBehindWhatWasDroppedCutsNothing() {
    fill();
    writer.appendReceived(batches);
    writer.flush();
    int kept = (int) log.appendedLsn();
    writer.truncateAfter(kept + 2);
    assertHas(kept);
    makeRoom();
    writer.truncateAfter(kept - 1);
    assertHas(kept - 1);
  }

  @Test
  void aHoleThatNoFullDiskMadeIsABug() {
    assertThatThrownBy(() -> writer.appendReceived(batches.subList(2, 3)))
        .isInstanceOf(CheckFailure.class);
  }
}
