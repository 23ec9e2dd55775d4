package io.tidemark.log;

import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Directory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A script for one log on one simulated disk, and the promises it made while it was played.
final class Play {
  /// Opens a log, in a sound way or with a planted bug.
  interface Opener {
    Log open(Directory directory, LogConfig config);
  }

  /// One thing that the owner of a log does.
  interface Step {
    void run(Play play);
  }

  final SimulatedDisk disk = new SimulatedDisk();
  final Promises promises = new Promises();
  private final Opener opener;
  private LogConfig config;
  private Log log;

  Play(Opener opener, LogConfig config) {
    this.opener = opener;
    this.config = config;
  }

  /// Opens the log and does all of it; ends early when the power goes.
  void run(List<Step> script) {
    open();
    script.forEach(step -> step.run(this));
  }

  LogConfig config() {
    return config;
  }

  void open() {
    log = opener.open(disk.root(), config);
    promises.settleOpened(log);
  }

  /// One call with `batches` batches of one record.
  static Step append(int batches, int payloadBytes) {
    return play -> {
      List<Batch> next = play.promises.batches().next(batches, 1, payloadBytes);
      play.promises.willAppend();
      play.log.append(next);
      play.settle();
    };
  }

  /// A batch that the log itself puts together.
  static Step build(Codec codec, int records, int payloadBytes) {
    return play -> {
      Batches batches = play.promises.batches();
      Tail tail = batches.tail();
      long time = batches.timeOf(tail.nextLsn());
      BatchBuilder expected = play.filled(codec, records, payloadBytes);
      expected.seal(tail.nextLsn(), batches.epoch(), time, tail.checksum());
      batches.add(expected.toBatch());
      play.promises.willAppend();
      play.log.append(play.filled(codec, records, payloadBytes), batches.epoch(), time);
      play.settle();
    };
  }

  private BatchBuilder filled(Codec codec, int records, int payloadBytes) {
    BatchBuilder builder = new BatchBuilder(config.maxBatchBytes(), codec);
    for (int i = 0; i < records; i++) {
      byte[] payload = new byte[payloadBytes];
      payload[0] = (byte) i;
      builder.add(RecordData.data(payload).inStream(i));
    }
    return builder;
  }

  private void settle() {
    promises.settleDurable(log.durableLsn());
  }

  static Step sync() {
    return play -> {
      play.log.sync();
      play.settle();
    };
  }

  static Step note() {
    return play -> {
      play.log.noteSynced();
      play.settle();
    };
  }

  static Step roll() {
    return play -> {
      play.log.roll();
      play.settle();
    };
  }

  static Step epoch(long epoch) {
    return play -> play.promises.batches().epoch(epoch);
  }

  static Step later(long micros) {
    return play -> play.promises.batches().later(micros);
  }

  /// Truncates so many batches.
  static Step truncate(int count) {
    return play -> {
      List<Batch> all = play.promises.batches().all();
      long lsn =
          count >= all.size()
              ? play.log.firstLsn() - 1
              : Math.max(all.get(all.size() - 1 - count).lastLsn(), play.log.firstLsn() - 1);
      play.promises.willTruncate(lsn);
      play.log.truncateAfter(lsn);
      play.promises.settleTruncate(lsn);
    };
  }

  /// Begins anew so many records behind the end, or before it where that is negative, with a file
  /// of producers of so many bytes.
  static Step beginBehind(long ahead, int producersBytes) {
    return play -> {
      Batches batches = play.promises.batches();
      long end = play.log.appendedLsn();
      long lsn = end + ahead > 0 ? end + ahead : end + 1;
      Tail tail = new Tail(lsn, 77 * (int) lsn, batches.epoch(), batches.timeOf(lsn));
      byte[] producers = new byte[producersBytes];
      Arrays.fill(producers, (byte) lsn);
      play.promises.willBegin(tail, producers);
      play.log.beginBehind(tail, ByteBuffer.wrap(producers));
      play.promises.settleBegin();
    };
  }

  static Step trimBelow(long lsn) {
    return play -> {
      play.promises.willTrim(lsn);
      play.promises.settleTrim(play.log.trimBelow(lsn));
    };
  }

  static Step hold(String name, long lsn) {
    return play -> {
      play.promises.willHold(name);
      play.log.retention().hold(name, lsn);
      play.promises.settleHold(name, lsn);
    };
  }

  static Step release(String name) {
    return play -> {
      play.promises.willHold(name);
      play.log.retention().release(name);
      play.promises.settleRelease(name);
    };
  }

  static Step reopen() {
    return play -> {
      play.log.close();
      play.settle();
      play.disk.killProcess();
      play.open();
    };
  }

  /// Reopens with other limits.
  static Step reopen(LogConfig other) {
    return play -> {
      play.log.close();
      play.settle();
      play.disk.killProcess();
      play.config = other;
      play.open();
    };
  }

  /// The process is killed; the machine and its page cache live on.
  static Step kill() {
    return play -> {
      play.disk.killProcess();
      play.open();
    };
  }

  /// The next sync fails, the owner sees it and is killed.
  static Step failSyncAndKill() {
    return play -> {
      play.disk.faults().failNth(DiskOperation.SYNC, _ -> true, 1);
      try {
        play.log.sync();
        play.settle();
      } catch (LogFencedException e) {
        // what the process dies of
      }
      play.disk.faults().clear();
      play.disk.killProcess();
      play.open();
    };
  }

  /// `count` times `step`.
  static List<Step> times(int count, Step step) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      steps.add(step);
    }
    return steps;
  }
}
