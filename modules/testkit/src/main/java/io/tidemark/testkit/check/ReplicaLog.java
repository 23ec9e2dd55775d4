package io.tidemark.testkit.check;

import io.tidemark.log.verify.BatchSeen;
import io.tidemark.log.verify.RecordSeen;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.Verification;
import io.tidemark.log.verify.Visitor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// All records of one replica of one partition, in the order of its files.
public record ReplicaLog(String node, int partition, List<LogRecord> records) {
  /// Where a node keeps a partition, below its data directory.
  public static Path directory(Path data, int partition) {
    return data.resolve("partition-%04d".formatted(partition));
  }

  /// Reads the files of a node that does not run, by the decoder that shares no code with the log;
  /// throws [IllegalStateException] that names file and position where something is damaged.
  public static ReplicaLog read(String node, Path data, int partition) {
    List<LogRecord> records = new ArrayList<>();
    Visitor collecting =
        new Visitor() {
          @Override
          public void batch(BatchSeen batch) {
            RecordSeen record = batch.records();
            while (record.next()) {
              byte[] payload = new byte[record.payloadBytes()];
              record.payload().get(payload);
              records.add(
                  new LogRecord(
                      record.lsn(), batch.epoch(), batch.timeMicros(), record.type(), payload));
            }
          }
        };
    Path directory = directory(data, partition);
    Report report = Verification.of(directory, false, collecting);
    if (!report.isSound()) {
      throw new IllegalStateException(directory + ": " + report.damage().getFirst());
    }
    return new ReplicaLog(node, partition, records);
  }

  long lastLsn() {
    return records.isEmpty() ? 0 : records.getLast().lsn();
  }
}
