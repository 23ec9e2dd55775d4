package io.tidemark.partition;

import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.simkit.GatedDirectory;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/// A log on a simulated disk that has no writer: the test appends, and says what is committed.
final class CommittedLog {
  static final LogConfig CONFIG = LogConfig.defaults(7, 0).withSizes(1 << 19, 1 << 16);

  final SimulatedDisk disk = new SimulatedDisk();
  final GatedDirectory directory = new GatedDirectory(disk);
  final Watermarks watermarks = new Watermarks();
  final Log log = Log.open(directory, CONFIG);

  /// Appends so many batches of two records.
  void append(int batches) {
    List<RecordData> two = Collections.nCopies(2, RecordData.data(new byte[10]));
    for (int i = 0; i < batches; i++) {
      append(1_000, two);
    }
    sync();
  }

  /// Appends one batch with that time.
  void append(long timeMicros, List<RecordData> batch) {
    log.append(Batch.encode(log.appendedLsn() + 1, 1, timeMicros, log.lastChecksum(), batch));
  }

  void sync() {
    log.sync();
    watermarks.log(1, log.appendedLsn(), log.durableLsn());
  }

  void commitUpto(long lsn) {
    watermarks.committed(lsn);
  }

  /// Flips a bit of `payload`, which is in the log once.
  void damage(byte[] payload) {
    for (String name : directory.list()) {
      try (StoredFile file = directory.open(name)) {
        ByteBuffer bytes = ByteBuffer.allocate((int) file.lengthBytes());
        file.read(bytes, 0);
        String all = new String(bytes.array(), StandardCharsets.ISO_8859_1);
        int at = all.indexOf(new String(payload, StandardCharsets.ISO_8859_1));
        if (at >= 0) {
          disk.flipBit(name, 8L * at);
        }
      }
    }
  }
}
