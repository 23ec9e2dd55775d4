package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.log.journal.Journal;
import io.tidemark.log.journal.JournalConfig;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The logs of a node that lost its power: what its journal holds of them comes back.
final class LogReplayTest {
  private static final String PARTITION = "partition-0000";
  private static final LogConfig CONFIG = LogConfig.defaults(9, 0).withSizes(65536, 4096);
  private static final int RECORDS = 20;

  @TempDir private Path data;

  /// A node's directory as the power cut left it: of the log only what was written first.
  private void loseTheNewest() throws Exception {
    Files.writeString(data.resolve("node"), "");
    Directory root = FileSystemDirectory.at(data);
    JournalConfig config = JournalConfig.defaults().withUse(JournalConfig.Use.ALWAYS);
    Journal journal = Journal.open(root, config);
    Log log = Log.open(journal.directory(PARTITION), CONFIG);
    append(log);
    Path segment = data.resolve(PARTITION).resolve("00000000000000000001.segment");
    byte[] before = Files.readAllBytes(segment);
    for (int i = 1; i < RECORDS; i++) {
      append(log);
    }
    Files.write(segment, before);
  }

  private static void append(Log log) {
    BatchBuilder builder = new BatchBuilder(4096, Codec.NONE);
    builder.add(RecordData.data(new byte[100]));
    log.append(builder, 1, 1);
    log.sync();
  }

  private int records() {
    ToolRun run = ToolRun.fine("dump", data, "--partition", 0);
    return run.json().getLast().path("end").asInt();
  }

  @Test
  void whatTheJournalHoldsComesBack() throws Exception {
    loseTheNewest();
    ToolRun seen = ToolRun.fine("verify", data, "--partition", 0, "--json");
    assertThat(seen.err()).startsWith("note: the node was killed");
    assertThat(records()).isEqualTo(1);
    ToolRun trimmed = ToolRun.failed(4, "trim", data, "--partition", 0, "--below", 1);
    assertThat(trimmed.reason()).contains("log replay");
    Path dump = data.resolve("dump");
    ToolRun.fine("dump", data, "--partition", 0, "--out", dump);
    ToolRun loaded = ToolRun.failed(4, "load", data.resolve("partition-0001"), dump);
    assertThat(loaded.reason()).contains("log replay");
    try (Directory.Lock _ = FileSystemDirectory.at(data).lock()) {
      ToolRun.failed(4, "replay", data);
    }
    ToolRun replayed = ToolRun.fine("replay", data);
    assertThat(replayed.out()).isEqualTo(RECORDS - 1 + " writes done again\n");
    assertThat(records()).isEqualTo(RECORDS);
    assertThat(ToolRun.fine("verify", data, "--partition", 0).err()).isEmpty();
    ToolRun.fine("trim", data, "--partition", 0, "--below", 1);
    assertThat(ToolRun.fine("replay", data).out()).isEqualTo("0 writes done again\n");
  }

  @Test
  void aLogThatIsGoneIsDamage() throws Exception {
    loseTheNewest();
    Files.delete(data.resolve(PARTITION).resolve("00000000000000000001.segment"));
    ToolRun run = ToolRun.failed(3, "replay", data);
    assertThat(run.reason()).contains(PARTITION + "/00000000000000000001.segment");
  }

  @Test
  void aDirectoryWithoutAJournalIsRefused() {
    ToolRun.failed(4, "replay", data);
  }
}
