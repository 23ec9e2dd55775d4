package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class AgeTest {
  @Test
  void itsTextStaysAsItIs() {
    assertThat(new Age(17, 0x0123456789ABCDEFL)).hasToString("17.0123456789abcdef");
    for (Age age : new Age[] {Age.NONE, new Age(Age.MAX_NUMBER, -1), new Age(17, 1)}) {
      assertThat(Age.parse(age.toString())).isEqualTo(age);
    }
  }

  @Test
  void whatIsNoAgeIsRefused() {
    for (String text :
        new String[] {
          "",
          ".",
          "1",
          "1.",
          ".0123456789abcdef",
          "1.0123456789abcde",
          "1.0123456789abcdefg",
          "1.0123456789abcdeg",
          "1.+123456789abcdef",
          "x.0123456789abcdef",
          "-1.0123456789abcdef",
          "281474976710657.0123456789abcdef",
          "9223372036854775808.0123456789abcdef"
        }) {
      assertThatIllegalArgumentException().as(text).isThrownBy(() -> Age.parse(text));
    }
  }

  @Test
  void ofTwoTheHigherIsRememberedAndOfEqualOnesTheFirst() {
    Age five = new Age(5, 1);
    assertThat(Age.later(five, new Age(6, 2))).isEqualTo(new Age(6, 2));
    assertThat(Age.later(five, new Age(5, 2))).isEqualTo(five);
    assertThat(Age.later(five, new Age(4, 2))).isEqualTo(five);
    assertThat(Age.later(Age.NONE, five)).isEqualTo(five);
  }
}
