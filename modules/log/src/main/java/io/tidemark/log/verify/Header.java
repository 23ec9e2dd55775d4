package io.tidemark.log.verify;

import static io.tidemark.log.verify.Layout.hex;

import io.tidemark.log.verify.Finding.Kind;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;

/// The first block of a segment.
///
/// @param previousBaseLsn base LSN of the segment before; 0 for the first of a log
/// @param previous the last batch before this segment
public record Header(
    String file,
    long logId,
    int partition,
    int blockBytes,
    long segmentBytes,
    int footerBytes,
    long baseLsn,
    long previousBaseLsn,
    ChainEnd previous) {
  private static final int ROOM_FROM = 92;

  /// Where frames end at the latest and the footer begins.
  public long framesEnd() {
    return segmentBytes - footerBytes;
  }

  /// The name of the segment that begins with `baseLsn`.
  static String fileName(long baseLsn) {
    return String.format(Locale.ROOT, "%020d.segment", baseLsn);
  }

  /// The header at the start of `bytes`, a file of `fileBytes`; none, and a finding, if it is not
  /// sound.
  static Optional<Header> decode(ByteBuffer bytes, long fileBytes, Findings findings) {
    if (bytes.limit() < Layout.BLOCK_BYTES) {
      return refused(
          findings, 0, "at least " + Layout.BLOCK_BYTES + " bytes", fileBytes + " bytes");
    }
    if (bytes.getLong(0) != Layout.SEGMENT_MAGIC) {
      return refused(findings, 0, "TIDEMARK", hex(bytes.getLong(0)));
    }
    int computed = Layout.crcAround(bytes, 0, 12, Layout.BLOCK_BYTES);
    if (bytes.getInt(12) != computed) {
      return refused(findings, 12, "checksum " + hex(computed), hex(bytes.getInt(12)));
    }
    if (bytes.getInt(8) != Layout.VERSION || bytes.getInt(16) != Layout.BLOCK_BYTES) {
      String found = bytes.getInt(8) + ", header of " + bytes.getInt(16) + " bytes";
      findings.add(Kind.UNKNOWN_VERSION, 8, "version " + Layout.VERSION, found);
      return Optional.empty();
    }
    int notZero = Layout.firstNotZero(bytes, ROOM_FROM, Layout.BLOCK_BYTES);
    if (notZero < Layout.BLOCK_BYTES) {
      findings.add(Kind.UNKNOWN_VERSION, notZero, "zeros", hex(bytes.get(notZero)));
      return Optional.empty();
    }
    return fields(bytes, findings).filter(header -> header.isSane(fileBytes, findings));
  }

  private static Optional<Header> fields(ByteBuffer bytes, Findings findings) {
    return Optional.of(
        new Header(
            findings.file(),
            bytes.getLong(32),
            bytes.getInt(40),
            bytes.getInt(20),
            bytes.getLong(24),
            bytes.getInt(88),
            bytes.getLong(48),
            bytes.getLong(56),
            new ChainEnd(
                bytes.getLong(64), bytes.getInt(44), bytes.getLong(72), bytes.getLong(80))));
  }

  private boolean isSane(long fileBytes, Findings findings) {
    if (segmentBytes != fileBytes || fileBytes > Layout.MAX_SEGMENT_BYTES) {
      findings.add(Kind.HEADER, 24, "a file of " + segmentBytes + " bytes", fileBytes + " bytes");
      return false;
    }
    if (!fileName(baseLsn).equals(file)) {
      findings.add(Kind.HEADER, 48, "the name " + fileName(baseLsn), file);
      return false;
    }
    boolean sane =
        logId != 0
            && partition >= 0
            && Integer.bitCount(blockBytes) == 1
            && blockBytes >= Layout.ALIGNMENT
            && segmentBytes % Layout.BLOCK_BYTES == 0
            && footerBytes >= Layout.BLOCK_BYTES
            && footerBytes % Layout.BLOCK_BYTES == 0
            && framesEnd() >= Layout.FRAMES_AT
            && baseLsn >= 1
            && previous.lastLsn() == baseLsn - 1
            && previousBaseLsn >= 0
            && previousBaseLsn < baseLsn
            && previous.epoch() >= 0
            && previous.timeMicros() >= 0
            && (previous.lastLsn() > 0 || previous.equals(ChainEnd.NONE));
    if (!sane) {
      findings.add(Kind.HEADER, 16, "fields that fit each other", toString());
    }
    return sane;
  }

  private static Optional<Header> refused(
      Findings findings, long position, String expected, String found) {
    findings.add(Kind.HEADER, position, expected, found);
    return Optional.empty();
  }
}
