package io.tidemark.node.kv;

import io.tidemark.log.LogConfig;
import io.tidemark.node.kv.KvSnapshot.Origin;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads what [KvSnapshot] wrote, exactly that: anything else is a [SnapshotRefusedException] that
/// names file, position, expected and found. Nothing is allocated for a length that was not bounded
/// before.
final class KvSnapshotReader {
  /// A block of one entry holds what one record did.
  private static final int MAX_BLOCK_BYTES = LogConfig.MAX_BATCH_BYTES + (1 << 16);

  private final StoredFile file;
  private final long fileBytes;
  private final Map<String, KvState.Entry> entries = new HashMap<>();
  private String lastKey = "";
  private long lsn;
  private long count;

  private KvSnapshotReader(StoredFile file) {
    this.file = file;
    this.fileBytes = file.lengthBytes();
  }

  /// The store that the snapshot in `directory` holds; empty if there is none.
  static Optional<KvState> read(Directory directory, Origin origin) {
    if (!directory.list().contains(KvSnapshot.FILE)) {
      return Optional.empty();
    }
    try (StoredFile file = directory.open(KvSnapshot.FILE)) {
      return Optional.of(read(file, origin));
    }
  }

  /// The store that the snapshot in `file` holds.
  static KvState read(StoredFile file, Origin origin) {
    KvSnapshotReader reader = new KvSnapshotReader(file);
    reader.readHeader(origin);
    long position = KvSnapshot.HEADER_BYTES;
    while (position < reader.fileBytes) {
      position = reader.readBlock(position);
    }
    reader.expect(40, "entries", reader.count, reader.entries.size());
    return new KvState(reader.lsn, reader.entries);
  }

  /// The record at which the snapshot in `file` is; of its header alone.
  static long lsnOf(StoredFile file, Origin origin) {
    KvSnapshotReader reader = new KvSnapshotReader(file);
    reader.readHeader(origin);
    return reader.lsn;
  }

  private void readHeader(Origin origin) {
    ByteBuffer header = readFully(0, KvSnapshot.HEADER_BYTES);
    expectHex(0, "magic", KvSnapshot.MAGIC_VALUE, header.getLong(0));
    expect(8, "version", KvSnapshot.VERSION, header.getInt(8));
    expectHex(
        KvSnapshot.HEADER_CRC,
        "crc32c",
        Integer.toUnsignedLong(KvSnapshot.headerChecksum(header)),
        Integer.toUnsignedLong(header.getInt(KvSnapshot.HEADER_CRC)));
    expectHex(16, "log", origin.logId(), header.getLong(16));
    expect(32, "partition", origin.partition(), header.getInt(32));
    expect(48, "length of file", header.getLong(48), fileBytes);
    lsn = header.getLong(24);
    count = header.getLong(40);
  }

  /// Returns where the next one begins.
  private long readBlock(long position) {
    long length =
        Integer.toUnsignedLong(readFully(position, KvSnapshot.BLOCK_HEADER_BYTES).getInt(0));
    long room = Math.min(MAX_BLOCK_BYTES, fileBytes - position - KvSnapshot.BLOCK_HEADER_BYTES);
    if (length == 0 || length > room) {
      throw refused(position, "a block of 1 to " + room + " bytes", length);
    }
    ByteBuffer block = readFully(position, KvSnapshot.BLOCK_HEADER_BYTES + (int) length);
    expectHex(
        position + 4,
        "crc32c",
        Integer.toUnsignedLong(KvSnapshot.blockChecksum(lsn, position, block)),
        Integer.toUnsignedLong(block.getInt(4)));
    block.position(KvSnapshot.BLOCK_HEADER_BYTES);
    while (block.hasRemaining()) {
      readEntry(position, block);
    }
    return position + block.limit();
  }

  /// @param position of the block
  private void readEntry(long position, ByteBuffer block) {
    long at = position + block.position();
    if (block.remaining() < KvSnapshot.ENTRY_BYTES) {
      throw refused(at, "an entry", block.remaining() + " bytes");
    }
    int keyBytes = Short.toUnsignedInt(block.getShort());
    long valueBytes = Integer.toUnsignedLong(block.getInt());
    long setBy = block.getLong();
    if (keyBytes + valueBytes > block.remaining()) {
      throw refused(at, "an entry of at most " + block.remaining() + " bytes", valueBytes);
    }
    byte[] key = new byte[keyBytes];
    byte[] value = new byte[(int) valueBytes];
    block.get(key).get(value);
    String name = new String(key, StandardCharsets.UTF_8);
    if (setBy < 1 || setBy > lsn || (!entries.isEmpty() && name.compareTo(lastKey) <= 0)) {
      throw refused(at, "a key above '" + lastKey + "' set by 1 to " + lsn, name + " by " + setBy);
    }
    entries.put(name, new KvState.Entry(value, setBy));
    lastKey = name;
  }

  private ByteBuffer readFully(long position, int bytes) {
    if (bytes > fileBytes - position) {
      throw refused(position, bytes + " bytes", fileBytes - position);
    }
    ByteBuffer target = KvSnapshot.allocate(bytes);
    int read = file.read(target, position);
    if (read < bytes) {
      throw refused(position, bytes + " bytes", read);
    }
    return target.flip();
  }

  private void expect(long position, String what, long expected, long found) {
    if (expected != found) {
      throw refused(position, what + " " + expected, found);
    }
  }

  private void expectHex(long position, String what, long expected, long found) {
    if (expected != found) {
      throw refused(position, "%s %x".formatted(what, expected), Long.toHexString(found));
    }
  }

  private SnapshotRefusedException refused(long position, String expected, Object found) {
    return new SnapshotRefusedException(file.describe(), position, expected, found);
  }
}
