package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.CheckFailure;
import io.tidemark.log.Batch;
import io.tidemark.log.BatchRefused;
import io.tidemark.log.RecordData;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.Message.Run;
import io.tidemark.runtime.ReplicaWire.Item;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ReplicaWireTest {
  private static final int MAX_BATCH_BYTES = 4096;
  private static final int MUTATIONS = 200_000;

  /// Each kind with fields that differ from each other, and its bytes in partition 258, from
  /// incarnation 9 to incarnation 6.
  private static final Map<Message, String> GOLDEN =
      Map.ofEntries(
          golden(new Message.AskPreVote(9, 7, 5), 1, 9, 7, 5, 0),
          golden(new Message.PreVote(9, true), 2, 9, 1, 0, 0),
          golden(new Message.PreVote(9, false), 2, 9, 0, 0, 0),
          golden(new Message.AskVote(9, 7, 5, false), 3, 9, 7, 5, 0),
          golden(new Message.AskVote(9, 7, 5, true), 3, 9, 7, 5, 1),
          golden(new Message.Vote(9, true), 4, 9, 1, 0, 0),
          golden(new Message.Vote(9, false), 4, 9, 0, 0, 0),
          golden(new Message.Batches(9, 7, 5, List.of(), 3), 5, 9, 7, 5, 3),
          golden(new Message.Heartbeat(9, 7, 5), 6, 9, 7, 5, 0),
          golden(new Message.Committed(9, 7), 7, 9, 7, 0, 0),
          golden(new Message.Progress(9, 7, 5, 3), 8, 9, 7, 5, 3),
          golden(new Message.Mismatch(9, 7, 5, 3), 9, 9, 7, 5, 3),
          golden(new Message.Fenced(9), 10, 9, 0, 0, 0),
          golden(new Message.StandNow(9), 11, 9, 0, 0, 0),
          golden(new Message.Resigned(9), 12, 9, 0, 0, 0),
          golden(new Message.Rest(9, 8), 13, 9, 8, 0, 0),
          golden(new Message.Rested(9, 8), 14, 9, 8, 0, 0));

  private static Map.Entry<Message, String> golden(Message message, int kind, long... fields) {
    StringBuilder hex =
        new StringBuilder("020100000900000006000000").append("%02x".formatted(kind));
    for (long field : fields) {
      hex.append("%02x00000000000000".formatted(field));
    }
    return Map.entry(message, hex.toString());
  }

  private static final Batch FIRST =
      Batch.encode(42, 5, 1_700_000_000_000_456L, 0xCAFEBABE, List.of(data("high"), data("water")));
  private static final Batch SECOND =
      Batch.encode(44, 6, 1_700_000_000_000_457L, FIRST.checksum(), List.of(data("mark")));

  private static RecordData data(String payload) {
    return RecordData.data(payload.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void noKindIsForgottenHere() {
    Set<Class<?>> shown =
        GOLDEN.keySet().stream().map(Object::getClass).collect(Collectors.toSet());
    // In frames of their own: OfferWire.
    shown.add(Message.Offer.class);
    assertThat(shown).containsExactlyInAnyOrder(Message.class.getPermittedSubclasses());
  }

  @Test
  void theBytesOfEveryKindStayAsTheyAre() {
    GOLDEN.forEach(
        (message, hex) -> {
          byte[] bytes = ReplicaWire.encodeItems(List.of(new Item(258, 9, 6, message)));
          assertThat(HexFormat.of().formatHex(bytes)).as("%s", message).isEqualTo(hex);
          assertThat(ReplicaWire.decodeItems(bytes)).containsExactly(new Item(258, 9, 6, message));
        });
  }

  @Test
  void manyItemsTravelInOneFrameInTheirOrder() {
    List<Item> items =
        GOLDEN.keySet().stream().map(m -> new Item(m.hashCode() & 0xFFF, 9, 6, m)).toList();
    byte[] frame = ReplicaWire.encodeItems(items);
    assertThat(frame).hasSize(items.size() * ReplicaWire.ITEM_BYTES);
    assertThat(ReplicaWire.decodeItems(frame)).isEqualTo(items);
    assertThat(ReplicaWire.decodeItems(new byte[0])).isEmpty();
  }

  @Test
  void extremesTravel() {
    Message message = new Message.Progress(Long.MAX_VALUE, Long.MIN_VALUE, -1, Long.MAX_VALUE - 1);
    Item item = new Item(Integer.MAX_VALUE, 9, -6, message);
    assertThat(ReplicaWire.decodeItems(ReplicaWire.encodeItems(List.of(item))))
        .containsExactly(item);
  }

  @Test
  void recordsDoNotTravelAsControl() {
    Message message = new Message.Batches(1, 0, 0, List.of(new Run(1, 1, 1)), 0);
    assertThatThrownBy(() -> ReplicaWire.encodeItems(List.of(new Item(0, 9, 6, message))))
        .isInstanceOf(CheckFailure.class);
  }

  @Test
  void aBatchesFrameStaysAsItIs() {
    byte[] frame = ReplicaWire.encodeBatches(9, 41, 4, 40, List.of(FIRST, SECOND));
    assertThat(HexFormat.of().formatHex(frame))
        .isEqualTo(
            "29000000000000000400000000000000280000000000000009000000"
                + HexFormat.of().formatHex(bytes(FIRST))
                + HexFormat.of().formatHex(bytes(SECOND)));
    ReplicaWire.Bulk bulk = ReplicaWire.decodeBatches(6, frame, MAX_BATCH_BYTES);
    assertThat(bulk.incarnation()).isEqualTo(9);
    assertThat(bulk.message())
        .isEqualTo(
            new Message.Batches(6, 41, 4, List.of(new Run(5, 42, 43), new Run(6, 44, 44)), 40));
    assertThat(bulk.batches()).containsExactly(FIRST, SECOND);
  }

  @Test
  void batchesThatDoNotFollowAreRefused() {
    assertNotAMessage(ReplicaWire.encodeBatches(9, 40, 4, 40, List.of(FIRST)));
    assertNotAMessage(ReplicaWire.encodeBatches(9, 41, 4, 40, List.of(FIRST, FIRST)));
    assertNotAMessage(ReplicaWire.encodeBatches(9, 43, 4, 40, List.of(SECOND, FIRST)));
    Batch other = Batch.encode(44, 6, 1_700_000_000_000_457L, 1, List.of(data("mark")));
    assertNotAMessage(ReplicaWire.encodeBatches(9, 41, 4, 40, List.of(FIRST, other)));
  }

  @Test
  void aBatchOverTheLimitIsRefused() {
    byte[] frame = ReplicaWire.encodeBatches(9, 41, 4, 40, List.of(FIRST));
    assertThatThrownBy(() -> ReplicaWire.decodeBatches(6, frame, FIRST.sizeBytes() - 1))
        .isInstanceOf(BatchRefused.class);
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] frame = ReplicaWire.encodeBatches(9, 41, 4, 40, List.of(FIRST, SECOND));
    for (int length = 0; length < frame.length; length++) {
      if (length != 28 && length != 28 + FIRST.sizeBytes()) {
        assertNotAMessage(Arrays.copyOf(frame, length));
      }
    }
    byte[] items =
        ReplicaWire.encodeItems(GOLDEN.keySet().stream().map(m -> new Item(1, 9, 6, m)).toList());
    for (int length = 1; length < items.length; length++) {
      byte[] cut = Arrays.copyOf(items, length);
      if (length % ReplicaWire.ITEM_BYTES != 0) {
        assertThatThrownBy(() -> ReplicaWire.decodeItems(cut)).isInstanceOf(WireException.class);
      }
    }
  }

  @Test
  void anUnknownKindIsRefused() {
    for (int kind = 0; kind < 256; kind++) {
      byte[] item = ReplicaWire.encodeItems(List.of(new Item(1, 9, 6, new Message.Fenced(1))));
      item[12] = (byte) kind;
      if (kind < 1 || kind > 14) {
        assertThatThrownBy(() -> ReplicaWire.decodeItems(item)).isInstanceOf(WireException.class);
      }
    }
  }

  /// Whatever comes in, the answer is a message or one of the two refusals.
  @Test
  void garbageIsRefusedAndNothingElse() {
    Chance chance = new Chance(20_260_728);
    byte[] frame = ReplicaWire.encodeBatches(9, 41, 4, 40, List.of(FIRST, SECOND));
    byte[] items =
        ReplicaWire.encodeItems(GOLDEN.keySet().stream().map(m -> new Item(1, 9, 6, m)).toList());
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bulk = mutated(frame, chance);
      byte[] control = mutated(items, chance);
      try {
        ReplicaWire.decodeItems(control);
        ReplicaWire.decodeBatches(6, bulk, MAX_BATCH_BYTES);
      } catch (WireException | BatchRefused e) {
        refused++;
      } catch (RuntimeException e) {
        fail("mutation " + i + " of " + HexFormat.of().formatHex(bulk), e);
      }
    }
    assertThat(refused).isGreaterThan(MUTATIONS / 2);
  }

  private static byte[] mutated(byte[] original, Chance chance) {
    byte[] bytes =
        chance.percent(10)
            ? Arrays.copyOf(original, chance.below(2 * original.length))
            : original.clone();
    for (int n = chance.below(4); n > 0 && bytes.length > 0; n--) {
      int at = chance.below(bytes.length);
      bytes[at] =
          chance.percent(50)
              ? (byte) (bytes[at] ^ 1 << chance.below(8))
              : (byte) (chance.percent(50) ? chance.below(256) : chance.percent(50) ? 0xFF : 0x7F);
    }
    return bytes;
  }

  private static void assertNotAMessage(byte[] frame) {
    assertThatThrownBy(() -> ReplicaWire.decodeBatches(6, frame, MAX_BATCH_BYTES))
        .isInstanceOfAny(WireException.class, BatchRefused.class);
  }

  private static byte[] bytes(Batch batch) {
    byte[] bytes = new byte[batch.sizeBytes()];
    batch.bytes().get(bytes);
    return bytes;
  }
}
