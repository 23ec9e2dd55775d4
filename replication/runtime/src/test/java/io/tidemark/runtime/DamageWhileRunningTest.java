package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.repair.Copies;
import io.tidemark.runtime.SmallCluster.One;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Bits flip under replicas that run; all have all in the end, and none was started again.
final class DamageWhileRunningTest {
  private static final int RECORDS = 120;
  private static final String SEGMENT = ".segment";

  private static void fill(SmallCluster cluster, int from, int upto) {
    IntStream.range(from, upto).forEach(i -> cluster.append(5, i));
  }

  private static Log log(One one) {
    return one.handle.openNow().orElseThrow().log();
  }

  private static List<Batch> all(One one) {
    return Copies.of(log(one)).read(1, Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  private static boolean have(SmallCluster cluster, long lsn) {
    return cluster.all().stream().allMatch(one -> one.committed() >= lsn);
  }

  private static void awaitSame(SmallCluster cluster) {
    cluster.tickUntil(
        "all to have all",
        () -> {
          List<Batch> first = all(cluster.all().getFirst());
          return !first.isEmpty()
              && first.getLast().lastLsn() == log(cluster.all().getFirst()).appendedLsn()
              && cluster.all().stream().allMatch(one -> all(one).equals(first));
        });
    assertThat(cluster.failures).isEmpty();
    assertThat(cluster.all()).noneMatch(one -> one.handle.view().state().equals("fenced"));
  }

  /// A bit in the middle of each of its segments but the last, and in the body of a batch of that.
  private static void spoil(One one, int which) {
    List<String> segments =
        one.disk.root().list().stream().filter(name -> name.endsWith(SEGMENT)).sorted().toList();
    assertThat(segments).hasSizeGreaterThan(2);
    one.disk.flipBit(segments.get(which), 8 * 12_000L);
  }

  @Test
  void aLeaderThatCannotServeAFollowerIsMendedByAnother() {
    try (SmallCluster cluster = new SmallCluster("a", "b", "c")) {
      fill(cluster, 0, 3);
      One away =
          cluster.all().stream().filter(one -> one != cluster.leader()).findFirst().orElseThrow();
      away.stop();
      fill(cluster, 3, RECORDS);
      One leader = cluster.leader();
      spoil(leader, 0);
      spoil(leader, 1);
      away.start();
      cluster.tickUntil("it to catch up", () -> have(cluster, RECORDS));
      awaitSame(cluster);
      long last = cluster.append(5, RECORDS);
      cluster.tickUntil("all to go on", () -> have(cluster, last));
      assertThat(leader.disk.root().list()).anyMatch(name -> name.endsWith(".damaged"));
    }
  }

  @Test
  void replicasDamagedElsewhereMendEachOther() {
    try (SmallCluster cluster = new SmallCluster("a", "b", "c")) {
      fill(cluster, 0, RECORDS);
      cluster.tickUntil("all to have all", () -> have(cluster, RECORDS));
      spoil(cluster.node("a"), 0);
      spoil(cluster.node("b"), 1);
      spoil(cluster.node("c"), 2);
      awaitSame(cluster);
      assertThat(log(cluster.node("a")).directory().list())
          .anyMatch(name -> name.endsWith(".damaged"));
    }
  }

  @Test
  void whatOnlyOneHasThatIsAwayIsThereWhenThatComesBack() {
    try (SmallCluster cluster = new SmallCluster("a", "b", "c")) {
      fill(cluster, 0, RECORDS);
      cluster.tickUntil("all to have all", () -> have(cluster, RECORDS));
      One away = cluster.node("c");
      away.stop();
      One one = cluster.node("a");
      One other = cluster.node("b");
      spoil(one, 0);
      spoil(other, 0);
      assertThat(all(one)).hasSizeLessThan(RECORDS);
      long last = cluster.append(5, RECORDS);
      cluster.tickUntil(
          "both to go on", () -> one.committed() >= last && other.committed() >= last);
      away.start();
      awaitSame(cluster);
      assertThat(cluster.node("c").id).isEqualTo(new NodeId("c"));
    }
  }
}
