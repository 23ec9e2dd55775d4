package io.tidemark.node.chaos;

import io.tidemark.testkit.cluster.Namespaces;
import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.cluster.Setting;
import io.tidemark.testkit.junit.ClusterExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What needs nodes in networks of their own.
final class CutOffTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @RegisterExtension
  final ClusterExtension nodes = new ClusterExtension(Setting.processes(3, 3).withNetwork());

  @Test
  void aMajorityGoesOnWhateverWayItIsCut() throws Exception {
    Namespaces network = nodes.cluster().network().orElseThrow();
    nodes.load().awaitProgress(SOON);
    int leader = nodes.cluster().mostLeading().number();
    int next = (leader + 1) % 3;
    network.cut(leader, next);
    nodes.load().awaitProgress(SOON);
    network.heal();
    nodes.load().awaitProgress(SOON);
    for (Node node : nodes.cluster().nodes()) {
      if (node.number() != leader) {
        network.cut(leader, node.number());
        network.cut(node.number(), leader);
      }
    }
    nodes.load().awaitProgress(SOON);
    network.heal();
    nodes.load().awaitProgress(SOON);
    nodes.judge();
  }
}
