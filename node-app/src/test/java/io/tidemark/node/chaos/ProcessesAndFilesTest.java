package io.tidemark.node.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.testkit.check.ReplicaLog;
import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.cluster.Setting;
import io.tidemark.testkit.damage.Damage;
import io.tidemark.testkit.junit.ClusterExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What needs nothing but processes and their files.
final class ProcessesAndFilesTest {
  private static final Duration SOON = Duration.ofSeconds(120);

  @RegisterExtension final ClusterExtension nodes = new ClusterExtension(Setting.processes(3, 3));

  @Test
  void theOthersGoOnAndNothingIsLost() throws Exception {
    nodes.load().awaitProgress(SOON);
    Node leader = nodes.cluster().mostLeading();
    leader.pause();
    nodes.load().awaitProgress(SOON);
    leader.resume();
    nodes.load().awaitProgress(SOON);
    mendsDamage(leader);
    nodes.load().awaitProgress(SOON);
    nodes.judge();
  }

  /// One that was killed would write the newest records again from its journal: this one ends in
  /// order.
  private void mendsDamage(Node node) throws Exception {
    node.stop();
    Damage damage = Damage.plan(ReplicaLog.directory(node.data(), 0), 1);
    damage.make();
    assertThat(damage.files()).isNotEmpty();
    nodes.load().awaitProgress(SOON);
    node.start();
    nodes.cluster().awaitReady(node);
  }
}
