package io.tidemark.node.kv;

import io.tidemark.log.Log;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/// The store of one partition after a record, in a file beside the partition's log: so that the log
/// need not have what is before.
///
/// ```
///   0                 8        12       16                24                32       36
///   ├─────────────────┼────────┼────────┼─────────────────┼─────────────────┼────────┤
///   │   "TIDEKVSN"    │version │ CRC32C │     log id      │       LSN       │ parti- │
///   │                 │        │of these│                 │                 │ tion   │
///   ├────────┬────────┴────────┼────────┴────────┬────────┴─────────────────┴────────┘
///   │ zeros  │     entries     │ length of file  │ blocks, until there
///   ├────────┼────────┬────────┼─────────────────┼──
///   36       40                48                56
///
///   block    │ length │ CRC32C │ that many bytes of entries, whole ones
///   entry    │ key length u16 │ value length u32 │ LSN u64 │ key, UTF-8 │ value
/// ```
///
/// The checksum of a block is of LSN, the block's position, its length and its entries, so that a
/// block of another file or place is none of this one. Entries are in the order of their keys: the
/// same store has the same bytes on every node. Written and read with one block in memory, which
/// has [#BLOCK_BYTES], or one entry where that alone is larger. Writing also takes a reference for
/// each entry, to sort them.
final class KvSnapshot {
  /// Its name.
  static final String FILE = "kv-snapshot";

  static final long MAGIC_VALUE = 0x4E53564B45444954L;
  static final int VERSION = 1;
  static final int HEADER_BYTES = 56;
  static final int HEADER_CRC = 12;
  static final int BLOCK_HEADER_BYTES = 8;
  static final int ENTRY_BYTES = 14;
  static final int BLOCK_BYTES = 256 << 10;

  /// Of which log it is a snapshot.
  record Origin(long logId, int partition) {
    static Origin of(Log log) {
      return new Origin(log.config().logId(), log.config().partition());
    }
  }

  private final long lsn;
  private final StoredFile file;
  private ByteBuffer block = allocate(BLOCK_HEADER_BYTES + BLOCK_BYTES);
  private long position = HEADER_BYTES;

  private KvSnapshot(long lsn, StoredFile file) {
    this.lsn = lsn;
    this.file = file;
    begin();
  }

  /// Makes the file in `directory` say what `view` does; durable on return, and until then the one
  /// before is there. Takes as long as the disk; throws [CancellationException] soon after
  /// `stopped` says so.
  static void write(
      Directory directory, Origin origin, KvState.View view, BooleanSupplier stopped) {
    List<Map.Entry<String, KvState.Entry>> sorted = new ArrayList<>(view.entries().entrySet());
    sorted.sort(Comparator.comparing(Map.Entry::getKey));
    DurableNames.replace(
        directory,
        FILE,
        file -> {
          KvSnapshot snapshot = new KvSnapshot(view.lsn(), file);
          for (Map.Entry<String, KvState.Entry> one : sorted) {
            if (stopped.getAsBoolean()) {
              throw new CancellationException("the snapshot is not wanted any more");
            }
            snapshot.add(one.getKey().getBytes(StandardCharsets.UTF_8), one.getValue());
          }
          snapshot.end(origin, sorted.size());
        });
  }

  private void add(byte[] key, KvState.Entry entry) {
    int bytes = ENTRY_BYTES + key.length + entry.value().length;
    if (bytes > block.remaining()) {
      flush();
      if (bytes > block.remaining()) {
        block = allocate(BLOCK_HEADER_BYTES + bytes);
        begin();
      }
    }
    block.putShort((short) key.length).putInt(entry.value().length).putLong(entry.lsn());
    block.put(key).put(entry.value());
  }

  private void begin() {
    block.clear().position(BLOCK_HEADER_BYTES);
  }

  private void flush() {
    block.flip();
    if (block.limit() > BLOCK_HEADER_BYTES) {
      block.putInt(0, block.limit() - BLOCK_HEADER_BYTES);
      block.putInt(4, blockChecksum(lsn, position, block));
      file.write(block, position);
      position += block.limit();
    }
    if (block.capacity() > BLOCK_HEADER_BYTES + BLOCK_BYTES) {
      block = allocate(BLOCK_HEADER_BYTES + BLOCK_BYTES);
    }
    begin();
  }

  private void end(Origin origin, long entries) {
    flush();
    ByteBuffer header = allocate(HEADER_BYTES);
    header.putLong(MAGIC_VALUE).putInt(VERSION).putInt(0).putLong(origin.logId()).putLong(lsn);
    header.putInt(origin.partition()).putInt(0).putLong(entries).putLong(position).flip();
    file.write(header.putInt(HEADER_CRC, headerChecksum(header)), 0);
  }

  static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static int headerChecksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(0, HEADER_CRC));
    crc.update(header.slice(HEADER_CRC + Integer.BYTES, HEADER_BYTES - HEADER_CRC - Integer.BYTES));
    return (int) crc.getValue();
  }

  /// Of the block at `position` of the snapshot at record `lsn`: all of `block`, which begins with
  /// its length.
  static int blockChecksum(long lsn, long position, ByteBuffer block) {
    CRC32C crc = new CRC32C();
    crc.update(allocate(2 * Long.BYTES).putLong(lsn).putLong(position).flip());
    crc.update(block.slice(0, Integer.BYTES));
    crc.update(block.slice(BLOCK_HEADER_BYTES, block.limit() - BLOCK_HEADER_BYTES));
    return (int) crc.getValue();
  }
}
