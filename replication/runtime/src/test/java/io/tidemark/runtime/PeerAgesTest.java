package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Age;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PeerAgesTest {
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");

  private final PeerAges ages = new PeerAges(Map.of(B, new Age(5, 1)));

  @Test
  void whatIsNotHigherIsAnsweredAtOnce() {
    for (Age told : new Age[] {Age.NONE, new Age(5, 1), new Age(5, 2), new Age(4, 2)}) {
      assertThat(ages.isAnswered(B, told)).as("%s", told).isTrue();
    }
    assertThat(ages.isAnswered(C, new Age(0, 9))).as("one that only asks").isTrue();
    assertThat(ages.toSave()).isEmpty();
    assertThat(ages.of(B)).isEqualTo(new Age(5, 1));
    assertThat(ages.of(C)).isEqualTo(Age.NONE);
  }

  @Test
  void whatIsHigherIsKnownWhenItIsSaved() {
    assertThat(ages.isAnswered(B, new Age(6, 2))).isFalse();
    Map<NodeId, Age> all = ages.toSave().orElseThrow();
    assertThat(ages.of(B)).isEqualTo(new Age(5, 1));
    assertThat(ages.saved(all)).containsExactly(B);
    assertThat(ages.of(B)).isEqualTo(new Age(6, 2));
    assertThat(ages.toSave()).isEmpty();
  }

  @Test
  void whatIsToldWhileOneIsSavedIsSavedNext() {
    ages.isAnswered(B, new Age(6, 2));
    Map<NodeId, Age> first = ages.toSave().orElseThrow();
    ages.isAnswered(B, new Age(7, 2));
    ages.isAnswered(C, new Age(1, 3));
    assertThat(ages.toSave()).as("one at a time").isEmpty();
    assertThat(ages.saved(first)).isEmpty();
    assertThat(ages.of(B)).isEqualTo(new Age(6, 2));
    assertThat(ages.saved(ages.toSave().orElseThrow())).containsExactly(B, C);
    assertThat(ages.of(B)).isEqualTo(new Age(7, 2));
    assertThat(ages.of(C)).isEqualTo(new Age(1, 3));
  }

  @Test
  void whatCouldNotBeSavedIsNotKnown() {
    ages.isAnswered(B, new Age(6, 2));
    ages.toSave();
    ages.notSaved();
    assertThat(ages.of(B)).isEqualTo(new Age(5, 1));
    assertThat(ages.toSave()).isEmpty();
    assertThat(ages.isAnswered(B, new Age(6, 2))).isFalse();
    assertThat(ages.toSave()).isPresent();
  }
}
