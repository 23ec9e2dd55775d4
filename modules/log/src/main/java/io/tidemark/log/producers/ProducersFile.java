package io.tidemark.log.producers;

import io.tidemark.foundation.Check;
import io.tidemark.log.BelowFirstLsnException;
import io.tidemark.log.Log;
import io.tidemark.log.LogCursor;
import io.tidemark.log.ResumeRefusedException;
import io.tidemark.log.ResumeToken;
import io.tidemark.log.Selection;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What [Producers] knew at a moment, in a file beside the log, so that it need not be found out
/// from all of the log when that is opened.
///
/// ```
///   0                 8        12       16                24                32       36
///   ├─────────────────┼────────┼────────┼─────────────────┼─────────────────┼────────┤
///   │   "TIDEPROD"    │version │ CRC32C │     log id      │       LSN       │ parti- │
///   │                 │        │        │                 │                 │ tion   │
///   ├────────┬────────┼────────┴────────┼─────────────────┼────────┬────────┼────────┘
///   │checksum│producer│    producer     │  its last       │  how   │ zeros  │ that many LSNs,
///   │of batch│ count  │                 │  sequence       │  many  │        │ oldest first
///   ├────────┴────────┼─────────────────┴─────────────────┴────────┴────────┴──────────
///   36                44    per producer, in the order of their newest LSNs
/// ```
///
/// It holds for the log up to LSN, whose batch has that checksum. Nothing depends on it: where it
/// is missing, damaged, of another log, or of records that were truncated or trimmed since, all
/// that there is of the log is gone over instead. That is not slow either, since the bodies of
/// batches without stamps are left alone.
public final class ProducersFile {
  /// Its name.
  public static final String FILE = "producers";

  private static final long MAGIC_VALUE = 0x444F525045444954L;
  private static final int VERSION = 1;
  private static final int CRC = 12;
  private static final int PRODUCERS = 44;
  private static final Selection STAMPED = Selection.ALL.ofProducers();

  private ProducersFile() {}

  /// Fills `producers` from the log, with the help of the file where that is of use; all of the log
  /// is durable. Returns whether it was of use.
  ///
  /// Fails as a cursor of the log does.
  public static boolean restore(Log log, Producers producers) {
    producers.clear();
    Optional<LogCursor> behind =
        read(log, producers.limits())
            .flatMap(file -> decode(file, producers))
            .flatMap(known -> resumed(log, known));
    if (behind.isEmpty()) {
      producers.clear();
    }
    LogCursor cursor = behind.orElseGet(() -> log.cursor(log.firstLsn(), STAMPED));
    while (cursor.next()) {
      producers.stamped(cursor.lsn(), cursor.producer(), cursor.sequence());
    }
    return behind.isPresent();
  }

  private static Optional<LogCursor> resumed(Log log, ResumeToken known) {
    try {
      return Optional.of(log.cursor(known, STAMPED));
    } catch (ResumeRefusedException | BelowFirstLsnException e) {
      // Truncated or trimmed since, or of another log.
      return Optional.empty();
    }
  }

  private static Optional<ByteBuffer> read(Log log, ProducerLimits limits) {
    try (StoredFile file = log.directory().open(FILE)) {
      if (file.lengthBytes() > PRODUCERS + limits.bytes()) {
        return Optional.empty();
      }
      ByteBuffer block = ByteBuffer.allocate((int) file.lengthBytes());
      file.read(block, 0);
      return Optional.of(block.flip());
    } catch (StorageException e) {
      // Missing, or not to be read: the log has it all.
      return Optional.empty();
    }
  }

  /// Makes the file say what `producers` knows; they know all of the log, which is durable. Without
  /// room on the disk the old one stays.
  public static void save(Log log, Producers producers) {
    Check.that(
        log.durableLsn() == log.appendedLsn(),
        "durable up to %d of %d",
        log.durableLsn(),
        log.appendedLsn());
    try {
      DurableNames.replace(log.directory(), FILE, encode(log, producers));
    } catch (StorageException e) {
      if (e.category() != StorageException.Category.FULL) {
        throw e;
      }
    }
  }

  private static ByteBuffer encode(Log log, Producers producers) {
    Map<Long, Recent> all = producers.snapshot();
    int bytes = PRODUCERS;
    for (Recent recent : all.values()) {
      bytes += ProducerLimits.PRODUCER_BYTES + Long.BYTES * recent.count();
    }
    ByteBuffer block = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    block.putLong(MAGIC_VALUE).putInt(VERSION).putInt(0);
    block.putLong(log.config().logId()).putLong(log.appendedLsn());
    block.putInt(log.config().partition()).putInt(log.lastChecksum()).putInt(all.size());
    all.forEach(
        (producer, recent) -> {
          block.putLong(producer).putLong(recent.last()).putInt(recent.count()).putInt(0);
          for (int i = 0; i < recent.count(); i++) {
            block.putLong(recent.lsn(i));
          }
        });
    return block.flip().putInt(CRC, checksum(block));
  }

  private static int checksum(ByteBuffer block) {
    CRC32C crc = new CRC32C();
    crc.update(block.slice(0, CRC));
    crc.update(block.slice(CRC + Integer.BYTES, block.limit() - CRC - Integer.BYTES));
    return (int) crc.getValue();
  }

  /// Where the file's knowledge ends, `producers` having it; empty if the file is of no use, and
  /// then they may have a part of it.
  private static Optional<ResumeToken> decode(ByteBuffer block, Producers producers) {
    block.order(ByteOrder.LITTLE_ENDIAN);
    if (block.limit() < PRODUCERS
        || block.getLong() != MAGIC_VALUE
        || block.getInt() != VERSION
        || block.getInt() != checksum(block)) {
      return Optional.empty();
    }
    long logId = block.getLong();
    long lsn = block.getLong();
    ResumeToken token = new ResumeToken(logId, block.getInt(), lsn, block.getInt());
    int count = block.getInt();
    for (int i = 0; i < count; i++) {
      long producer = block.getLong();
      long last = block.getLong();
      int lsns = block.getInt();
      block.getInt();
      for (int back = lsns - 1; back >= 0; back--) {
        producers.stamped(block.getLong(), producer, last - back);
      }
    }
    return Optional.of(token);
  }
}
