package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Age;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.DurableNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class AgeStoreTest {
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final Age FIVE = new Age(5, 0x0123456789ABCDEFL);
  private static final Age SIX = new Age(6, -2);

  private final SimulatedDisk disk = new SimulatedDisk();

  private AgeStore store() {
    return new AgeStore(disk.root());
  }

  private String durable(String name) {
    return new String(disk.copy().durableBytes(name), StandardCharsets.US_ASCII);
  }

  private static String whole(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    return body + "crc32c=%08x\n".formatted((int) crc.getValue());
  }

  @Test
  void whatIsSavedIsTextThatIsDurable() {
    store().saveOwn(FIVE);
    store().saveOthers(Map.of(B, SIX));
    assertThat(durable("age")).isEqualTo(whole("tidemark-age=1\n5.0123456789abcdef\n"));
    assertThat(durable("ages")).isEqualTo(whole("tidemark-ages=1\nb 6.fffffffffffffffe\n"));
    disk.crashLosingAllUnsynced();
    assertThat(store().own()).isEqualTo(FIVE);
    assertThat(store().others()).containsExactly(Map.entry(B, SIX));
  }

  @Test
  void withoutFilesNothingIsKnown() {
    assertThat(store().own()).isEqualTo(Age.NONE);
    assertThat(store().others()).isEmpty();
  }

  @Test
  void ofAFlippedBitAnywhereNothingIsKnown() {
    store().saveOwn(FIVE);
    store().saveOthers(Map.of(B, SIX, C, FIVE));
    var image = disk.copy();
    for (String name : new String[] {"age", "ages"}) {
      for (int bit = 0; bit < 8 * image.bytes(name).length; bit++) {
        disk.restore(image);
        disk.flipBit(name, bit);
        boolean isOwn = name.equals("age");
        assertThat(store().own()).as("bit %d", bit).isEqualTo(isOwn ? Age.NONE : FIVE);
        assertThat(store().others()).as("bit %d", bit).hasSize(isOwn ? 2 : 0);
      }
    }
  }

  @Test
  void aFileOfAnotherVersionIsRefused() {
    DurableNames.replace(
        disk.root(),
        "age",
        ByteBuffer.wrap(whole("tidemark-age=2\nx\n").getBytes(StandardCharsets.US_ASCII)));
    assertThatThrownBy(() -> store().own())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContainingAll("tidemark-age=1", "tidemark-age=2");
  }

  /// A power cut at each operation of a save: what was there before, or what was saved.
  @Test
  void aPowerCutLeavesTheOldOrTheNew() {
    eachCut(store -> store.saveOwn(FIVE), store -> store.saveOwn(SIX));
    eachCut(store -> store.saveOthers(Map.of(B, FIVE)), store -> store.saveOthers(Map.of(B, SIX)));
  }

  private static void eachCut(Consumer<AgeStore> first, Consumer<AgeStore> second) {
    SimulatedDisk before = new SimulatedDisk();
    first.accept(new AgeStore(before.root()));
    var image = before.copy();
    for (int operation = 1; ; operation++) {
      before.restore(image);
      before.crashAfter(operation);
      boolean done = true;
      try {
        second.accept(new AgeStore(before.root()));
      } catch (SimulatedCrash cut) {
        done = false;
      }
      before.crashLosingAllUnsynced();
      AgeStore after = new AgeStore(before.root());
      Age found = after.others().getOrDefault(B, after.own());
      assertThat(found).as("operation %d", operation).isIn(done ? new Age[] {SIX} : both());
      if (done) {
        return;
      }
    }
  }

  private static Age[] both() {
    return new Age[] {FIVE, SIX};
  }
}
