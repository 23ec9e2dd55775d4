package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import io.tidemark.storage.MappedFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
  FRAMES(frames()) {
    @Override
    void decode(ByteBuffer bytes) {
      Sample.Frames frames = new Sample.Frames(bytes);
      SegmentScan scan =
          SegmentScan.of(
              FrameWindow.over(frames, Sample.HEADER.segmentBytes()),
              Sample.HEADER,
              Sample.CONFIG,
              Long.MAX_VALUE);
      scan.facts(Sample.HEADER.segmentBytes(), new RecoveryFacts.Covering("note", 4096, 0));
      refuseIf(scan.content().endPosition() > Sample.HEADER.framesEnd());
    }

    /// What was written with larger limits is read, too.
    @Override
    int maxBatchBytes() {
      return LogConfig.MAX_BATCH_BYTES;
    }

    @Override
    void reseal(ByteBuffer bytes) {
      if (bytes.limit() >= Mark.BYTES + BatchFormat.HEADER_BYTES) {
        ByteBuffer salt = Sample.HEADER.salt(SegmentHeader.framesAt());
        bytes.putInt(8, Crc32c.around(salt, bytes, 0, 8, Mark.BYTES));
        BatchSeal.reseal(littleEndian(bytes.slice(Mark.BYTES, bytes.limit() - Mark.BYTES)));
      }
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
  BEGINNING(
      new BeginningIntent(7, 1, new Tail(42, 0xCAFE, 5, 1000), ByteBuffer.wrap(new byte[200]))
          .encode()) {
    @Override
    void decode(ByteBuffer bytes) {
      BeginningIntent.decode(bytes)
          .ifPresent(
              intent ->
                  refuseIf(
                      intent.producers().remaining() > bytes.limit()
                          || intent.tail().nextLsn() < 2
                          || intent.tail().epoch() < 0));
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

  /// The largest batch that it may have to do with.
  int maxBatchBytes() {
    return MAX_BATCH_BYTES;
  }

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

  /// A mark and two batches, and zeros to the end of what frames may take.
  private static ByteBuffer frames() {
    ByteBuffer frames = littleEndian(ByteBuffer.allocate(Sample.FRAMES_BYTES));
    new Mark(41, 42).encode(frames, Sample.HEADER, SegmentHeader.framesAt());
    frames.put(batch(Codec.NONE));
    BatchBuilder second = new BatchBuilder(MAX_BATCH_BYTES, Codec.LZ4);
    second.add(RecordData.data(new byte[900]));
    int checksum = Batch.decode(batch(Codec.NONE), MAX_BATCH_BYTES).checksum();
    second.seal(48, 5, 1002, checksum);
    return frames.put(second.toBatch().bytes()).clear();
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
    static final LogConfig CONFIG = LogConfig.defaults(7, 1).withSizes(16384, 2048);
    static final int FRAMES_BYTES = (int) (HEADER.framesEnd() - SegmentHeader.framesAt());

    /// A segment file with these bytes as its frames.
    record Frames(ByteBuffer bytes) implements MappedFile {
      Frames {
        byte[] file = new byte[(int) HEADER.segmentBytes()];
        int count = Math.min(bytes.limit(), file.length - (int) SegmentHeader.framesAt());
        bytes.get(0, file, (int) SegmentHeader.framesAt(), count);
        bytes = ByteBuffer.wrap(file);
      }

      @Override
      public void close() {}
    }
  }
}
