package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// A decoder, something that it takes, and how hostile bytes get past its checksum.
enum FuzzTarget {
  BATCH(batch(Codec.NONE)) {
    @Override
    void decode(ByteBuffer bytes) {
      decodeBatch(bytes);
    }

    @Override
    void reseal(ByteBuffer bytes) {
      resealBatch(bytes);
    }
  },
  LZ4_BODY(batch(Codec.LZ4)) {
    @Override
    void decode(ByteBuffer bytes) {
      decodeBatch(bytes);
    }

    @Override
    void reseal(ByteBuffer bytes) {
      resealBatch(bytes);
    }
  },
  ZSTD_BODY(batch(Codec.ZSTD)) {
    @Override
    void decode(ByteBuffer bytes) {
      decodeBatch(bytes);
    }

    @Override
    void reseal(ByteBuffer bytes) {
      resealBatch(bytes);
    }
  },
  SEGMENT_HEADER(Sample.HEADER.encode()) {
    @Override
    void decode(ByteBuffer bytes) {
      if (SegmentHeader.decode(bytes, Sample.HEADER.segmentBytes())
          instanceof SegmentHeader.Decoded.Sound(SegmentHeader header)) {
        // What memory is allocated by.
        refuseIf(
            header.blockBytes() > 1 << 16 || header.segmentBytes() != Sample.HEADER.segmentBytes());
        refuseIf(header.framesEnd() < SegmentHeader.framesAt() || header.footerBytes() < 0);
      }
    }

    @Override
    void reseal(ByteBuffer bytes) {
      seal(bytes, 12, ByteBuffer.allocate(0));
    }
  },
  FOOTER(footer()) {
    @Override
    void decode(ByteBuffer bytes) {
      Footer.decode(bytes, Sample.HEADER).ifPresent(footer -> footer.index().positionOfLsn(7, 0));
    }

    @Override
    void reseal(ByteBuffer bytes) {
      seal(bytes, 12, Sample.HEADER.salt(Sample.HEADER.framesEnd()));
    }
  },
  SYNC_NOTE(new SyncNote(2, 50, 9000).encodeWith(new SyncNote(1, 44, 8600), Sample.HEADER)) {
    @Override
    void decode(ByteBuffer bytes) {
      SyncNote.newest(bytes, Sample.HEADER);
    }

    @Override
    void reseal(ByteBuffer bytes) {
      if (bytes.limit() >= 32) {
        ByteBuffer salt = Sample.HEADER.salt(SegmentHeader.HEADER_BYTES);
        bytes.putInt(4, Crc32c.around(salt, bytes, 0, 4, 32));
      }
    }
  },
  MARK(mark()) {
    @Override
    void decode(ByteBuffer bytes) {
      Mark.decode(bytes, 0, Sample.HEADER, 8192);
    }

    @Override
    void reseal(ByteBuffer bytes) {
      seal(bytes, 8, Sample.HEADER.salt(8192));
    }
  },
  FLOOR(new Floor(7, 1, 42, Map.of("reader", 3L, "an archive far away", 9L)).encode()) {
    @Override
    void decode(ByteBuffer bytes) {
      Floor.decode(bytes).ifPresent(floor -> refuseIf(floor.holders().size() > bytes.limit() / 16));
    }

    @Override
    void reseal(ByteBuffer bytes) {
      seal(bytes, 12, ByteBuffer.allocate(0));
    }
  },
  INTENT(new TruncationIntent(7, 1, 42, 0xCAFE).encode()) {
    @Override
    void decode(ByteBuffer bytes) {
      TruncationIntent.decode(bytes);
    }

    @Override
    void reseal(ByteBuffer bytes) {
      seal(bytes, 12, ByteBuffer.allocate(0));
    }
  },
  TAIL_COPY(new TailCopy(7, 1, 42, 8192, ByteBuffer.wrap(new byte[200])).encode()) {
    @Override
    void decode(ByteBuffer bytes) {
      TailCopy.decode(bytes).ifPresent(copy -> refuseIf(copy.bytes().remaining() > bytes.limit()));
    }

    @Override
    void reseal(ByteBuffer bytes) {
      seal(bytes, 12, ByteBuffer.allocate(0));
    }
  },
  RESUME_TOKEN(
      ByteBuffer.wrap(
          new ResumeToken(7, 1, 42, 0xCAFE).toString().getBytes(StandardCharsets.ISO_8859_1))) {
    @Override
    void decode(ByteBuffer bytes) {
      try {
        ResumeToken.parse(StandardCharsets.ISO_8859_1.decode(bytes).toString());
      } catch (IllegalArgumentException e) {
        // documented
      }
    }

    @Override
    void reseal(ByteBuffer bytes) {}
  };

