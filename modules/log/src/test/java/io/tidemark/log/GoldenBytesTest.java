package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The format as it was first written. What changes here can not read what is on disks; run with
/// `-Dtidemark.golden.rewrite=true` only together with a new format version.
final class GoldenBytesTest {
  private static final SegmentHeader HEADER =
      new SegmentHeader(
          0x1122334455667788L,
          3,
          8,
          16384,
          4096,
          42,
          17,
          new Tail(41, 0xCAFEBABE, 5, 1_700_000_000_000_123L));

  @Test
  void segmentHeader() throws IOException {
    ByteBuffer block = HEADER.encode();
    check("segment-header", block);
    assertThat(SegmentHeader.decode(block, 16384))
        .isEqualTo(new SegmentHeader.Decoded.Sound(HEADER));
  }

  @Test
  void batch() throws IOException {
    Batch batch =
        Batch.encode(
            42,
            5,
            1_700_000_000_000_456L,
            0xCAFEBABE,
            List.of(
                RecordData.data("high water".getBytes(StandardCharsets.US_ASCII)),
                RecordData.of(256, new byte[] {9, 8, 7}).asOptional().inStream(77)));
    check("batch", batch.bytes());
    assertThat(Batch.decode(batch.bytes(), 1024)).isEqualTo(batch);
  }

  @Test
  void stampedBatch() throws IOException {
    Batch batch =
        Batch.encode(
            42,
            5,
            1_700_000_000_000_456L,
            0xCAFEBABE,
            List.of(
                RecordData.data("high".getBytes(StandardCharsets.US_ASCII))
                    .stamped(new Stamp(0x1020304050607080L, 9)),
                RecordData.of(256, new byte[] {9}).inStream(77).stamped(new Stamp(-1, 10)),
                RecordData.data(new byte[0])));
    check("stamped-batch", batch.bytes());
    assertThat(Batch.decode(batch.bytes(), 1024)).isEqualTo(batch);
  }

  @Test
  void mark() throws IOException {
    ByteBuffer frame = BatchFormat.littleEndian(ByteBuffer.allocate(Mark.BYTES));
    Mark mark = new Mark(41, 42);
    mark.encode(frame, HEADER, 4096);
    check("mark", frame.flip());
    assertThat(Mark.decode(frame, 0, HEADER, 4096)).contains(mark);
    assertThat(Mark.decode(frame, 0, HEADER, 4104)).as("elsewhere").isEqualTo(Optional.empty());
  }

  @Test
  void truncationIntent() throws IOException {
    TruncationIntent intent = new TruncationIntent(0x1122334455667788L, 3, 41, 0xCAFEBABE);
    check("truncation-intent", intent.encode());
    assertThat(TruncationIntent.decode(intent.encode())).contains(intent);
  }

  @Test
  void beginningIntent() throws IOException {
    BeginningIntent intent =
        new BeginningIntent(
            0x1122334455667788L,
            3,
            new Tail(41, 0xCAFEBABE, 5, 1_700_000_000_000_123L),
            ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    check("beginning-intent", intent.encode());
    assertThat(BeginningIntent.decode(intent.encode())).contains(intent);
  }

  @Test
  void tailCopy() throws IOException {
    TailCopy copy =
        new TailCopy(0x1122334455667788L, 3, 42, 4096, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    check("tail-copy", copy.encode());
    assertThat(TailCopy.decode(copy.encode())).contains(copy);
  }

  /// The files show 32 bytes a line; `*` stands for zeros to the end.
  private static void check(String name, ByteBuffer found) throws IOException {
    byte[] bytes = new byte[found.remaining()];
    found.duplicate().get(bytes);
    String text = dump(bytes);
    if (Boolean.getBoolean("tidemark.golden.rewrite")) {
      Files.writeString(Path.of("src/test/resources/golden", name + ".hex"), text);
    }
    try (var in = GoldenBytesTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
      assertThat(in).as("golden file of %s", name).isNotNull();
      assertThat(text).isEqualTo(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  private static String dump(byte[] bytes) {
    int used = bytes.length;
    while (used > 0 && bytes[used - 1] == 0) {
      used--;
    }
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < used; at += 32) {
      int end = Math.min(bytes.length, at + 32);
      text.append(HexFormat.of().formatHex(bytes, at, end)).append('\n');
    }
    return text.append("* ").append(bytes.length).append('\n').toString();
  }
}
