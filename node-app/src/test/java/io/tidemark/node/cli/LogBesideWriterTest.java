package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What reads, beside a writer that appends, notes, rolls and trims all the while: nothing is ever
/// wrong, and what was durable before a tool began is shown by it.
final class LogBesideWriterTest {
  private static final LogConfig CONFIG = LogConfig.defaults(9, 0).withSizes(65536, 4096);
  private static final int ROUNDS = 12;
  private static final int KEPT = 600;

  @TempDir private Path path;
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong durable = new AtomicLong();

  private void write(LogConfig config) {
    try (Log log = Log.open(FileSystemDirectory.at(path), config, Runnable::run)) {
      BatchBuilder builder = new BatchBuilder(4096, Codec.NONE);
      for (int i = 0; !done.get(); i++) {
        builder.clear();
        for (int r = 0; r <= i % 7; r++) {
          builder.add(RecordData.data(new byte[i * 31 % 450]));
        }
        log.append(builder, 1 + i / 50, i);
        if (i % 3 == 0) {
          log.sync();
        }
        if (i % 20 == 0) {
          log.noteSynced();
        }
        if (i % 40 == 39) {
          log.trimBelow(log.durableLsn() - KEPT);
        }
        durable.set(log.durableLsn());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void nothingIsEverWrong(Access access) throws Exception {
    try (Directory.Lock _ = FileSystemDirectory.at(path).lock()) {
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(() -> write(CONFIG.withAccess(access)));
      try {
        while (durable.get() < 2 * KEPT && !writer.isDone()) {
          Thread.onSpinWait();
        }
        for (int i = 0; i < ROUNDS; i++) {
          read();
        }
      } finally {
        done.set(true);
        writer.join();
      }
      ToolRun.fine("verify", path);
    }
    ToolRun.failed(Exit.USAGE, "trim", path);
    assertThat(ToolRun.fine("trim", path, "--below=1").out()).contains("the log begins with LSN ");
  }

  private void read() {
    long least = durable.get();
    List<JsonNode> lines = ToolRun.fine("verify", "--json", path).json();
    assertThat(lines.getLast().path("inUse").asBoolean()).isTrue();
    assertThat(lines.get(lines.size() - 2).path("lastLsn").asLong()).isGreaterThanOrEqualTo(least);
    assertThat(ToolRun.fine("inspect", path).out()).contains(", in use");
    ToolRun.fine("stats", path);
    long from = durable.get();
    List<JsonNode> dump = ToolRun.fine("dump", "--from=" + from, path).json();
    List<Long> lsns =
        dump.stream().filter(l -> l.has("lsn")).map(l -> l.path("lsn").asLong()).toList();
    assertThat(lsns.getFirst()).as("or trimmed since").isGreaterThanOrEqualTo(from);
    assertThat(lsns.getLast() - lsns.getFirst() + 1).isEqualTo(dump.getLast().path("end").asLong());
    ToolRun.failed(Exit.REFUSED, "trim", path, "--below=1");
    ToolRun.failed(Exit.REFUSED, "repair", path, "--give-up-damaged");
  }

  @Test
  void aDumpOfAllBesideAWriterIsALog(@TempDir Path other) throws Exception {
    Path dump = other.resolve("dump");
    try (Directory.Lock _ = FileSystemDirectory.at(path).lock()) {
      CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(CONFIG));
      try {
        while (durable.get() < 2 * KEPT && !writer.isDone()) {
          Thread.onSpinWait();
        }
        ToolRun.fine("dump", path, "--out", dump);
      } finally {
        done.set(true);
        writer.join();
      }
    }
    ToolRun.fine("load", other.resolve("log"), dump);
    ToolRun.fine("verify", other.resolve("log"));
  }
}
