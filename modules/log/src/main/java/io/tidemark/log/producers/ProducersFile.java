package io.tidemark.log.producers;

import io.tidemark.foundation.Check;
import io.tidemark.log.BelowFirstLsnException;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogCopy;
import io.tidemark.log.LogCursor;
import io.tidemark.log.ResumeRefusedException;
import io.tidemark.log.ResumeToken;
import io.tidemark.log.Selection;
import io.tidemark.log.Tail;
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
/// that there is of the log is gone over instead, from its base on. That is not slow either, since
/// the bodies of batches without stamps are left alone.
///
/// The **base** is such a file as well, written before a trim, of what was known just where the log
/// then begins. Crash story: the one file was of a moment when not all was committed; its records
/// were truncated, and with it what the trimmed ones had told was forgotten. What is trimmed is
/// committed, so the base is never overtaken. Who is to begin behind that place gets it, too.
public final class ProducersFile {
  /// Its name.
  public static final String FILE = "producers";

  /// That of what was known at, or a little behind, the beginning of a log that was trimmed.
  public static final String BASE_FILE = LogCopy.PRODUCERS_FILE;

  private static final long MAGIC_VALUE = 0x444F525045444954L;
  private static final int VERSION = 1;
  private static final int CRC = 12;
  private static final int LSN = 24;
  private static final int PRODUCERS = 44;
  private static final Selection STAMPED = Selection.ALL.ofProducers();

  private ProducersFile() {}

  /// Fills `producers` from the log, with the help of the file where that is of use; all of the log
  /// is durable. Returns whether it was of use.
  ///
  /// Fails as a cursor of the log does.
  public static boolean restore(Log log, Producers producers) {
    Optional<LogCursor> behind = resumed(log, FILE, producers, STAMPED);
    fold(log, behind.or(() -> resumed(log, BASE_FILE, producers, STAMPED)), producers, STAMPED);
    return behind.isPresent();
  }

  /// Goes over what is behind the file or, if none is of use, over all.
  private static void fold(
      Log log, Optional<LogCursor> behind, Producers producers, Selection selection) {
    LogCursor cursor = behind.orElseGet(() -> log.cursor(log.firstLsn(), selection));
    while (cursor.next()) {
      producers.stamped(cursor.lsn(), cursor.producer(), cursor.sequence());
    }
  }

  /// A cursor behind what the file `name` knows, and `producers` now do; empty if it is of no use.
  private static Optional<LogCursor> resumed(
      Log log, String name, Producers producers, Selection selection) {
    producers.clear();
    Optional<LogCursor> behind =
        read(log, name, producers.limits())
            .flatMap(file -> decode(file, producers))
            .filter(known -> known.lsn() <= selection.uptoLsn())
            .flatMap(known -> resumed(log, known, selection));
    if (behind.isEmpty()) {
      producers.clear();
    }
    return behind;
  }

  private static Optional<LogCursor> resumed(Log log, ResumeToken known, Selection selection) {
    try {
      return Optional.of(log.cursor(known, selection));
    } catch (ResumeRefusedException | BelowFirstLsnException e) {
      // Truncated or trimmed since, or of another log.
      return Optional.empty();
    }
  }

  private static Optional<ByteBuffer> read(Log log, String name, ProducerLimits limits) {
    try (StoredFile file = log.directory().open(name)) {
      if (file.lengthBytes() > maxBytes(limits)) {
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
    replace(log, FILE, encode(log.config(), log.appendedLsn(), log.lastChecksum(), producers));
  }

  /// Makes the base say what is known behind `start`, a batch of the log behind which it is to
  /// begin. False if there is no room on the disk: then it is not to begin there.
  ///
  /// Goes over what is to be trimmed; fails as a cursor of the log does.
  public static boolean saveBase(Log log, Tail start, ProducerLimits limits) {
    Producers then = new Producers(limits);
    Selection upto = STAMPED.upto(start.lastLsn());
    Optional<LogCursor> behind = resumed(log, FILE, then, upto);
    fold(log, behind.or(() -> resumed(log, BASE_FILE, then, upto)), then, upto);
    return replace(log, BASE_FILE, encode(log.config(), start.lastLsn(), start.checksum(), then));
  }

  private static boolean replace(Log log, String name, ByteBuffer content) {
    try {
      DurableNames.replace(log.directory(), name, content);
      return true;
    } catch (StorageException e) {
      if (e.category() != StorageException.Category.FULL) {
        throw e;
      }
      return false;
    }
  }

  /// The bytes of the base, for a log that is to begin where that ends; empty if there is none, or
  /// it is damaged. May be called by any thread.
  public static Optional<ByteBuffer> base(Log log, ProducerLimits limits) {
    return read(log, BASE_FILE, limits)
        .filter(bytes -> decode(bytes.duplicate(), new Producers(limits)).isPresent());
  }

  /// The LSN where the knowledge in `base` ends; only of sound bytes.
  public static long lsnOf(ByteBuffer base) {
    return base.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(LSN);
  }

  /// Whether `base` is sound, and is the one for a log of `config` that begins behind `start`.
  public static boolean isBaseOf(
      LogConfig config, Tail start, ProducerLimits limits, ByteBuffer base) {
    return base.remaining() <= maxBytes(limits)
        && decode(base.duplicate(), new Producers(limits))
            .filter(
                known ->
                    known.equals(
                        new ResumeToken(
                            config.logId(), config.partition(), start.lastLsn(), start.checksum())))
            .isPresent();
  }

  /// The most that such a file takes.
  public static long maxBytes(ProducerLimits limits) {
    return PRODUCERS + limits.bytes();
  }

  private static ByteBuffer encode(
      LogConfig config, long lsn, int batchChecksum, Producers producers) {
    Map<Long, Recent> all = producers.snapshot();
    int bytes = PRODUCERS;
    for (Recent recent : all.values()) {
      bytes += ProducerLimits.PRODUCER_BYTES + Long.BYTES * recent.count();
    }
    ByteBuffer block = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    block.putLong(MAGIC_VALUE).putInt(VERSION).putInt(0);
    block.putLong(config.logId()).putLong(lsn);
    block.putInt(config.partition()).putInt(batchChecksum).putInt(all.size());
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
      if (block.remaining() < ProducerLimits.PRODUCER_BYTES) {
        return Optional.empty();
      }
      long producer = block.getLong();
      long last = block.getLong();
      int lsns = block.getInt();
      block.getInt();
      if (lsns < 1 || lsns > block.remaining() / Long.BYTES) {
        return Optional.empty();
      }
      for (int back = lsns - 1; back >= 0; back--) {
        producers.stamped(block.getLong(), producer, last - back);
      }
    }
    return Optional.of(token);
  }
}
