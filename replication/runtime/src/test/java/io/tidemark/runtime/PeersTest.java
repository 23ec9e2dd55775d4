package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.directory.Fact;
import io.tidemark.runtime.directory.Roster;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StoredFile;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class PeersTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final NodeId D = new NodeId("d");

  private final SimulatedDisk disk = new SimulatedDisk();
  private final List<String> linked = new ArrayList<>();

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static NodeConfig config(int firstPort, NodeId... nodes) {
    SortedMap<NodeId, InetSocketAddress> all = new TreeMap<>();
    for (NodeId node : nodes) {
      all.put(node, new InetSocketAddress("127.0.0.1", firstPort + all.size()));
    }
    return new NodeConfig(
        A,
        Path.of("data"),
        all,
        8,
        2,
        1 << 20,
        LogSettings.defaults(),
        ReplicationSettings.defaults());
  }

  private Peers peers(NodeConfig config) {
    Peers peers = Peers.of(config, disk.root(), config.founding());
    peers.keep();
    peers.link(1 << 16, this::link);
    return peers;
  }

  private PeerLink link(NodeId node, InetSocketAddress address) {
    linked.add(node + ":" + address.getPort());
    return TestLink.to(_ -> {}, _ -> {}, KIT.system());
  }

  private static Roster after(Roster roster, Fact... facts) {
    Roster next = roster;
    for (Fact fact : facts) {
      next = ((Roster.Taken) next.after(next.version() + 1, fact)).next();
    }
    return next;
  }

  private static Roster withD(NodeConfig config) {
    return after(
        config.founding(),
        new Fact.Founded(8, 2, config.nodes()),
        new Fact.Added(D, new InetSocketAddress("127.0.0.1", 9)));
  }

  @Test
  void linksComeAndGoWithTheNodesAndWhatStaysIsNotTouched() {
    Peers peers = peers(config(100, A, B, C));
    assertThat(linked).containsExactlyInAnyOrder("b:101", "c:102");
    Links links = peers.links();
    PeerLink toC = links.byNode().get(C);
    Roster more = withD(config(100, A, B, C));
    peers.learn(more);
    assertThat(linked).hasSize(3).endsWith("d:9");
    assertThat(peers.numbered(3)).contains(D);
    peers.learn(after(more, new Fact.Leaving(B), new Fact.Removed(B)));
    assertThat(links.byNode()).containsOnlyKeys(C, D).containsEntry(C, toC);
    assertThat(peers.numbered(1)).isEmpty();
    assertThat(peers.numbered(9)).isEmpty();
    peers.learn(more);
    assertThat(links.byNode()).doesNotContainKey(B);
  }

  @Test
  void whatWasLearntIsThereAtTheNextStartAndGivenAddressesGoBefore() {
    Roster more = withD(config(100, A, B, C));
    peers(config(100, A, B, C)).learn(more);
    disk.crashLosingAllUnsynced();
    linked.clear();
    Peers again = peers(config(200, A, B, C));
    assertThat(again.roster()).isEqualTo(more);
    assertThat(linked).containsExactlyInAnyOrder("b:201", "c:202", "d:9");
    assertThat(again.number()).isZero();
  }

  @Test
  void anotherClusterIsRefusedAndTheSameByOtherNodesIsNot() {
    peers(config(100, A, B, C)).learn(withD(config(100, A, B, C)));
    assertThat(peers(config(100, A, D)).roster().founders()).containsExactly(A, B, C);
    assertThatThrownBy(() -> peers(config(100, A, B, new NodeId("x"))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("expected 'cluster=[a, b, x]/8/2', found 'cluster=[a, b, c]/8/2'");
  }

  @Test
  void aRosterOfAnotherClusterIsNotLearnt() {
    Peers peers = peers(config(100, A, B, C));
    peers.learn(withD(config(100, A, B)));
    assertThat(peers.roster().version()).isZero();
  }

  @Test
  void whoIsRemovedIsToldAndDoesNotStartAgain() {
    NodeConfig config = config(100, A, B, C);
    Peers peers = peers(config);
    List<Roster> heard = new ArrayList<>();
    peers.watch(heard::add);
    peers.learn(after(withD(config), new Fact.Leaving(A), new Fact.Removed(A)));
    assertThat(heard).hasSize(1);
    assertThatThrownBy(() -> peers(config))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("node a is not one of the cluster [b, c, d]");
  }

  @Test
  void aSpoiltFileIsDamage() {
    peers(config(100, A, B, C));
    try (StoredFile file = disk.root().open(RosterFile.NAME)) {
      file.write(ByteBuffer.wrap(new byte[] {'x'}), 30);
    }
    assertThatThrownBy(() -> RosterFile.read(disk.root()))
        .isInstanceOf(NodeFileDamagedException.class)
        .hasMessageContaining("roster");
  }
}
