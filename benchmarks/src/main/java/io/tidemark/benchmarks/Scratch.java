package io.tidemark.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A directory for one JMH run, deleted after it, and payloads to fill it with.
@State(Scope.Benchmark)
public class Scratch {
  /// How many different payloads there are; they are used in turn.
  static final int PAYLOADS = 256;

  @Param("100")
  int payloadBytes;

  @Param(".")
  String parent;

  private final byte[][] payloads = new byte[PAYLOADS][];
  private Path directory;

  @Setup(Level.Trial)
  public void make() throws IOException {
    directory = Files.createTempDirectory(Path.of(parent), "run");
    Random random = new Random(payloadBytes);
    for (int i = 0; i < PAYLOADS; i++) {
      payloads[i] = new byte[payloadBytes];
      random.nextBytes(payloads[i]);
    }
  }

  Path directory() {
    return directory;
  }

  /// Incompressible bytes.
  byte[] payload(int i) {
    return payloads[i % PAYLOADS];
  }

  @TearDown(Level.Trial)
  public void delete() throws IOException {
    deleteAll(directory);
  }

  static void deleteAll(Path directory) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(directory)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
