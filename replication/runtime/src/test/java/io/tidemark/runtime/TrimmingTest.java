package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.protocol.Members;
import io.tidemark.runtime.SmallCluster.One;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is trimmed is gone on that node only: who lacks it begins behind it, and nothing that was
/// acknowledged is appended twice.
final class TrimmingTest {
  private static final int RECORDS = 120;
  private static final long EARLY = 5;
  private static final long LATE = 6;

  /// The LSN of the one record of [#EARLY], far below all others, which are of [#LATE].
  private static long fill(SmallCluster cluster) {
    long early = cluster.append(EARLY, 0);
    for (int i = 0; i < RECORDS; i++) {
      cluster.append(LATE, i);
    }
    return early;
  }

  private static void trim(SmallCluster cluster, One one) {
    long committed = one.committed();
    long first = cluster.answer(one.handle.trim(committed + 1));
    assertThat(first).isGreaterThan(2).isLessThanOrEqualTo(committed + 1);
    assertThat(one.handle.watermarks().first()).isEqualTo(first);
  }

  private static void awaitSame(SmallCluster cluster) {
    cluster.tickUntil(
        "all to have all",
        () ->
            cluster.all().stream().map(One::committed).distinct().count() == 1
                && cluster.failures.isEmpty());
  }

  private static boolean votes(SmallCluster cluster, One one) {
    Members members = cluster.leader().handle.view().members();
    return members.voters().stream()
        .anyMatch(voter -> voter.node().equals(one.id) && voter.incarnation() == one.incarnation);
  }

  private static Log log(One one) {
    return one.handle.openNow().orElseThrow().log();
  }

  @Test
  void whoLostItsDiskBeginsBehindWhatWasTrimmedAndIsAsGoodAsBefore() {
    try (SmallCluster cluster = new SmallCluster("a", "b", "c")) {
      long early = fill(cluster);
      awaitSame(cluster);
      cluster.all().stream()
          .filter(one -> !one.id.equals(new NodeId("c")))
          .forEach(one -> trim(cluster, one));
      cluster.node("c").stop();
      One c = cluster.fresh("c", 2);
      cluster.tickUntil("c to vote", () -> votes(cluster, c));
      awaitSame(cluster);
      assertThat(log(c).firstLsn()).isGreaterThan(early);
      c.stop();
      c.start();
      cluster.append(LATE, RECORDS);
      awaitSame(cluster);
      assertThat(log(c).firstLsn()).isGreaterThan(early);
      leads(cluster, c);
      assertThat(cluster.append(EARLY, 0)).as("appended again").isEqualTo(early);
      assertThat(cluster.append(EARLY, 1)).isGreaterThan(RECORDS);
      assertThat(cluster.failures).isEmpty();
    }
  }

  private static void leads(SmallCluster cluster, One one) {
    cluster.tickUntil(
        one.id + " to lead",
        () -> {
          One leader = cluster.leader();
          if (leader != one) {
            cluster.answer(leader.handle.handOver(Optional.of(one.id)));
          }
          return cluster.leader() == one;
        });
  }

  @Test
  void whatAllHaveTrimmedIsRememberedByAllAfterARestart() {
    try (SmallCluster cluster = new SmallCluster("a", "b", "c")) {
      long early = fill(cluster);
      awaitSame(cluster);
      cluster.all().forEach(one -> trim(cluster, one));
      cluster.all().forEach(One::stop);
      cluster.all().forEach(One::start);
      for (One one : cluster.all()) {
        leads(cluster, one);
        assertThat(log(one).firstLsn()).isGreaterThan(early);
        assertThat(cluster.append(EARLY, 0)).as("on %s", one.id).isEqualTo(early);
      }
      cluster.append(LATE, RECORDS);
      awaitSame(cluster);
      assertThat(cluster.failures).isEmpty();
    }
  }

  @Test
  void aNodeThatIsAddedLaterBeginsBehindWhatWasTrimmed() {
    try (SmallCluster cluster = new SmallCluster("a", "b", "c")) {
      long early = fill(cluster);
      trim(cluster, cluster.leader());
      One d = cluster.fresh("d", 1);
      assertThat(cluster.answer(cluster.leader().handle.change(MemberAction.ADD, d.id))).isEmpty();
      awaitSame(cluster);
      assertThat(log(d).firstLsn()).isGreaterThan(early);
      assertThat(cluster.answer(cluster.leader().handle.change(MemberAction.PROMOTE, d.id)))
          .isEmpty();
      cluster.tickUntil("d to vote", () -> votes(cluster, d));
      cluster.append(LATE, RECORDS);
      awaitSame(cluster);
      assertThat(cluster.failures).isEmpty();
    }
  }

  /// Those that are left are behind what the leader has, and one has nothing of it.
  @Test
  void whoWasAwayForLongBeginsAnew() {
    try (SmallCluster cluster = new SmallCluster("a", "b", "c")) {
      long early = cluster.append(EARLY, 0);
      awaitSame(cluster);
      One away =
          cluster.all().stream().filter(one -> one != cluster.leader()).findFirst().orElseThrow();
      away.stop();
      for (int i = 0; i < RECORDS; i++) {
        cluster.append(LATE, i);
      }
      trim(cluster, cluster.leader());
      away.start();
      awaitSame(cluster);
      assertThat(log(away).firstLsn()).isGreaterThan(early);
      leads(cluster, away);
      assertThat(cluster.append(EARLY, 0)).isEqualTo(early);
      assertThat(cluster.failures).isEmpty();
    }
  }

  @Test
  void nothingThatIsNotCommittedIsTrimmed() {
    try (SmallCluster cluster = new SmallCluster("a", "b", "c")) {
      fill(cluster);
      One leader = cluster.leader();
      cluster.all().stream().filter(one -> one != leader).forEach(One::stop);
      long committed = leader.committed();
      for (int i = 0; i < 60; i++) {
        leader
            .handle
            .openNow()
            .flatMap(open -> open.appends().appender())
            .ifPresent(to -> to.append(RecordData.data(new byte[1000])));
      }
      cluster.tickUntil("more in the log", () -> log(leader).durableLsn() > committed + 40);
      assertThat(cluster.answer(leader.handle.trim(Long.MAX_VALUE)))
          .isGreaterThan(2)
          .isLessThanOrEqualTo(committed + 1);
      assertThat(cluster.failures).isEmpty();
      assertThat(leader.handle.view().state()).isNotEqualTo("fenced");
    }
  }
}
