package io.tidemark.log.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RingConfigTest {
  @ParameterizedTest
  @CsvSource({"4096,1,2032", "4096,16777216,0", "1073741824,1024,536870896"})
  void takesBothEnds(int capacityBytes, int maxRecords, int maxRecordBytes) {
    RingConfig config = new RingConfig(capacityBytes, maxRecords, maxRecordBytes);
    assertThat(config.maxFrameBytes()).isLessThanOrEqualTo(capacityBytes / 2);
  }

  @ParameterizedTest
  @CsvSource({
    "2048,16,100",
    "4104,16,100",
    "0,16,0",
    "-2147483648,16,100",
    "4096,0,100",
    "4096,24,100",
    "4096,33554432,100",
    "4096,-2147483648,100",
    "4096,16,2033",
    "4096,16,2147483647",
    "4096,16,-1"
  })
  void refusesWhatIsBeyond(int capacityBytes, int maxRecords, int maxRecordBytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RingConfig(capacityBytes, maxRecords, maxRecordBytes));
  }

  @Test
  void defaultsTakeWhatAMessageMayHold() {
    assertThat(RingConfig.defaults().maxRecordBytes()).isEqualTo(1 << 20);
  }
}
