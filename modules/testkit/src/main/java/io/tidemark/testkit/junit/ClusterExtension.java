package io.tidemark.testkit.junit;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.cluster.PartitionState;
import io.tidemark.testkit.cluster.Setting;
import io.tidemark.testkit.cluster.Trees;
import io.tidemark.testkit.load.Judgement;
import io.tidemark.testkit.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;

/// A running cluster under load for each test:
///
/// ```java
/// @RegisterExtension
/// final ClusterExtension nodes = new ClusterExtension(Setting.processes(3, 4).withNetwork());
/// ```
///
/// Where the machine lacks something the test is skipped with that as the reason. After a test that
/// failed, the last lines of every node and where the files are are printed, and the files stay.
public final class ClusterExtension implements BeforeEachCallback, AfterEachCallback {
  private static final int CLIENTS = 4;
  private static final int READERS = 1;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int LAST_LINES = 40;
  private static final Duration QUIET = Duration.ofSeconds(180);

  private final Setting setting;
  private Optional<Running> running = Optional.empty();

  public ClusterExtension(Setting setting) {
    this.setting = setting;
  }

  private record Running(Path root, Cluster cluster, Load load) {}

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    setting.lacks().ifPresent(Assumptions::abort);
    Path root = Files.createTempDirectory("tidemark-test-");
    Cluster cluster = Cluster.create(setting, root);
    try {
      cluster.start();
      running =
          Optional.of(
              new Running(
                  root, cluster, new Load(cluster, root, CLIENTS, READERS, PAUSE, new Chance(1))));
    } catch (IOException | RuntimeException e) {
      tell(root, cluster);
      cluster.close();
      throw e;
    }
  }

  public Cluster cluster() {
    return running.orElseThrow().cluster();
  }

  public Load load() {
    return running.orElseThrow().load();
  }

  /// Ends the load, waits until all replicas have caught up, ends the nodes, and demands that all
  /// is as promised. All nodes run, and nothing is cut any more.
  public Judgement judge() throws IOException, InterruptedException {
    load().stop();
    List<PartitionState> quiet = cluster().awaitQuiet(QUIET);
    cluster().killAll();
    Judgement judgement = Judgement.of(cluster(), load(), quiet);
    System.out.println(judgement);
    if (!judgement.holds()) {
      throw new AssertionFailedError(String.join(System.lineSeparator(), judgement.faults()));
    }
    return judgement;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    if (running.isEmpty()) {
      return;
    }
    Running over = running.get();
    running = Optional.empty();
    boolean failed = context.getExecutionException().isPresent();
    if (failed) {
      tell(over.root(), over.cluster());
    }
    over.load().close();
    over.cluster().close();
    if (!failed) {
      Trees.delete(over.root());
    }
  }

  private static void tell(Path root, Cluster cluster) {
    System.out.println("what is left of it is in " + root);
    for (Node node : cluster.nodes()) {
      System.out.printf("=== %s%s%n", node, node.isAlive() ? "" : " (does not run)");
      try {
        List<String> said = Files.readAllLines(node.log());
        said.subList(Math.max(0, said.size() - LAST_LINES), said.size())
            .forEach(System.out::println);
      } catch (IOException e) {
        System.out.println(e);
      }
    }
  }
}
