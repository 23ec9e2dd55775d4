package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Batch;
import io.tidemark.log.BatchRefused;
import io.tidemark.log.RecordData;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RepairWireTest {
  private static final int MAX_BATCH_BYTES = 1024;

  private static Batch batch(long lsn) {
    return Batch.encode(lsn, 1, 5, 7, List.of(RecordData.data(new byte[100])));
  }

  private static RepairWire decoded(byte[] payload) {
    return RepairWire.decode(payload, MAX_BATCH_BYTES);
  }

  @Test
  void whatIsEncodedIsDecoded() {
    List<RepairWire> messages =
        List.of(
            new RepairWire.Ask(3, Long.MAX_VALUE),
            new RepairWire.Answer(3, List.of()),
            new RepairWire.Answer(3, List.of(batch(3), batch(4))));
    for (RepairWire message : messages) {
      assertThat(decoded(message.encode())).isEqualTo(message);
    }
  }

  @Test
  void whatIsNoneIsRefused() {
    byte[] ask = new RepairWire.Ask(3, 4).encode();
    for (int bytes = 0; bytes < ask.length; bytes++) {
      byte[] part = Arrays.copyOf(ask, bytes);
      assertThatThrownBy(() -> decoded(part)).isInstanceOf(WireException.class);
    }
    byte[] other = ask.clone();
    other[0] = 9;
    assertThatThrownBy(() -> decoded(other)).isInstanceOf(WireException.class);
    byte[] answer = new RepairWire.Answer(3, List.of(batch(3))).encode();
    answer[answer.length - 20] ^= 1;
    assertThatThrownBy(() -> decoded(answer)).isInstanceOf(BatchRefused.class);
    byte[] large =
        new RepairWire.Answer(
                1, List.of(Batch.encode(1, 1, 1, 0, List.of(RecordData.data(new byte[2000])))))
            .encode();
    assertThatThrownBy(() -> decoded(large)).isInstanceOf(BatchRefused.class);
  }
}
