package io.tidemark.node.chaos;

import io.tidemark.testkit.cluster.LoopDisk;
import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.cluster.Setting;
import io.tidemark.testkit.cluster.Setting.Disks;
import io.tidemark.testkit.junit.ClusterExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What needs disks of their own.
final class HurtDiskTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @RegisterExtension
  final ClusterExtension nodes = new ClusterExtension(Setting.processes(3, 3).with(Disks.OWN));

  @Test
  void whatIsAcknowledgedOutlivesAPowerCutOfAll() throws Exception {
    nodes.load().awaitProgress(SOON);
    Node full = nodes.cluster().mostLeading();
    disk(full).fill();
    nodes.load().awaitProgress(SOON);
    disk(full).drain();
    nodes.load().awaitProgress(SOON);
    nodes.cluster().nodes().forEach(Node::pause);
    for (Node node : nodes.cluster().nodes()) {
      disk(node).cutPower();
      node.kill();
      disk(node).mountAgain();
    }
    nodes.cluster().start();
    nodes.load().awaitProgress(SOON);
    nodes.judge();
  }

  private static LoopDisk disk(Node node) {
    return (LoopDisk) node.disk();
  }
}