  /// The largest batch that is taken.
  static final int MAX_BATCH_BYTES = 4096;

  private final byte[] seed;

  FuzzTarget(ByteBuffer seed) {
    this.seed = new byte[seed.remaining()];
    seed.get(this.seed);
  }

  /// Bytes that it takes.
  byte[] seed() {
    return seed.clone();
  }

  /// Decodes all of `bytes`; throws only what is no documented answer.
  abstract void decode(ByteBuffer bytes);

  /// Makes the checksums right again.
  abstract void reseal(ByteBuffer bytes);

  private static void decodeBatch(ByteBuffer bytes) {
    try {
      Batch batch = Batch.decode(bytes, MAX_BATCH_BYTES);
      refuseIf(batch.sizeBytes() > MAX_BATCH_BYTES || batch.records().isEmpty());
    } catch (BatchRefused e) {
      // documented
    }
  }

  private static void resealBatch(ByteBuffer bytes) {
    if (bytes.limit() >= BatchFormat.HEADER_BYTES) {
      BatchSeal.reseal(bytes);
    }
  }

  private static void refuseIf(boolean wrong) {
    if (wrong) {
      throw new AssertionError("decoded what is not possible");
    }
  }

  private static void seal(ByteBuffer bytes, int at, ByteBuffer salt) {
    if (bytes.limit() >= at + Integer.BYTES) {
      bytes.putInt(at, Crc32c.around(salt, bytes, 0, at, bytes.limit()));
    }
  }

  private static ByteBuffer batch(Codec codec) {
    BatchBuilder builder = new BatchBuilder(MAX_BATCH_BYTES, codec);
    for (int i = 0; i < 6; i++) {
      builder.add(RecordData.data(new byte[20 * i]).inStream(i));
    }
    builder.seal(42, 5, 1001, 3);
    return builder.toBatch().bytes();
  }

  private static ByteBuffer footer() {
    SegmentIndex index = new SegmentIndex(1);
    SegmentContent content = SegmentContent.emptyAfter(Sample.HEADER.previous());
    for (int i = 0; i < 9; i++) {
      index.add(42 + i, 1001 + i, 8192 + 100 * i);
      content = content.with(new Tail(42 + i, i, 5 + i, 1001 + i), 1, 8292 + 100 * i);
    }
    return new Footer(content, index).encode(Sample.HEADER);
  }

  private static ByteBuffer mark() {
    ByteBuffer bytes = littleEndian(ByteBuffer.allocate(Mark.BYTES));
    new Mark(41, 42).encode(bytes, Sample.HEADER, 8192);
    return bytes.flip();
  }

  // Apart, because constants of an enum are made before its other static fields.
  private static final class Sample {
    static final SegmentHeader HEADER =
        new SegmentHeader(7, 1, 8, 16384, 4096, 42, 17, new Tail(41, 3, 5, 1000));
  }

  /// The targets by name, all where none is named.
  static List<FuzzTarget> named(List<String> names) {
    return names.isEmpty() ? List.of(values()) : names.stream().map(FuzzTarget::valueOf).toList();
  }
}
