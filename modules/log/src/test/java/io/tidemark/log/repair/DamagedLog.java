package io.tidemark.log.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Batch;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogConfig.OpenCheck;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.ReadResult;
import io.tidemark.log.RecordData;
import io.tidemark.log.verify.InMemory;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Access;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A log of several segments on a simulated disk, and all that was in it: to be spoilt, repaired,
/// and compared.
final class DamagedLog {
  /// Somebody who is asked for what is missing.
  interface Peer {
    List<Batch> read(long fromLsn, long uptoLsn);
  }

  static final LogConfig CONFIG =
      LogConfig.defaults(7, 3).withSizes(16384, 2048).withOpenCheck(OpenCheck.ALL);
  static final Peer NOBODY = (_, _) -> List.of();

  private static final int SECTOR_BYTES = SimulatedDisk.SECTOR_BYTES;

  final SimulatedDisk disk = new SimulatedDisk();
  final LogConfig config;
  final List<Batch> batches;
  final DiskImage sound;

  private DamagedLog(LogConfig config, int count, boolean closed) {
    this.config = config;
    Log log = Log.open(disk.root(), config);
    append(log, count);
    if (closed) {
      log.close();
    }
    this.batches = all(log);
    this.sound = disk.copy();
  }

  /// Begun through the page cache and gone on past it.
  private DamagedLog(int countBuffered, int countDirect) {
    this.config = CONFIG.withAccess(Access.DIRECT);
    try (Log begun = Log.open(disk.root(), CONFIG)) {
      append(begun, countBuffered);
    }
    Log log = Log.open(disk.root(), config);
    append(log, countDirect);
    log.close();
    this.batches = all(log);
    this.sound = disk.copy();
  }

  static DamagedLog ofTwoLayouts(int countBuffered, int countDirect) {
    return new DamagedLog(countBuffered, countDirect);
  }

  private static void append(Log log, int count) {
    Random random = new Random(count);
    for (int i = 0; i < count; i++) {
      Codec codec = Codec.values()[i % Codec.values().length];
      BatchBuilder builder = new BatchBuilder(2048, codec);
      for (int record = 0; record <= i % 3; record++) {
        byte[] payload = new byte[200 + 60 * (i % 5)];
        random.nextBytes(payload);
        Arrays.fill(payload, 0, 80, (byte) i);
        builder.add(RecordData.data(payload));
      }
      log.append(builder, Math.max(log.lastEpoch(), 1 + i / 20), 1000 + i);
      if (i % 4 != 1) {
        log.sync();
      }
    }
    log.sync();
  }

  static DamagedLog closed(LogConfig config, int count) {
    return new DamagedLog(config, count, true);
  }

  static DamagedLog killed(LogConfig config, int count) {
    return new DamagedLog(config, count, false);
  }

  /// All batches of `log`, which may be closed: then they are read by one that is opened for it.
  private List<Batch> all(Log log) {
    disk.killProcess();
    DiskImage before = disk.copy();
    try (Log reading = Log.open(disk.root(), config)) {
      assertThat(reading.appendedLsn()).isEqualTo(log.appendedLsn());
      return in(reading);
    } finally {
      disk.restore(before);
    }
  }

  static List<Batch> in(Log log) {
    List<Batch> found = new ArrayList<>();
    long lsn = log.firstLsn();
    while (log.read(lsn) instanceof ReadResult.Found(Batch batch)) {
      found.add(batch);
      lsn = batch.lastLsn() + 1;
    }
    return found;
  }

  List<String> segments() {
    return disk.root().list().stream().filter(name -> name.endsWith(".segment")).toList();
  }

  /// Everybody who has everything, `most` batches at a time.
  Peer whole(int most) {
    return (from, upto) ->
        batches.stream()
            .filter(batch -> batch.baseLsn() >= from && batch.lastLsn() <= upto)
            .limit(most)
            .toList();
  }

  /// Where `batch` is.
  record Place(String file, int position) {
    Place plus(int bytes) {
      return new Place(file, position + bytes);
    }
  }

  Place placeOf(Batch batch) {
    for (String name : segments()) {
      ByteBuffer bytes = ByteBuffer.wrap(sound.bytes(name));
      for (int at = 0; at + batch.sizeBytes() <= bytes.limit(); at += Long.BYTES) {
        if (bytes.slice(at, batch.sizeBytes()).equals(batch.bytes())) {
          return new Place(name, at);
        }
      }
    }
    throw new AssertionError("nowhere: " + batch);
  }

  /// The batches in the segment `file`.
  List<Batch> in(String file) {
    return batches.stream().filter(batch -> placeOf(batch).file().equals(file)).toList();
  }

  void flip(Place place) {
    disk.flipBit(place.file(), 8L * place.position() + 4);
  }

  /// In the middle of its body: its header still says which one it was.
  void flipBody(Batch batch) {
    flip(placeOf(batch).plus(Batch.HEADER_BYTES + (batch.sizeBytes() - Batch.HEADER_BYTES) / 2));
  }

  void flipHeader(Batch batch) {
    flip(placeOf(batch).plus(20));
  }

  /// Every sector it touches.
  void zero(Batch batch) {
    Place place = placeOf(batch);
    int from = place.position() / SECTOR_BYTES * SECTOR_BYTES;
    zero(place.file(), from, place.position() + batch.sizeBytes() - from);
  }

  void zero(String file, int from, int bytes) {
    try (StoredFile stored = disk.root().open(file)) {
      stored.write(ByteBuffer.allocate(bytes), from);
      stored.sync();
    }
  }

  void delete(String file) {
    disk.root().delete(file);
    disk.root().sync();
  }

  void restore() {
    disk.restore(sound);
  }

  Repair repair() {
    return Repair.of(disk.root(), config);
  }

  /// Repairs with what `peer` has; says whether it did.
  static boolean ask(Repair repair, Peer peer) {
    repair.begin();
    while (!repair.isDone()) {
      Repair.Wanted wanted = repair.wanted().orElseThrow();
      List<Batch> answer = peer.read(wanted.fromLsn(), wanted.uptoLsn());
      if (answer.isEmpty() || !repair.offer(answer).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /// Whether it was damaged and became whole again with what others have; if it is not damaged, it
  /// opens whole.
  ///
  /// @throws LogDamagedException if nobody knows what was there
  boolean isMendedIfDamaged() {
    if (!isDamaged()) {
      opensWhole();
      return false;
    }
    mend(whole(100));
    isWhole();
    return true;
  }

  void mend(Peer peer) {
    try (Repair repair = repair()) {
      assertThat(ask(repair, peer)).isTrue();
    }
  }

  boolean isDamaged() {
    try {
      Log.open(disk.root(), config).close();
      return false;
    } catch (LogDamagedException e) {
      return true;
    }
  }

  /// Has exactly the batches there were, also for the other decoder.
  void isWhole() {
    assertThat(InMemory.verified(disk.root()).damage()).isEmpty();
    opensWhole();
  }

  void opensWhole() {
    Log log = Log.open(disk.root(), config);
    assertThat(in(log)).isEqualTo(batches);
    BatchBuilder builder = new BatchBuilder(2048, Codec.NONE);
    builder.add(RecordData.data(new byte[100]));
    log.append(builder, 9, 0);
    log.sync();
    disk.killProcess();
    try (Log again = Log.open(disk.root(), config)) {
      assertThat(again.appendedLsn()).isEqualTo(batches.getLast().lastLsn() + 1);
      assertThat(again.epochs().epochAt(batches.getLast().lastLsn()))
          .isEqualTo(batches.getLast().epoch());
    }
  }
}
