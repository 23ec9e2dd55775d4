package io.tidemark.node.chaos;

import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.cluster.Setting;
import io.tidemark.testkit.junit.ClusterExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What needs nothing but processes.
final class KilledAndPausedTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @RegisterExtension final ClusterExtension nodes = new ClusterExtension(Setting.processes(3, 3));

  @Test
  void theOthersGoOnAndNothingIsLost() throws Exception {
    nodes.load().awaitProgress(SOON);
    Node leader = nodes.cluster().mostLeading();
    leader.pause();
    nodes.load().awaitProgress(SOON);
    leader.resume();
    nodes.load().awaitProgress(SOON);
    Node next = nodes.cluster().mostLeading();
    next.kill();
    nodes.load().awaitProgress(SOON);
    next.start();
    nodes.cluster().awaitReady(next);
    nodes.load().awaitProgress(SOON);
    nodes.judge();
  }
}
