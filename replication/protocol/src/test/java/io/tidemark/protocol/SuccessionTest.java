package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuccessionTest {
  private static final ReplicaId OLD = ReplicaId.parse("a");
  private static final ReplicaId NEW = ReplicaId.parse("a.00000001");
  private static final Members THREE = Members.parse("a,b,c/");

  private final List<ReplicaId> heard =
      new ArrayList<>(List.of(ReplicaId.parse("b"), ReplicaId.parse("c")));
  private final List<ReplicaId> caughtUp = new ArrayList<>();

  @Test
  void whoLostItsDiskLearnsIsPromotedAndTakesThePlaceOfItsFormerSelf() {
    MemberChange first = of(THREE).begin(NEW).orElseThrow();
    assertThat(first).isEqualTo(new MemberChange.AddLearner(NEW));
    Members learning = THREE.after(first);
    assertThat(of(learning).next()).as("nobody has heard it yet").isEmpty();
    heard.add(NEW);
    assertThat(of(learning).next()).as("it lacks records").isEmpty();
    caughtUp.add(NEW);
    MemberChange second = of(learning).next().orElseThrow();
    assertThat(second).isEqualTo(new MemberChange.Promote(NEW));
    Members both = learning.after(second);
    MemberChange third = of(both).next().orElseThrow();
    assertThat(third).isEqualTo(new MemberChange.Remove(OLD));
    Members after = both.after(third);
    assertThat(after).hasToString("b,c,a.00000001/");
    assertThat(of(after).next()).isEmpty();
  }

  @Test
  void whoIsHeardIsReplacedByNobody() {
    heard.add(OLD);
    assertThat(of(THREE).begin(NEW)).isEmpty();
    heard.add(NEW);
    caughtUp.add(NEW);
    assertThat(of(Members.parse("a,b,c/a.00000001")).next()).isEmpty();
  }

  @Test
  void aStrangerFromANodeThatIsNoMemberStaysOne() {
    assertThat(of(THREE).begin(ReplicaId.parse("d"))).isEmpty();
  }

  @Test
  void aMemberIsNoStranger() {
    assertThat(of(THREE).begin(OLD)).isEmpty();
  }

  @Test
  void onlyOneSuccessorOfANodeAtATime() {
    heard.add(NEW);
    Members learning = Members.parse("a,b,c/a.00000001");
    assertThat(of(learning).begin(ReplicaId.parse("a.00000002"))).isEmpty();
  }

  @Test
  void aSuccessorThatLostItsDiskAsWellIsSucceeded() {
    Members learning = Members.parse("a,b,c/a.00000001");
    ReplicaId newest = ReplicaId.parse("a.00000002");
    Members more = learning.after(of(learning).begin(newest).orElseThrow());
    heard.add(newest);
    caughtUp.add(newest);
    Members promoted = more.after(of(more).next().orElseThrow());
    Members less = promoted.after(of(promoted).next().orElseThrow());
    assertThat(less.after(of(less).next().orElseThrow())).hasToString("b,c,a.00000002/");
  }

  @Test
  void aLearnerThatLostItsDiskIsRemovedWhenItsSuccessorIsThere() {
    Members two = Members.parse("b,c/a,a.00000001");
    heard.add(NEW);
    assertThat(of(two).next()).contains(new MemberChange.Remove(OLD));
  }

  private Succession of(Members members) {
    return new Succession(members, heard::contains, caughtUp::contains);
  }
}
