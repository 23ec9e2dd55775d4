package io.tidemark.log.verify;

import static io.tidemark.log.verify.Layout.hex;
import static io.tidemark.log.verify.Layout.littleEndian;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.tidemark.log.verify.Finding.Kind;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/// One batch in its file. One thread; used again for the next one, so a [Visitor] keeps nothing of
/// it.
public final class BatchSeen {
  private static final int NONE = 0;
  private static final int LZ4 = 1;
  private static final int ZSTD = 2;
  private static final int STAMPED = 1;

  private final Header header;
  private final ByteBuffer bytes;
  private final Findings findings;
  private final RecordSeen records = new RecordSeen();
  private ByteBuffer uncompressed = littleEndian(ByteBuffer.allocateDirect(0));
  private int at;
  private int length;
  private boolean compressed;

  BatchSeen(Header header, ByteBuffer bytes, Findings findings) {
    this.header = header;
    this.bytes = bytes;
    this.findings = findings;
  }

  /// Checks the header of the batch at `position`; afterwards its length is known.
  boolean checkHeader(int position) {
    at = position;
    length = 0;
    int end = at + Layout.BATCH_HEADER_BYTES;
    if (end > header.framesEnd() || bytes.getInt(at + 4) != Layout.BATCH_MAGIC) {
      return refused(Kind.BATCH_HEADER, at, "a batch or a mark", hex(bytes.getLong(at)));
    }
    int computed = Layout.crcAround(bytes, at, at + 8, end);
    if (computed != checksum()) {
      return refused(Kind.BATCH_HEADER, at + 8, "checksum " + hex(computed), hex(checksum()));
    }
    int body = bytes.getInt(at + 40);
    int frame = bytes.getInt(at);
    if (body < 0
        || frame != Layout.align(Layout.BATCH_HEADER_BYTES + (long) body, Layout.ALIGNMENT)
        || frame > Layout.MAX_BATCH_BYTES
        || Layout.align(at + (long) frame, header.blockBytes()) > header.framesEnd()) {
      String found = "a frame of " + frame + " with a body of " + body;
      return refused(Kind.BATCH_HEADER, at, "lengths that fit", found);
    }
    length = frame;
    return checkFields();
  }

  private boolean checkFields() {
    boolean sane =
        recordCount() >= 1
            && baseLsn() >= 1
            && baseLsn() <= Long.MAX_VALUE - recordCount()
            && epoch() >= 0
            && timeMicros() >= 0;
    return sane || refused(Kind.BATCH_HEADER, at, "fields that fit each other", toString());
  }

  /// Checks the rest of a batch with a sound header: body, padding, kind, records, rest of the
  /// block.
  boolean checkRest() {
    int from = at + Layout.BATCH_HEADER_BYTES;
    int to = from + bodyBytes();
    int computed = Layout.crc(bytes, from, to);
    if (bytes.getInt(at + 44) != computed) {
      String found = hex(bytes.getInt(at + 44));
      return refused(Kind.BATCH_BODY, from, "checksum " + hex(computed), found);
    }
    int zerosEnd = (int) endPosition();
    int notZero = zerosEnd == to ? to : Layout.firstNotZero(bytes, to, zerosEnd);
    if (notZero < zerosEnd) {
      String found = hex(bytes.get(notZero));
      return refused(Kind.NOT_ZERO, notZero, "zeros up to " + zerosEnd, found);
    }
    if (!checkKind()) {
      return false;
    }
    if (!decompress(from)) {
      String expected = "a body of " + uncompressedBytes() + " bytes";
      return refused(Kind.BATCH_BODY, from, expected, "codec " + codec() + " gives none");
    }
    RecordSeen all = records();
    String wrong = all.check();
    if (wrong.isEmpty()) {
      boolean agrees = all.someStamped() == stamped();
      String found = "a flag that says " + stamped();
      return agrees || refused(Kind.BATCH_HEADER, at + 54, "stamped: " + all.someStamped(), found);
    }
    Kind kind = all.isOfLaterRelease() ? Kind.UNKNOWN_VERSION : Kind.RECORDS;
    return refused(kind, from, recordCount() + " records that fill the body", wrong);
  }

