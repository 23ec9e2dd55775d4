package io.tidemark.log.verify;

import io.tidemark.log.verify.Finding.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The files beside the segments, each a block with a checksum of its own.
///
/// Common to all: magic, version at 8, checksum at 12, log id at 16.
final class SmallFiles {
  static final String FLOOR = "floor";
  static final String INTENT = "truncation.intent";
  static final String BEGINNING = "beginning.intent";
  static final String COPY = "tail.copy";

  private static final int MAX_HOLDERS = 1024;
  private static final int MAX_NAME_BYTES = 255;

  /// Whose a file is.
  record Owner(String file, long logId, int partition) {}

  record Floor(Owner owner, long lsn, Map<String, Long> holders) {}

  record Intent(Owner owner, long lsn, int checksum) {}

  /// The log is to begin anew behind LSN.
  record Beginning(Owner owner, ChainEnd tail) {}

  record Copy(Owner owner, long baseLsn, int position, ByteBuffer bytes) {}

  private SmallFiles() {}

  static Optional<Floor> floor(ByteBuffer block, Findings findings) {
    if (!isWhole(block, Layout.FLOOR_MAGIC, 40, Kind.FLOOR, findings)) {
      return Optional.empty();
    }
    Map<String, Long> holders = new TreeMap<>();
    int count = block.getInt(36);
    int at = 40;
    for (int i = 0; i < count && at >= 0; i++) {
      at = holder(block, at, holders);
    }
    long lsn = block.getLong(24);
    if (at != block.limit() || count > MAX_HOLDERS || holders.size() != count || lsn < 1) {
      String found =
          "%d of them, floor %d, up to %d of %d".formatted(count, lsn, at, block.limit());
      findings.add(Kind.FLOOR, 24, "a floor and its holders", found);
      return Optional.empty();
    }
    Owner owner = new Owner(FLOOR, block.getLong(16), block.getInt(32));
    return Optional.of(new Floor(owner, lsn, holders));
  }

  /// Reads the holder at `at`; where the next one begins, -1 if it is none.
  private static int holder(ByteBuffer block, int at, Map<String, Long> holders) {
    if (block.limit() - at < 12) {
      return -1;
    }
    int length = block.getInt(at + 8);
    int end = (int) Layout.align(at + 12 + (long) Math.clamp(length, 0, MAX_NAME_BYTES), 8);
    int nameEnd = at + 12 + length;
    if (length < 1 || length > MAX_NAME_BYTES || end > block.limit()) {
      return -1;
    }
    try {
      ByteBuffer name = block.slice(at + 12, length);
      holders.put(StandardCharsets.UTF_8.newDecoder().decode(name).toString(), block.getLong(at));
      return Layout.firstNotZero(block, nameEnd, end) == end ? end : -1;
    } catch (CharacterCodingException e) {
      return -1;
    }
  }

  static Optional<Intent> intent(ByteBuffer block, Findings findings) {
    if (!isWhole(block, Layout.INTENT_MAGIC, 40, Kind.INTENT, findings)) {
      return Optional.empty();
    }
    Owner owner = new Owner(INTENT, block.getLong(16), block.getInt(36));
    return Optional.of(new Intent(owner, block.getLong(24), block.getInt(32)));
  }

  static Optional<Beginning> beginning(ByteBuffer block, Findings findings) {
    if (!isWhole(block, Layout.BEGINNING_MAGIC, 64, Kind.INTENT, findings)) {
      return Optional.empty();
    }
    ChainEnd tail =
        new ChainEnd(block.getLong(24), block.getInt(48), block.getLong(32), block.getLong(40));
    int length = block.getInt(56);
    boolean isSane = tail.lastLsn() > 0 && tail.epoch() >= 0 && tail.timeMicros() >= 0;
    if (length != block.limit() - 64 || block.getInt(60) != 0 || !isSane) {
      String found = length + " bytes behind " + tail;
      findings.add(Kind.INTENT, 24, "a batch, and " + (block.limit() - 64) + " bytes", found);
      return Optional.empty();
    }
    return Optional.of(
        new Beginning(new Owner(BEGINNING, block.getLong(16), block.getInt(52)), tail));
  }

  static Optional<Copy> copy(ByteBuffer block, Findings findings) {
    if (!isWhole(block, Layout.COPY_MAGIC, 48, Kind.COPY, findings)) {
      return Optional.empty();
    }
    int length = block.getInt(28);
    long position = block.getLong(40);
    if (length != block.limit() - 48
        || position < Layout.FRAMES_AT
        || position + length > Layout.MAX_SEGMENT_BYTES) {
      String found = length + " bytes for " + position;
      findings.add(Kind.COPY, 28, block.limit() - 48 + " bytes", found);
      return Optional.empty();
    }
    Owner owner = new Owner(COPY, block.getLong(16), block.getInt(24));
    return Optional.of(new Copy(owner, block.getLong(32), (int) position, block.slice(48, length)));
  }

  private static boolean isWhole(
      ByteBuffer block, long magic, int leastBytes, Kind kind, Findings findings) {
    if (block.limit() < leastBytes || block.getLong(0) != magic) {
      findings.add(kind, 0, Layout.hex(magic), block.limit() + " bytes that begin otherwise");
      return false;
    }
    int computed = Layout.crcAround(block, 0, 12, block.limit());
    if (block.getInt(12) != computed) {
      String found = Layout.hex(block.getInt(12));
      findings.add(kind, 12, "checksum " + Layout.hex(computed), found);
      return false;
    }
    if (block.getInt(8) != Layout.VERSION) {
      String found = Integer.toUnsignedString(block.getInt(8));
      findings.add(Kind.UNKNOWN_VERSION, 8, "version " + Layout.VERSION, found);
      return false;
    }
    return true;
  }
}
