package io.tidemark.node.chaos;

import io.tidemark.testkit.cluster.LoopDisk;
import io.tidemark.testkit.cluster.Namespaces;
import io.tidemark.testkit.cluster.Needs;
import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.cluster.Setting;
import io.tidemark.testkit.cluster.Setting.Disks;
import io.tidemark.testkit.junit.ClusterExtension;
import io.tidemark.testkit.packets.Treatment;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What needs networks and disks of their own, and so root.
final class NetworksAndDisksTest {
  private static final Duration SOON = Duration.ofSeconds(120);
  private static final Treatment LATE_AND_WRONG = new Treatment(20, 60, 1);

  @RegisterExtension
  final ClusterExtension nodes =
      new ClusterExtension(Setting.processes(3, 3).withNetwork().with(Disks.OWN));

  @Test
  void aMajorityGoesOnAndWhatIsAcknowledgedOutlivesAPowerCutOfAll() throws Exception {
    nodes.load().awaitProgress(SOON);
    goesOnWhateverWayItIsCut(nodes.cluster().network().orElseThrow());
    if (Needs.forTreatments().isEmpty()) {
      goesOnWhenPacketsAreLateAndWrong(nodes.cluster().network().orElseThrow());
    }
    goesOnWhileADiskIsFull(nodes.cluster().mostLeading());
    cutPowerOfAll();
    nodes.cluster().start();
    nodes.load().awaitProgress(SOON);
    nodes.judge();
  }

  private void goesOnWhateverWayItIsCut(Namespaces network) {
    int leader = nodes.cluster().mostLeading().number();
    network.cut(leader, (leader + 1) % 3);
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
  }

  /// An acknowledgement takes a way there and back.
  private void goesOnWhenPacketsAreLateAndWrong(Namespaces network) {
    network.treat(0, 1, LATE_AND_WRONG);
    network.treat(1, 2, LATE_AND_WRONG);
    network.treat(2, 0, LATE_AND_WRONG);
    nodes.load().awaitProgress(SOON);
    network.heal();
    nodes.load().awaitProgress(SOON);
  }

  private void goesOnWhileADiskIsFull(Node full) throws Exception {
    disk(full).fill();
    nodes.load().awaitProgress(SOON);
    disk(full).drain();
    nodes.load().awaitProgress(SOON);
  }

  private void cutPowerOfAll() throws Exception {
    nodes.cluster().nodes().forEach(Node::pause);
    for (Node node : nodes.cluster().nodes()) {
      disk(node).cutPower();
      node.kill();
      disk(node).mountAgain();
    }
  }

  private static LoopDisk disk(Node node) {
    return (LoopDisk) node.disk();
  }
}