  /// What a later release may have written otherwise. Only where the whole batch is as somebody
  /// wrote it: a torn one is none of a later release.
  private boolean checkKind() {
    int codec = codec();
    if (codec > ZSTD || flags() > STAMPED || bytes.getInt(at + 60) != 0) {
      String found = "codec " + codec + ", word " + hex(bytes.getLong(at + 52));
      return refused(
          Kind.UNKNOWN_VERSION, at + 52, "a codec of 0 to 2, flags 0 or 1, zeros", found);
    }
    int body = bodyBytes();
    int plain = uncompressedBytes();
    boolean fits = codec == NONE ? plain == body : plain > body && plain <= Layout.MAX_BATCH_BYTES;
    String found = "a body of " + body + " with codec " + codec;
    return fits || refused(Kind.BATCH_HEADER, at + 56, "another length than " + plain, found);
  }

  private boolean decompress(int from) {
    compressed = codec() != NONE;
    if (!compressed) {
      return true;
    }
    int plain = uncompressedBytes();
    if (uncompressed.capacity() < plain) {
      uncompressed = littleEndian(ByteBuffer.allocateDirect(plain));
    }
    ByteBuffer to = uncompressed.clear().limit(plain);
    ByteBuffer stored = bytes.slice(from, bodyBytes());
    try {
      if (codec() == LZ4) {
        LZ4Factory.fastestInstance().safeDecompressor().decompress(stored, to);
        return !to.hasRemaining();
      }
      long got = Zstd.decompressDirectByteBuffer(to, 0, plain, stored, 0, stored.remaining());
      return got == plain;
    } catch (LZ4Exception | ZstdException e) {
      return false;
    } finally {
      uncompressed.clear();
    }
  }

  private boolean refused(Kind kind, long position, String expected, String found) {
    findings.add(kind, position, expected, found);
    return false;
  }

  /// Its records, from the first on, checked already.
  public RecordSeen records() {
    int from = compressed ? 0 : at + Layout.BATCH_HEADER_BYTES;
    return records.over(
        compressed ? uncompressed : bytes,
        from,
        from + uncompressedBytes(),
        baseLsn(),
        recordCount());
  }

  /// Its bytes as they are on disk, from its length to its padding.
  public ByteBuffer bytes() {
    return bytes.slice(at, length).asReadOnlyBuffer();
  }

  /// Whether [#checkHeader] came to a length that counts.
  boolean lengthIsKnown() {
    return length > 0;
  }

  /// Where in its file it begins.
  public long position() {
    return at;
  }

  /// Where the next frame begins.
  long endPosition() {
    return Layout.align((long) at + length, header.blockBytes());
  }

  /// The segment it is in.
  public Header segment() {
    return header;
  }

  /// Length of the frame.
  public int lengthBytes() {
    return length;
  }

  /// The LSN of its first record.
  public long baseLsn() {
    return bytes.getLong(at + 16);
  }

  /// The LSN of its last record.
  public long lastLsn() {
    return baseLsn() + recordCount() - 1;
  }

  /// How many records it holds.
  public int recordCount() {
    return bytes.getInt(at + 12);
  }

  /// The epoch of its leader.
  public long epoch() {
    return bytes.getLong(at + 24);
  }

  /// Microseconds since 1970.
  public long timeMicros() {
    return bytes.getLong(at + 32);
  }

  /// Length of the body as stored.
  public int bodyBytes() {
    return bytes.getInt(at + 40);
  }

  /// Length of the records.
  public int uncompressedBytes() {
    return bytes.getInt(at + 56);
  }

  /// 0 none, 1 LZ4, 2 Zstandard.
  public int codec() {
    return Short.toUnsignedInt(bytes.getShort(at + 52));
  }

  private int flags() {
    return Short.toUnsignedInt(bytes.getShort(at + 54));
  }

  /// Whether a record of it is stamped by its producer.
  public boolean stamped() {
    return flags() == STAMPED;
  }

  /// What the next batch repeats.
  public int checksum() {
    return bytes.getInt(at + 8);
  }

  /// That of the batch before.
  public int previousChecksum() {
    return bytes.getInt(at + 48);
  }

  /// What comes next must continue this.
  public ChainEnd end() {
    return new ChainEnd(lastLsn(), checksum(), epoch(), timeMicros());
  }

  @Override
  public String toString() {
    return "batch of %d records from LSN %d, epoch %d, time %d, after %08x"
        .formatted(recordCount(), baseLsn(), epoch(), timeMicros(), previousChecksum());
  }
}
