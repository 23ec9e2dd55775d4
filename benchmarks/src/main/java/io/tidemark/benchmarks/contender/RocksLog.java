package io.tidemark.benchmarks.contender;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// RocksDB as a log: the key is the partition and the record's number, and what is outstanding is
/// one `WriteBatch`, synced to the write-ahead log by `WriteOptions.setSync`.
///
/// All partitions share one database, and so one write-ahead log: it syncs once for all of them.
final class RocksLog implements Contender {
  private static final int PARTITION_SHIFT = 40;

  @Override
  public String name() {
    return "RocksDB";
  }

  @Override
  public Kind kind() {
    return Kind.PEER;
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.allOf(Ability.class);
  }

  @Override
  public String version() {
    return Contender.jarOf(RocksDB.class);
  }

  @Override
  public void load() {
    RocksDB.loadLibrary();
  }

  @Override
  public Store open(Path directory, Setup setup) throws RocksDBException {
    return new Database(directory, setup);
  }

  @Override
  public void verify(Path directory, Setup setup, long records) throws RocksDBException {
    try (Database database = new Database(directory, setup)) {
      database.db.verifyChecksum();
    }
  }

  private static final class Database implements Store {
    private final Options options = new Options().setCreateIfMissing(true);
    private final WriteOptions writing;
    private final WriteBatch batch = new WriteBatch();
    private final RocksDB db;
    private final int partitions;
    private final byte[] key = new byte[Long.BYTES];
    private long next;

    Database(Path directory, Setup setup) throws RocksDBException {
      writing = new WriteOptions().setSync(setup.synced());
      db = RocksDB.open(options, directory.toString());
      partitions = setup.partitions();
      next = count();
    }

    /// Partition 0 has as many records as any other.
    private long count() {
      try (RocksIterator last = db.newIterator()) {
        last.seekForPrev(key(0, (1L << PARTITION_SHIFT) - 1));
        return last.isValid() ? ByteBuffer.wrap(last.key()).getLong() + 1 : 0;
      }
    }

    private byte[] key(int partition, long number) {
      ByteBuffer.wrap(key).putLong(((long) partition << PARTITION_SHIFT) + number);
      return key;
    }

    @Override
    public void append(Load load) throws Exception {
      load.inGroups(
          from -> {
            batch.clear();
            for (int i = from; i < from + load.outstanding(); i++) {
              batch.put(key(i % partitions, next), load.payloads().get(i));
              next += i % partitions == partitions - 1 ? 1 : 0;
            }
            db.write(writing, batch);
          });
    }

    @Override
    public void readAll(long records) throws RocksDBException {
      byte[] payload = new byte[1 << 16];
      long found = 0;
      try (ReadOptions reading = new ReadOptions().setVerifyChecksums(true);
          RocksIterator all = db.newIterator(reading)) {
        for (all.seekToFirst(); all.isValid(); all.next()) {
          all.value(payload);
          found++;
        }
        all.status();
      }
      Found.check(found, records);
    }

    /// Writes what is only in memory and the write-ahead log to a table, as a clean shutdown
    /// should.
    @Override
    public void close() {
      try (FlushOptions flushing = new FlushOptions().setWaitForFlush(true)) {
        db.flush(flushing);
      } catch (RocksDBException e) {
        throw new IllegalStateException(e);
      }
      db.close();
      batch.close();
      writing.close();
      options.close();
    }
  }
}
