package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.typesafe.config.ConfigFactory;
import io.tidemark.foundation.Chance;
import io.tidemark.log.writer.Refusal;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class KryoSerializerTest {
  /// A message that somebody forgot to number.
  record Unnumbered(long value) implements BetweenNodes {}

  /// A message with a reference; the test gives it a number.
  record Asked(ActorRef<String> replyTo, byte[] question) implements BetweenNodes {}

  /// What two nodes of different versions must agree on.
  private static final Map<Object, String> GOLDEN = new LinkedHashMap<>();

  static {
    GOLDEN.put(AckLevel.QUORUM, "1203");
    GOLDEN.put(Refusal.BUSY, "1302");
    GOLDEN.put(new AppendOutcome.Acknowledged(300, 7, AckLevel.ALL), "140e04d804");
    GOLDEN.put(new AppendOutcome.Refused(Refusal.NOT_LEADER, "no"), "156eef01");
    GOLDEN.put(new AppendOutcome.Unknown("why"), "167768f9");
  }

  private static ActorTestKit kit;
  private static KryoSerializer serializer;

  @BeforeAll
  static void start() throws ClassNotFoundException {
    kit =
        ActorTestKit.create(
            ConfigFactory.parseMap(
                    Map.of("tidemark.kryo.classes.\"" + Asked.class.getName() + "\"", 99))
                .withFallback(ConfigFactory.load()));
    serializer = new KryoSerializer((ExtendedActorSystem) Adapter.toClassic(kit.system()));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  private static Object read(byte[] bytes) throws NotSerializableException {
    return serializer.fromBinary(bytes, "1");
  }

  @Test
  void everyOutcomeTravels() throws NotSerializableException {
    for (AckLevel level : AckLevel.values()) {
      assertTravels(new AppendOutcome.Acknowledged(Long.MAX_VALUE, Long.MIN_VALUE, level));
    }
    for (Refusal reason : Refusal.values()) {
      assertTravels(new AppendOutcome.Refused(reason, "flood and \u00e9bb"));
    }
    assertTravels(new AppendOutcome.Unknown(""));
  }

  private static void assertTravels(Object message) throws NotSerializableException {
    assertThat(read(serializer.toBinary(message))).isEqualTo(message);
  }

  @Test
  void aReferenceTravelsAsItsPath() throws NotSerializableException {
    ActorRef<String> ref = kit.createTestProbe(String.class).getRef();
    Asked asked = (Asked) read(serializer.toBinary(new Asked(ref, new byte[] {1, 2})));
    assertThat(asked.replyTo()).isEqualTo(ref);
    assertThat(asked.question()).containsExactly(1, 2);
  }

  @Test
  void pekkoUsesItForWhatTravelsBetweenNodes() throws NotSerializableException {
    var serialization = SerializationExtension.get(Adapter.toClassic(kit.system()));
    assertThat(serialization.serializerFor(AppendOutcome.Unknown.class))
        .isInstanceOf(KryoSerializer.class);
    assertThat(serialization.serializerFor(Unnumbered.class)).isInstanceOf(KryoSerializer.class);
    assertThat(serializer.identifier()).isEqualTo(731_001);
    assertThat(serializer.manifest("anything")).isEqualTo("1");
  }

  @Test
  void theBytesOfEveryNumberedClassStayAsTheyAre() throws NotSerializableException {
    Map<String, String> found = new LinkedHashMap<>();
    for (Object message : GOLDEN.keySet()) {
      found.put(message.toString(), HexFormat.of().formatHex(serializer.toBinary(message)));
    }
    Map<String, String> expected = new LinkedHashMap<>();
    GOLDEN.forEach((message, hex) -> expected.put(message.toString(), hex));
    assertThat(found).isEqualTo(expected);
    for (var entry : GOLDEN.entrySet()) {
      assertThat(read(HexFormat.of().parseHex(entry.getValue()))).isEqualTo(entry.getKey());
    }
  }

  /// Whoever adds a class to the numbers adds its bytes to this test.
  @Test
  void noNumberIsForgottenHere() {
    var numbers = ConfigFactory.parseResources("reference.conf").getConfig("tidemark.kryo.classes");
    assertThat(numbers.root().keySet())
        .containsExactlyInAnyOrderElementsOf(
            GOLDEN.keySet().stream().map(message -> message.getClass().getName()).toList());
  }

  @Test
  void aClassWithoutANumberIsNotWritten() {
    assertThatThrownBy(() -> serializer.toBinary(new Unnumbered(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unnumbered");
    assertThatThrownBy(() -> serializer.toBinary(new java.util.ArrayList<String>()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNumberWithoutAClassIsNotRead() {
    for (int id = 21; id < 97; id++) {
      byte[] bytes = {(byte) (id + 2), 1, 2, 3};
      assertThatThrownBy(() -> read(bytes)).isInstanceOf(NotSerializableException.class);
    }
    byte[] byName = HexFormat.of().parseHex("0100" + "6a6176612e6c616e672e52756e74696de5");
    assertThatThrownBy(() -> read(byName)).isInstanceOf(NotSerializableException.class);
  }

  @Test
  void anotherManifestIsRefused() {
    byte[] bytes = serializer.toBinary(new AppendOutcome.Unknown("why"));
    assertThatThrownBy(() -> serializer.fromBinary(bytes, "2"))
        .isInstanceOf(NotSerializableException.class);
  }

  /// A length is believed only as far as there are bytes.
  @Test
  void aLengthBeyondTheMessageTakesNoMemory() {
    for (String hex : new String[] {"0cffffffff07", "0cffffffff08", "16bfffffff7f", "16feffff7f"}) {
      assertThatThrownBy(() -> read(HexFormat.of().parseHex(hex)))
          .as(hex)
          .isInstanceOf(NotSerializableException.class);
    }
  }

  @Test
  void garbageIsRefusedAndNothingElse() {
    Chance chance = new Chance(7);
    byte[][] originals =
        GOLDEN.values().stream().map(HexFormat.of()::parseHex).toArray(byte[][]::new);
    ActorRef<String> ref = kit.createTestProbe(String.class).getRef();
    originals = Arrays.copyOf(originals, originals.length + 1);
    originals[originals.length - 1] = serializer.toBinary(new Asked(ref, new byte[] {1, 2}));
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = originals[chance.below(originals.length)].clone();
      for (int n = chance.between(1, 3); n > 0; n--) {
        bytes[chance.below(bytes.length)] = (byte) chance.below(256);
      }
      if (chance.percent(20)) {
        bytes = Arrays.copyOf(bytes, chance.below(bytes.length));
      }
      try {
        read(bytes);
      } catch (NotSerializableException e) {
        assertThat(e).isNotNull();
      } catch (RuntimeException | Error e) {
        fail("mutation " + i + ": " + HexFormat.of().formatHex(bytes), e);
      }
    }
  }
}
