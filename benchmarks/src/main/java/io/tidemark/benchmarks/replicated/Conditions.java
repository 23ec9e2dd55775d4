package io.tidemark.benchmarks.replicated;

import com.alipay.sofa.jraft.RaftGroupService;
import io.aeron.cluster.ConsensusModule;
import io.tidemark.benchmarks.contender.Contender;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftServer;

/// What a figure is worth nothing without.
final class Conditions {
  private Conditions() {}

  /// Of files in `directory`, by name.
  static Map<String, String> in(Path directory) throws IOException {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    Map<String, String> conditions = new LinkedHashMap<>();
    conditions.put("java", Runtime.version().toString());
    conditions.put("system", system.getName() + " " + system.getVersion());
    conditions.put("cpus", Integer.toString(system.getAvailableProcessors()));
    conditions.put("load average before", "%.2f".formatted(system.getSystemLoadAverage()));
    conditions.put("file system", Files.getFileStore(directory).type());
    conditions.put(
        "peers",
        Stream.of(RaftGroupService.class, RaftServer.class, ConsensusModule.class)
            .map(Contender::jarOf)
            .collect(Collectors.joining(", ")));
    conditions.put("durability", "synced on a majority of three");
    return conditions;
  }
}
