package io.tidemark.partition;

import static io.tidemark.partition.WriterRig.PATIENCE;
import static io.tidemark.partition.WriterRig.assertAcknowledged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.LogCursor;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.Appender;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Records without messages, beside those with them: every LSN is told truly.
final class AppenderTest {
  private static final ValueLayout.OfInt SEQUENCE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @RegisterExtension static final Actors ACTORS = new Actors();

  private final WriterRig rig = new WriterRig(ACTORS);

  private void awaitDurable(long lsn) {
    await().atMost(PATIENCE).until(() -> rig.log.durableLsn() >= lsn);
  }

  @Test
  void thereIsNoneWithoutALeader() {
    assertThat(rig.appends.appender()).isEmpty();
  }

  @Test
  void eachRecordIsAtTheLsnThatWasToldBesideThoseOfMessages() {
    rig.lead(1);
    Appender appender = rig.appender();
    assertThat(appender.append(RecordData.DATA, new byte[] {2})).isEqualTo(2);
    assertThat(appender.claim(300, 77L, 3)).isEqualTo(3);
    appender.claim().put(0, new byte[] {7, 8, 9}, 0, 3);
    appender.commit();
    assertAcknowledged(rig.append(5, AckLevel.LOCAL), 4, 1, AckLevel.LOCAL);
    awaitDurable(4);
    LogCursor cursor = rig.log.cursor(2);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.payload().get()).isEqualTo((byte) 2);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.type()).isEqualTo(300);
    assertThat(cursor.key()).isEqualTo(77);
    assertThat(cursor.payload().get()).isEqualTo((byte) 7);
  }

  @Test
  void fullIsAnAnswer() {
    rig.lead(1);
    rig.appendIntoHeldSync();
    Appender appender = rig.appender();
    long lsn = 0;
    List<Long> taken = new ArrayList<>();
    while (lsn != AppendRing.FULL) {
      lsn = appender.append(RecordData.DATA, new byte[1000]);
      taken.add(lsn);
    }
    taken.removeLast();
    assertThat(taken).hasSizeGreaterThan(3);
    assertThat(appender.append(RecordData.DATA, new byte[3000])).isEqualTo(AppendRing.TOO_LARGE);
    rig.directory.releaseSyncs();
    awaitDurable(taken.getLast());
    assertThat(appender.append(RecordData.DATA, new byte[1000])).isEqualTo(taken.getLast() + 1);
  }

  @Test
  void afterTheEndOfItsLeadershipItSaysWhatBecameOfEachRecord() {
    rig.lead(1);
    Appender appender = rig.appender();
    rig.appendIntoHeldSync();
    rig.tell(new Writer.StopLeading());
    long late = appender.append(RecordData.DATA, new byte[1]);
    rig.directory.releaseSyncs();
    rig.event(Writer.Synced.class);
    rig.event(Writer.Settled.class);
    assertThat(late).isEqualTo(3);
    assertThat(appender.isRefused(2)).isFalse();
    assertThat(appender.isRefused(late)).isTrue();
    assertThat(appender.append(RecordData.DATA, new byte[1])).isEqualTo(AppendRing.CLOSED);
    assertThat(rig.appends.appender()).isEmpty();
    rig.lead(2);
    assertThat(rig.log.appendedLsn()).as("the number was not used up").isEqualTo(3);
    assertThat(rig.appender().append(RecordData.DATA, new byte[1])).isEqualTo(4);
  }

  @Test
  void typesOfTheSystemAreNotForProducers() {
    rig.lead(1);
    assertThatThrownBy(() -> rig.appender().append(RecordData.ANCHOR, new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    List<RecordData> group = List.of(RecordData.data(new byte[1]), RecordData.anchor());
    assertThatThrownBy(() -> rig.appender().appendAll(group))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rig.appender().claim(0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// Several threads without messages and an actor with them, all at once.
  @Test
  void manyProducersShareOneOrder() throws Exception {
    rig.lead(1);
    int threads = 3;
    int each = 2000;
    long[][] lsns = new long[threads][each];
    List<TestProbe<AppendOutcome>> callers = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int t = 0; t < threads; t++) {
        int thread = t;
        pool.submit(() -> produce(thread, lsns[thread]));
      }
      for (int i = 0; i < 50; i++) {
        callers.add(rig.append(4, AckLevel.RECEIVED));
      }
    }
    long refused = 0;
    for (TestProbe<AppendOutcome> caller : callers) {
      refused += WriterRig.outcome(caller) instanceof AppendOutcome.Acknowledged ? 0 : 1;
    }
    long last = 1 + (long) threads * each + callers.size() - refused;
    awaitDurable(last);
    assertThat(rig.log.appendedLsn()).isEqualTo(last);
    LogCursor cursor = rig.log.cursor(1);
    int[] next = new int[threads];
    while (cursor.next()) {
      if (cursor.type() >= 300) {
        int thread = cursor.type() - 300;
        int sequence = cursor.payload().getInt();
        assertThat(sequence).isEqualTo(next[thread]++);
        assertThat(cursor.lsn()).isEqualTo(lsns[thread][sequence]);
      }
    }
    assertThat(next).containsOnly(each);
  }

  private void produce(int thread, long[] lsns) {
    Appender appender = rig.appender();
    for (int i = 0; i < lsns.length; i++) {
      long lsn = appender.claim(300 + thread, 4);
      while (lsn == AppendRing.FULL) {
        Thread.yield();
        lsn = appender.claim(300 + thread, 4);
      }
      lsns[i] = lsn;
      appender.claim().payload().set(SEQUENCE, 0, i);
      appender.commit();
    }
  }
}
