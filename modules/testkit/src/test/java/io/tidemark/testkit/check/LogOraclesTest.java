package io.tidemark.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Kind;
import io.tidemark.testkit.history.Operation.Outcome;
import io.tidemark.testkit.history.Operation.Place;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// One small right world, and everything that may be wrong with it.
final class LogOraclesTest {
  private static final int PARTITION = 3;
  private static final int ANCHOR = 2;
  private static final int VOID = 3;
  private static final int MEMBERS = 4;

  private final List<Operation> history = new ArrayList<>();
  private final List<LogRead> reads = new ArrayList<>();
  private final List<List<LogRecord>> logs = new ArrayList<>();

  LogOraclesTest() {
    for (int i = 0; i < 3; i++) {
      List<LogRecord> log = new ArrayList<>();
      log.add(new LogRecord(1, 1, 10, ANCHOR, new byte[0]));
      log.add(put(2, 1, "k", "1"));
      log.add(put(3, 1, "k", "2"));
      log.add(new LogRecord(4, 2, 40, ANCHOR, new byte[0]));
      log.add(delete(5, 2, "k"));
      log.add(put(6, 2, "j", "3"));
      logs.add(log);
    }
    logs.get(1).add(new LogRecord(7, 3, 70, ANCHOR, new byte[0]));
    history.add(write("k", "1", Outcome.OK, 2, 1));
    history.add(operation(Kind.WRITE, "k", Optional.of("2"), Outcome.UNKNOWN, Optional.empty()));
    history.add(operation(Kind.WRITE, "k", Optional.of("9"), Outcome.UNKNOWN, Optional.empty()));
    history.add(operation(Kind.WRITE, "k", Optional.of("8"), Outcome.REFUSED, Optional.empty()));
    history.add(
        operation(
            Kind.DELETE,
            "k",
            Optional.empty(),
            Outcome.OK,
            Optional.of(new Place(PARTITION, 5, 2))));
    history.add(write("j", "3", Outcome.OK, 6, 2));
    history.add(
        operation(
            Kind.READ, "k", Optional.of("2"), Outcome.OK, Optional.of(new Place(PARTITION, 3, 0))));
    reads.add(read(0, 1, 3));
    reads.add(read(0, 3, 6));
    reads.add(read(0, 6, 6));
    reads.add(read(1, 5, 4));
  }

  @Test
  void aRightWorld() {
    assertThat(faults()).isEmpty();
  }

  @Test
  void anAcknowledgedRecordIsNotThere() {
    logs.forEach(log -> log.removeLast());
    logs.get(1).removeLast();
    assertThat(faults(5)).anyMatch(fault -> fault.contains("ends at LSN 5: client 0"));
  }

  @Test
  void aReplicaLacksWhatIsCommitted() {
    logs.get(2).removeLast();
    assertThat(faults()).singleElement().asString().contains("node n2 ends at LSN 5, though 6");
  }

  @Test
  void anAcknowledgedRecordHasOtherBytes() {
    logs.forEach(log -> log.set(1, put(2, 1, "k", "9")));
    reads.clear();
    assertThat(faults()).anyMatch(fault -> fault.contains("(k = 9) there: client 0"));
  }

  @Test
  void anAcknowledgedRecordIsOfAnotherEpoch() {
    logs.forEach(log -> log.set(5, put(6, 3, "j", "3")));
    reads.clear();
    assertThat(faults()).anyMatch(fault -> fault.contains("write j 3: ok at LSN 6"));
  }

  @Test
  void whatWasReadIsNotTheRecordNamed() {
    history.add(
        operation(
            Kind.READ, "k", Optional.of("1"), Outcome.OK, Optional.of(new Place(PARTITION, 3, 0))));
    assertThat(faults()).anyMatch(fault -> fault.contains("read k 1: ok at LSN 3"));
  }

  @Test
  void aWriteIsThereTwice() {
    logs.forEach(log -> log.set(2, put(3, 1, "k", "1")));
    reads.clear();
    assertThat(faults()).anyMatch(fault -> fault.contains("more often than sent"));
  }

  @Test
  void aDeletionIsThereTwice() {
    logs.forEach(log -> log.set(3, delete(4, 2, "k")));
    reads.clear();
    assertThat(faults()).anyMatch(fault -> fault.contains("(k deleted)"));
  }

  @Test
  void aRefusedWriteIsThere() {
    logs.forEach(log -> log.set(2, put(3, 1, "k", "8")));
    reads.clear();
    history.removeLast();
    assertThat(faults()).singleElement().asString().contains("(k = 8), which was refused");
  }

