package io.tidemark.benchmarks;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Contenders;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a figure is worth nothing without.
///
/// @param jdk its version
/// @param heapMib the most the heap may take
/// @param system the operating system and its version
/// @param cpus how many processors the JVM sees
/// @param loadAverage of the last minute, before the run
/// @param fileSystem the type of the one that has the files
/// @param peers their libraries and versions
record Conditions(
    String jdk,
    long heapMib,
    String system,
    int cpus,
    double loadAverage,
    String fileSystem,
    List<String> peers) {
  static Conditions in(Path directory) throws IOException {
    return new Conditions(
        Runtime.version().toString(),
        Runtime.getRuntime().maxMemory() >> 20,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Files.getFileStore(directory).type(),
        Contenders.all().stream()
            .map(Contender::version)
            .filter(version -> !version.isEmpty())
            .toList());
  }

  @Override
  public String toString() {
    return "Java %s, heap %d MiB, %s, %d CPUs, load average before %.2f, %s; %s"
        .formatted(jdk, heapMib, system, cpus, loadAverage, fileSystem, String.join(", ", peers));
  }
}
