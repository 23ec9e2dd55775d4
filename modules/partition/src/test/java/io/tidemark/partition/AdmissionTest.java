package io.tidemark.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.writer.WriterConfig;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  @Test
  void admitsUpToItsLimitAndAgainWhenRoomIsGivenBack() {
    Admission admission = new Admission(100);
    assertThat(admission.admit(60)).isTrue();
    assertThat(admission.admit(41)).isFalse();
    assertThat(admission.admittedBytes()).as("a refusal takes no room").isEqualTo(60);
    assertThat(admission.admit(40)).isTrue();
    assertThat(admission.admit(1)).isFalse();
    admission.release(40);
    assertThat(admission.admit(40)).isTrue();
    assertThat(admission.admittedBytes()).isEqualTo(100);
  }

  @Test
  void whenNothingWaitsOneRecordAlwaysFits() {
    Admission admission = new Admission(100);
    assertThat(admission.admit(1000)).isTrue();
    assertThat(admission.admit(1)).isFalse();
    admission.release(1000);
    assertThat(admission.admittedBytes()).isZero();
  }

  @Test
  void aLimitIsPositive() {
    assertThatThrownBy(() -> new Admission(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLimitsOfAWriterFitEachOther() {
    assertThatThrownBy(() -> WriterConfig.of(WriterConfig.Limits.of(1023, 1, 4096)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WriterConfig.of(WriterConfig.Limits.of(1024, 0, 4096)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WriterConfig.of(WriterConfig.Limits.of(1024, 1, 1023)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