  @Test
  void somethingIsInvented() {
    logs.get(1).set(6, put(7, 3, "new", "x"));
    assertThat(faults()).singleElement().asString().contains("(new = x)");
    logs.get(1).set(6, new LogRecord(7, 3, 70, 300, new byte[] {1, 2, 3, 4}));
    assertThat(faults()).singleElement().asString().contains("which nobody sent");
    logs.get(1).set(6, new LogRecord(7, 3, 70, KvRecord.TYPE, new byte[] {1, 9, 9, 4}));
    assertThat(faults()).singleElement().asString().contains("which nobody sent");
  }

  @Test
  void whoTakesPartIsSaidByTheLogItself() {
    logs.get(1).add(new LogRecord(8, 3, 80, MEMBERS, new byte[] {1, 2, 3}));
    assertThat(faults()).isEmpty();
    logs.get(1).add(new LogRecord(9, 3, 90, VOID, new byte[0]));
    assertThat(faults()).singleElement().asString().contains("which nobody sent");
  }

  @Test
  void replicasDiffer() {
    logs.get(2).set(3, new LogRecord(4, 2, 41, ANCHOR, new byte[0]));
    assertThat(faults()).singleElement().asString().contains("node n0").contains("node n2");
    logs.get(2).set(3, new LogRecord(4, 2, 40, ANCHOR, new byte[] {0}));
    assertThat(faults()).hasSize(1);
  }

  @Test
  void anLsnIsMissing() {
    logs.get(0).remove(2);
    assertThat(faults()).singleElement().asString().contains("LSN 4 where 3 follows");
  }

  @Test
  void aReadIsNoPrefix() {
    LogRead right = reads.get(1);
    reads.set(1, new LogRead(0, "n0", 0, PARTITION, 3, 6, right.digest() + 1));
    assertThat(faults()).singleElement().asString().contains("other records than");
    reads.set(1, new LogRead(0, "n0", 0, PARTITION, 3, 5, right.digest()));
    assertThat(faults()).hasSize(1);
  }

  @Test
  void aReadPassesTheCommitPoint() {
    reads.set(2, new LogRead(0, "n1", 0, PARTITION, 6, 7, 0));
    assertThat(faults()).singleElement().asString().contains("committed only up to LSN 6");
  }

  @Test
  void aReadShrinks() {
    reads.add(new LogRead(0, "n0", 0, PARTITION, 6, 5, new RollingDigest().value()));
    assertThat(faults()).singleElement().asString().contains("LSN 6 was there before");
    reads.set(4, new LogRead(0, "n0", 1, PARTITION, 6, 5, new RollingDigest().value()));
    assertThat(faults()).as("of another start of the process").isEmpty();
  }

  private List<String> faults() {
    return faults(6);
  }

  private List<String> faults(long committed) {
    List<ReplicaLog> replicas = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      replicas.add(new ReplicaLog("n" + i, PARTITION, logs.get(i)));
    }
    return LogOracles.faults(PARTITION, replicas, committed, history, reads);
  }

  private LogRead read(int reader, long from, long through) {
    RollingDigest digest = new RollingDigest();
    logs.getFirst().subList((int) from - 1, (int) through).forEach(digest::add);
    return new LogRead(reader, "n0", 0, PARTITION, from, through, digest.value());
  }

  private static Operation write(String key, String value, Outcome outcome, long lsn, long epoch) {
    return operation(
        Kind.WRITE,
        key,
        Optional.of(value),
        outcome,
        Optional.of(new Place(PARTITION, lsn, epoch)));
  }

  private static Operation operation(
      Kind kind, String key, Optional<String> value, Outcome outcome, Optional<Place> place) {
    return new Operation(0, kind, key, value, 0, 1, outcome, place);
  }

  private static LogRecord put(long lsn, long epoch, String key, String value) {
    return record(lsn, epoch, 1, key, value);
  }

  private static LogRecord delete(long lsn, long epoch, String key) {
    return record(lsn, epoch, 2, key, "");
  }

  private static LogRecord record(long lsn, long epoch, int kind, String key, String value) {
    byte[] payload =
        ByteBuffer.allocate(3 + key.length() + value.length())
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) kind)
            .putShort((short) key.length())
            .put((key + value).getBytes(StandardCharsets.US_ASCII))
            .array();
    return new LogRecord(lsn, epoch, 10 * lsn, KvRecord.TYPE, payload);
  }
}
