package io.tidemark.log.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A body whose checksum is right and whose records are not: the quick loop and the one that says
/// why agree on every single-bit flip.
final class RecordSeenTest {
  private static final int RECORDS = 4;
  private static final int BODY_AT = 64;

  private final RecordSeen records = new RecordSeen();
  private final ByteBuffer body;

  RecordSeenTest() {
    ByteBuffer frame =
        Batch.encode(
                7,
                1,
                1,
                0,
                List.of(
                    RecordData.data(new byte[3]),
                    RecordData.data(new byte[8]).inStream(9),
                    RecordData.of(300, new byte[0]).asOptional(),
                    RecordData.data(new byte[13]).stamped(new Stamp(5, 6)).inStream(2)))
            .bytes();
    body = Layout.littleEndian(ByteBuffer.allocate(frame.remaining() - BODY_AT));
    body.put(frame.slice(BODY_AT, body.capacity())).clear();
  }

  private RecordSeen all() {
    return records.over(body, 0, body.capacity(), 7, RECORDS);
  }

  private String slowly() {
    all();
    while (records.next()) {
      // to the end
    }
    return records.check();
  }

  @Test
  void everySingleBitFlipIsSeenAlike() {
    assertThat(all().check()).isEmpty();
    assertThat(slowly()).isEmpty();
    int wrong = 0;
    for (int at = 0; at < body.capacity(); at++) {
      for (int bit = 0; bit < 8; bit++) {
        body.put(at, (byte) (body.get(at) ^ 1 << bit));
        String found = all().check();
        assertThat(found).as("bit %d at %d", bit, at).isEqualTo(slowly());
        wrong += found.isEmpty() ? 0 : 1;
        body.put(at, (byte) (body.get(at) ^ 1 << bit));
      }
    }
    assertThat(wrong).as("of lengths, flags, types and padding").isGreaterThan(200);
  }

  @Test
  void whatIsMissingOrTooMuchIsSaid() {
    assertThat(records.over(body, 0, body.capacity() - 8, 7, RECORDS).check())
        .contains("bytes are");
    assertThat(records.over(body, 0, body.capacity(), 7, RECORDS - 1).check())
        .isEqualTo("48 bytes after the last record");
    assertThat(records.over(body, 0, body.capacity(), 7, RECORDS + 1).check())
        .isEqualTo("1 records missing at the end of the body");
  }

  @Test
  void anUnknownFlagIsOfALaterRelease() {
    body.put(6, (byte) 8);
    assertThat(all().check()).contains("a record that begins 0008");
    assertThat(records.isOfLaterRelease()).isTrue();
    body.put(6, (byte) 0).putInt(0, 1 << 20);
    assertThat(all().check()).isNotEmpty();
    assertThat(records.isOfLaterRelease()).isFalse();
  }
}
