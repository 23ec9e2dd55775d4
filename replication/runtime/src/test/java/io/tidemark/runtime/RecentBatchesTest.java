package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecentBatchesTest {
  private static final int SIZE = batch(1).sizeBytes();

  private final RecentBatches recent = new RecentBatches(4L * SIZE);

  /// Two records from `baseLsn` on; all of one size.
  private static Batch batch(long baseLsn) {
    RecordData record = RecordData.data(new byte[8]);
    return Batch.encode(baseLsn, 1, 1, 0, List.of(record, record));
  }

  private void addUpTo(int lastBaseLsn) {
    for (int baseLsn = 1; baseLsn <= lastBaseLsn; baseLsn += 2) {
      recent.add(batch(baseLsn));
    }
  }

  @Test
  void givesWholeBatchesWithinTheRangeAndTheRoom() {
    addUpTo(7);
    assertThat(recent.from(1, 8, 1 << 20)).containsExactly(batch(1), batch(3), batch(5), batch(7));
    assertThat(recent.from(3, 8, 1 << 20)).containsExactly(batch(3), batch(5), batch(7));
    assertThat(recent.from(3, 7, 1 << 20))
        .as("not past uptoLsn")
        .containsExactly(batch(3), batch(5));
    assertThat(recent.from(3, 8, 2 * SIZE)).containsExactly(batch(3), batch(5));
    assertThat(recent.from(3, 8, 1)).as("at least one").containsExactly(batch(3));
  }

  @Test
  void givesNothingThatItDoesNotHave() {
    assertThat(recent.from(1, 8, 1 << 20)).isEmpty();
    addUpTo(7);
    assertThat(recent.from(2, 8, 1 << 20)).as("inside a batch").isEmpty();
    assertThat(recent.from(9, 20, 1 << 20)).isEmpty();
    assertThat(recent.from(7, 7, 1 << 20)).as("half a batch").isEmpty();
  }

  @Test
  void theOldestGoWhenTheLimitIsReachedButNeverTheNewest() {
    addUpTo(9);
    assertThat(recent.from(1, 10, 1 << 20)).isEmpty();
    assertThat(recent.from(3, 10, 1 << 20)).hasSize(4);
    RecentBatches small = new RecentBatches(1);
    small.add(batch(1));
    small.add(batch(3));
    assertThat(small.from(1, 4, 1 << 20)).isEmpty();
    assertThat(small.from(3, 4, 1 << 20)).containsExactly(batch(3));
  }

  @Test
  void whatDoesNotFollowStartsAnew() {
    addUpTo(5);
    recent.add(batch(3));
    assertThat(recent.from(1, 9, 1 << 20)).isEmpty();
    assertThat(recent.from(3, 9, 1 << 20)).containsExactly(batch(3));
    recent.clear();
    assertThat(recent.from(3, 9, 1 << 20)).isEmpty();
    addUpTo(7);
    assertThat(recent.from(1, 8, 1 << 20)).as("clearing forgets the bytes").hasSize(4);
  }
}
