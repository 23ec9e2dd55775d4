package io.tidemark.node.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KvStateTest {
  private static final int KEYS = 50;

  @Test
  void theLastChangeOfAKeyCounts() {
    KvState state = new KvState();
    state.apply(batch(1, put("a", "1"), put("b", "1"), put("a", "2"), delete("b")));
    assertThat(value(state, "a")).isEqualTo("2");
    assertThat(state.get("a").orElseThrow().lsn()).isEqualTo(3);
    assertThat(state.get("b")).isEmpty();
    assertThat(state.appliedLsn()).isEqualTo(4);
    assertThat(state.size()).isEqualTo(1);
  }

  @Test
  void otherRecordsChangeNothingButTheirLsn() {
    KvState state = new KvState();
    state.apply(batch(1, RecordData.anchor(), RecordData.data(new byte[] {1, 1, 0, 'a'})));
    assertThat(state.size()).isZero();
    assertThat(state.appliedLsn()).isEqualTo(2);
  }

  @Test
  void whatWasAppliedIsNotAppliedAgain() {
    KvState state = new KvState();
    Batch first = batch(1, put("a", "1"));
    state.apply(first);
    state.apply(batch(2, put("a", "2")));
    state.apply(first);
    assertThat(value(state, "a")).isEqualTo("2");
    assertThat(state.appliedLsn()).isEqualTo(2);
  }

  @Test
  void aViewStaysAsItWasTaken() {
    KvState state = new KvState();
    state.apply(batch(1, put("a", "1"), put("b", "1"), put("c", "1")));
    KvState.View view = state.view();
    state.apply(batch(4, put("a", "2"), delete("b"), put("d", "2"), delete("e")));
    assertThat(view.lsn()).isEqualTo(3);
    assertThat(view.entries()).containsOnlyKeys("a", "b", "c");
    assertThat(view.entries().get("a").lsn()).isEqualTo(1);
    assertNow(state);
    state.letGo();
    assertNow(state);
    assertThat(state.view().entries()).containsOnlyKeys("a", "c", "d");
    assertThatThrownBy(state::view).isInstanceOf(CheckFailure.class);
  }

  private static void assertNow(KvState state) {
    assertThat(value(state, "a")).isEqualTo("2");
    assertThat(state.get("b")).isEmpty();
    assertThat(value(state, "c")).isEqualTo("1");
    assertThat(value(state, "d")).isEqualTo("2");
    assertThat(state.size()).isEqualTo(3);
  }

  @Test
  void aGapIsABug() {
    KvState state = new KvState();
    assertThatThrownBy(() -> state.apply(batch(2, put("a", "1")))).isInstanceOf(CheckFailure.class);
  }

  /// However the same records were batched, and whatever was applied twice, the state is the same.
  @Test
  void replayIsIdentical() {
    Random chance = new Random(42);
    List<RecordData> records = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      String key = "k" + chance.nextInt(KEYS);
      records.add(chance.nextInt(4) == 0 ? delete(key) : put(key, "v" + i));
    }
    KvState one = new KvState();
    one.apply(batch(1, records.toArray(RecordData[]::new)));
    KvState other = new KvState();
    for (int from = 0; from < records.size(); ) {
      int back = Math.min(from, chance.nextInt(3));
      int to = Math.min(records.size(), from + 1 + chance.nextInt(40));
      other.apply(
          batch(from - back + 1, records.subList(from - back, to).toArray(RecordData[]::new)));
      from = to;
    }
    assertThat(other.appliedLsn()).isEqualTo(one.appliedLsn());
    assertThat(other.size()).isEqualTo(one.size());
    for (int key = 0; key < KEYS; key++) {
      assertThat(other.get("k" + key)).usingRecursiveComparison().isEqualTo(one.get("k" + key));
    }
  }

  private static Batch batch(long baseLsn, RecordData... records) {
    return Batch.encode(baseLsn, 1, 0, 0, List.of(records));
  }

  private static RecordData put(String key, String value) {
    return record(new KvOperation.Put(key, value.getBytes(StandardCharsets.UTF_8)));
  }

  private static RecordData delete(String key) {
    return record(new KvOperation.Delete(key));
  }

  private static RecordData record(KvOperation operation) {
    return RecordData.of(KvOperation.RECORD_TYPE, operation.encode());
  }

  private static String value(KvState state, String key) {
    return new String(state.get(key).orElseThrow().value(), StandardCharsets.UTF_8);
  }
}
