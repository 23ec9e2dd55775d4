package io.tidemark.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.log.writer.Appender;
import io.tidemark.log.writer.LogWriter;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.testkit.check.ReplicaLog;
import io.tidemark.testkit.cluster.PartitionState;
import io.tidemark.testkit.cluster.PartitionState.ReplicaState;
import io.tidemark.testkit.damage.Damage;
import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Kind;
import io.tidemark.testkit.history.Operation.Outcome;
import io.tidemark.testkit.history.Operation.Place;
import io.tidemark.testkit.load.Judgement.Seen;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each judge is asked, and what each says is in the judgement.
final class JudgementTest {
  private static final int KV_RECORD = 257;
  private static final int WRITES = 20;

  /// The first record begins an epoch.
  private static final int LAST_LSN = 1 + WRITES;

  @TempDir private Path root;
  private final List<Operation> history = new ArrayList<>();

  @BeforeEach
  void writeOneReplica() throws Exception {
    Path directory = Files.createDirectories(ReplicaLog.directory(root.resolve("a"), 0));
    try (LogWriter writer =
        LogWriter.open(
            FileSystemDirectory.at(directory), LogConfig.defaults(1, 0), WriterConfig.defaults())) {
      Appender appender = writer.appender().orElseThrow();
      for (int i = 1; i <= WRITES; i++) {
        byte[] put = ("\1\1\0k" + i).getBytes(StandardCharsets.US_ASCII);
        long lsn = appender.append(RecordData.of(KV_RECORD, put));
        appender.whenDurable(lsn).toCompletableFuture().join();
        history.add(write(Integer.toString(i), 10L * i, lsn));
      }
    }
  }

  @Test
  void aRightWorld() {
    assertThat(judgement(LAST_LSN).faults()).isEmpty();
    assertThat(judgement(LAST_LSN))
        .hasToString(
            "20 operations, 20 of them acknowledged and 0 unknown, 0 reads of logs: all as"
                + " promised");
  }

  @Test
  void whatWasAcknowledgedIsLost() {
    history.add(write("lost", 1_000, LAST_LSN + 1));
    assertThat(judgement(LAST_LSN).faults()).singleElement().asString().contains("write k lost");
  }

  @Test
  void whatWasCommittedIsLost() {
    assertThat(judgement(LAST_LSN + 1).faults())
        .singleElement()
        .asString()
        .contains("node a ends at LSN 21, though 22 were committed");
  }

  @Test
  void aFileIsDamaged() throws Exception {
    Damage.plan(ReplicaLog.directory(root.resolve("a"), 0), 1).make();
    assertThat(judgement(LAST_LSN).faults()).singleElement().asString().startsWith("damaged: ");
  }

  @Test
  void aReadIsStale() {
    history.add(
        new Operation(
            0, Kind.READ, "k", Optional.of("1"), 2_000, 2_001, Outcome.OK, Optional.empty()));
    assertThat(judgement(LAST_LSN).faults()).singleElement().asString().contains("read k 1");
    assertThat(Judgement.ofClients(seen(List.of())).faults()).hasSize(1);
  }

  @Test
  void anAnswerIsStrange() {
    assertThat(Judgement.ofClients(seen(List.of("418"))).faults()).containsExactly("418");
  }

  private Judgement judgement(long committed) {
    ReplicaState replica =
        new ReplicaState("a", "voter", "leader", committed, committed, committed);
    PartitionState quiet = new PartitionState(0, "a", List.of(replica));
    return Judgement.of(seen(List.of()), List.of(quiet), root::resolve);
  }

  private Seen seen(List<String> strange) {
    return new Seen(history, List.of(), strange);
  }

  private static Operation write(String value, long time, long lsn) {
    return new Operation(
        0,
        Kind.WRITE,
        "k",
        Optional.of(value),
        time,
        time + 1,
        Outcome.OK,
        Optional.of(new Place(0, lsn, 1)));
  }
}
