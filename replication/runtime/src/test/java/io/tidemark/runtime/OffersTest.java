package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.Chance;
import io.tidemark.log.Batch;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.log.Tail;
import io.tidemark.log.producers.ProducerLimits;
import io.tidemark.log.producers.ProducersFile;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.SimulatedDisk;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a replica makes of an offer that comes in, sound or not.
final class OffersTest extends OneReplica {
  private static final long EPOCH = 9;
  private static final Membership MEMBERS = new Membership(3, 2, Members.of(List.of(A, B, C)));

  private Tail start;
  private ByteBuffer base;

  /// Of a log elsewhere.
  @BeforeEach
  void trimmedLog() {
    try (Log log = Log.open(new SimulatedDisk().root(), LOG)) {
      for (int i = 0; i < 400; i++) {
        BatchBuilder builder = new BatchBuilder(8192, Codec.NONE);
        builder.add(RecordData.data(new byte[1000]).stamped(new Stamp(i % 3, i / 3)));
        log.append(builder, 4, i);
      }
      log.sync();
      start = log.startAfterTrim(log.appendedLsn());
      assertThat(start.lastLsn()).isGreaterThan(100);
      ProducersFile.saveBase(log, start, ProducerLimits.defaults());
      base = ProducersFile.base(log, ProducerLimits.defaults()).orElseThrow();
    }
  }

  private byte[] encoded() {
    return OfferWire.encode(1, start, MEMBERS, base);
  }

  private void offers(byte[] payload) {
    replica.tell(new Replica.OfferHeard(B, OfferWire.decode(EPOCH, payload)));
  }

  private Log log() throws Exception {
    return handle.open().toCompletableFuture().get(10, TimeUnit.SECONDS).log();
  }

  @Test
  void whatIsEncodedIsDecoded() {
    OfferWire offer = OfferWire.decode(EPOCH, encoded());
    assertThat(offer.incarnation()).isEqualTo(1);
    assertThat(offer.start()).isEqualTo(start);
    assertThat(offer.producers()).isEqualTo(base);
    assertThat(offer.message())
        .isEqualTo(new Message.Offer(EPOCH, start.lastLsn(), start.epoch(), MEMBERS));
  }

  @Test
  void whatIsNoneIsRefusedAndNothingElse() {
    byte[] sound = encoded();
    assertThatThrownBy(() -> OfferWire.decode(3, sound))
        .as("of an epoch to come")
        .isInstanceOf(WireException.class);
    Chance chance = new Chance(1);
    int refused = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes =
          chance.percent(30) ? Arrays.copyOf(sound, chance.below(sound.length)) : sound.clone();
      for (int edits = chance.between(1, 3); edits > 0 && bytes.length > 0; edits--) {
        bytes[chance.below(Math.min(bytes.length, 90))] = (byte) chance.bits();
      }
      try {
        OfferWire.decode(EPOCH, bytes);
      } catch (WireException e) {
        refused++;
      } catch (RuntimeException e) {
        fail("mutation " + i, e);
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void itBeginsThereAndSaysSo() throws Exception {
    agreed(A, B, C);
    start(A, B, C);
    Log log = log();
    offers(encoded());
    await().atMost(PATIENCE).until(() -> handle.watermarks().committed() == start.lastLsn());
    assertThat(handle.watermarks().first()).isEqualTo(start.nextLsn());
    assertThat(log.firstLsn()).isEqualTo(start.nextLsn());
    assertThat(log.durableLsn()).isEqualTo(start.lastLsn());
    assertThat(MembersStore.open(directory, A).saved()).containsExactly(MEMBERS);
    assertThat(failures).isEmpty();
  }

  /// The members are durable before the old log is dropped: without them there is nothing to begin.
  @Test
  void withoutItsMembersNothingIsDropped() throws Exception {
    agreed(A, B, C);
    try (BallotStore ballots = BallotStore.open(directory);
        Log log = Log.open(directory, LOG)) {
      ballots.save(new Ballot(1, Optional.empty()));
      log.append(Batch.encode(1, 1, 1, 0, List.of(RecordData.data(new byte[10]))));
    }
    start(A, B, C);
    Log log = log();
    disk.faults().failNth(DiskOperation.RENAME, name -> name.startsWith(MembersStore.NAME), 1);
    offers(encoded());
    awaitState("fenced");
    assertThat(log.appendedLsn()).isEqualTo(1);
    assertThat(handle.watermarks().committed()).isZero();
  }

  /// Of another batch, of another log, or spoilt.
  @Test
  void producersOfElsewhereAreDropped() throws Exception {
    agreed(A, B, C);
    start(A, B, C);
    Log log = log();
    Tail other = new Tail(start.lastLsn(), start.checksum() + 1, start.epoch(), 1);
    offers(OfferWire.encode(1, other, MEMBERS, base));
    byte[] spoilt = encoded();
    spoilt[spoilt.length - 1]++;
    offers(spoilt);
    offers(OfferWire.encode(1, start, MEMBERS, ByteBuffer.allocate(0)));
    assertThat(handle.trim(9).toCompletableFuture().get(10, TimeUnit.SECONDS))
        .as("asked after them")
        .isEqualTo(1);
    assertThat(log.appendedLsn()).isZero();
    assertThat(failures).isEmpty();
  }

  @Test
  void whoeverAsksToTrimIsAnsweredAlsoAfterTheEnd() throws Exception {
    agreed(A, B, C);
    start(A, B, C);
    log();
    disk.faults().failNth(DiskOperation.RENAME, name -> name.startsWith(MembersStore.NAME), 1);
    offers(encoded());
    awaitState("fenced");
    assertThatThrownBy(() -> handle.trim(9).toCompletableFuture().get(10, TimeUnit.SECONDS))
        .hasMessageContaining("the replica is fenced");
  }

  @Test
  void producersThatDoNotFitIntoAFrameAreRefusedAtTheStart() {
    Offers.checkFits(ProducerLimits.defaults(), 1 << 20);
    assertThatThrownBy(() -> Offers.checkFits(new ProducerLimits(64, 4096), 1 << 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 sequences of 4096 producers")
        .hasMessageContaining("at most 1048576");
  }
}
