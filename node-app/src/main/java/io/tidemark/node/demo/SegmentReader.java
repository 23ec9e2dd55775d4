package io.tidemark.node.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// Reads the segment files of one partition, knowing only the format: shares no code with
/// `modules/log`.
///
/// The format is drawn in `modules/log`: two blocks of 4096 bytes, frames, and what the header says
/// is kept for the footer. Every frame starts with its length and its kind; length 0 ends the
/// written part.
public final class SegmentReader {
  /// Length of the blocks before the first frame.
  public static final int HEADER_BYTES = 8192;

  private static final int BATCH_HEADER_BYTES = 64;
  private static final int RECORD_HEADER_BYTES = 8;
  private static final int BATCH = 0x48435442;
  private static final int MARK = 0x4B52414D;
  private static final int ANCHOR_RECORD = 2;
  private static final int KEYED = 2;
  private static final int FOOTER_LENGTH_AT = 88;

  private final List<Entry> entries = new ArrayList<>();
  private final NavigableMap<Long, ByteBuffer> batches = new TreeMap<>();
  private long lastLsn;
  private int lastChecksum;
  private int writtenBytes;

  /// One record.
  public record Entry(long lsn, int type, byte[] payload) {}

  private SegmentReader() {}

  /// Reads all segments in `directory`; throws [IllegalStateException] naming file and position
  /// where something is not as it must be.
  public static SegmentReader read(Path directory) throws IOException {
    SegmentReader reader = new SegmentReader();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".segment")).sorted().toList()) {
        reader.segment(file);
      }
    }
    return reader;
  }

  private void segment(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int position = HEADER_BYTES;
    int end = bytes.limit() - bytes.getInt(FOOTER_LENGTH_AT);
    while (position + 8 <= end && bytes.getInt(position) != 0) {
      int length = bytes.getInt(position);
      int kind = bytes.getInt(position + 4);
      if (length < 8 || length > end - position) {
        throw wrong(file, position, "a frame of " + length + " bytes");
      }
      switch (kind) {
        case BATCH -> batch(file, position, bytes.slice(position, length));
        case MARK -> {
          // Says what was synced; nothing to compare.
        }
        default -> throw wrong(file, position, "a frame of kind %08x".formatted(kind));
      }
      position += length;
    }
    writtenBytes = position;
  }

  private void batch(Path file, int position, ByteBuffer slice) {
    ByteBuffer batch = slice.order(ByteOrder.LITTLE_ENDIAN);
    if (batch.limit() < BATCH_HEADER_BYTES) {
      throw wrong(file, position, "a batch of " + batch.limit() + " bytes");
    }
    int checksum = crc(batch, 0, 8, 12, BATCH_HEADER_BYTES);
    if (batch.getInt(8) != checksum) {
      throw wrong(file, position, "a batch header whose checksum is wrong");
    }
    int bodyLength = batch.getInt(40);
    if (batch.getInt(44) != crc(batch, BATCH_HEADER_BYTES, BATCH_HEADER_BYTES + bodyLength, 0, 0)) {
      throw wrong(file, position, "a batch body whose checksum is wrong");
    }
    if (batch.getLong(16) != lastLsn + 1 || batch.getInt(48) != lastChecksum) {
      throw wrong(file, position, "a batch that does not follow LSN " + lastLsn);
    }
    lastChecksum = checksum;
    records(file, position, batch, batch.getInt(12), bodyLength);
    batches.put(lastLsn, batch.duplicate());
  }

  private void records(Path file, int position, ByteBuffer batch, int count, int bodyLength) {
    int at = BATCH_HEADER_BYTES;
    for (int i = 0; i < count; i++) {
      int length = batch.getInt(at);
      int flags = batch.getShort(at + 6);
      int head = RECORD_HEADER_BYTES + ((flags & KEYED) != 0 ? Long.BYTES : 0);
      if (length < 0 || at + head + length > BATCH_HEADER_BYTES + bodyLength) {
        throw wrong(file, position, "a record of " + length + " bytes");
      }
      byte[] payload = new byte[length];
      batch.get(at + head, payload);
      entries.add(new Entry(++lastLsn, Short.toUnsignedInt(batch.getShort(at + 4)), payload));
      at += (head + length + 7) / 8 * 8;
    }
  }

  /// CRC32C of two ranges of `bytes`, the second perhaps empty.
  private static int crc(ByteBuffer bytes, int from, int to, int from2, int to2) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(from).limit(to));
    crc.update(bytes.duplicate().position(from2).limit(to2));
    return (int) crc.getValue();
  }

  private static IllegalStateException wrong(Path file, int position, String found) {
    return new IllegalStateException(file + " at position " + position + ": " + found);
  }

  /// All records, by LSN from 1.
  public List<Entry> entries() {
    return entries;
  }

  /// The last LSN.
  public long lastLsn() {
    return lastLsn;
  }

  /// How much of the last segment is written.
  public int writtenBytes() {
    return writtenBytes;
  }

  /// SHA-256 over the bytes of all batches that end at or before `lsn`, in hexadecimal.
  public String sha256(long lsn) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      batches.headMap(lsn, true).values().forEach(batch -> digest.update(batch.duplicate()));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// How the replicas in `replicas` differ, if they do, in a sentence. After the last record that
  /// all have, one that led at the end may have anchors, and nothing else.
  public static Optional<String> difference(List<SegmentReader> replicas) {
    long common = replicas.stream().mapToLong(SegmentReader::lastLsn).min().orElse(0);
    String sha256 = replicas.getFirst().sha256(common);
    for (int i = 0; i < replicas.size(); i++) {
      SegmentReader replica = replicas.get(i);
      if (!replica.sha256(common).equals(sha256)) {
        return Optional.of("replicas 0 and %d differ at or before LSN %d".formatted(i, common));
      }
      for (Entry entry : replica.entries.subList((int) common, replica.entries.size())) {
        if (entry.type() != ANCHOR_RECORD) {
          return Optional.of(
              "only some have LSN %d: replica %d ends at %d".formatted(entry.lsn(), i, common));
        }
      }
    }
    return Optional.empty();
  }
}
