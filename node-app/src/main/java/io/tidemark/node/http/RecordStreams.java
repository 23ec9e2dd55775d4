package io.tidemark.node.http;

import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import io.tidemark.log.RecordView;
import io.tidemark.partition.Records;
import io.tidemark.partition.Watermarks;
import io.tidemark.runtime.ReplicaHandle;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/// The committed records of one replica as text: lines of JSON, or server-sent events that go on.
///
/// The log's own records (anchors) are left out unless `system` is set; with them, LSNs are dense.
final class RecordStreams {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  private static final ByteString KEEP_ALIVE_COMMENT = ByteString.fromString(": still here\n\n");

  private RecordStreams() {}

  /// One record as the API shows it; `time` is microseconds since 1970.
  record Line(long lsn, long epoch, long time, int type, String value) {}

  /// What is committed now, from `fromLsn` on, at most `limit` records.
  static Source<ByteString, NotUsed> lines(
      ReplicaHandle replica, ReplicaHandle.Open open, long fromLsn, long limit, boolean system) {
    Watermarks watermarks = replica.watermarks();
    long end = watermarks.committed();
    if (fromLsn > end || limit == 0) {
      return Source.empty();
    }
    return Records.committedFrom(open.log(), watermarks, fromLsn)
        .takeWhile(batch -> batch.lastLsn() < end, true)
        .mapConcat(batch -> lines(batch, fromLsn, system))
        .take(limit)
        .map(line -> ByteString.fromString(Json.text(line) + "\n"));
  }

  /// From `fromLsn` on, for ever; the id of each event is its LSN.
  static Source<ByteString, NotUsed> events(
      ReplicaHandle replica, ReplicaHandle.Open open, long fromLsn, boolean system) {
    return Records.committedFrom(open.log(), replica.watermarks(), fromLsn)
        .mapConcat(batch -> lines(batch, fromLsn, system))
        .map(
            line ->
                ByteString.fromString("id: " + line.lsn() + "\ndata: " + Json.text(line) + "\n\n"))
        .keepAlive(KEEP_ALIVE, () -> KEEP_ALIVE_COMMENT);
  }

  private static List<Line> lines(Batch batch, long fromLsn, boolean system) {
    return batch.records().stream()
        .filter(record -> record.lsn() >= fromLsn)
        .filter(record -> system || record.type() != RecordData.ANCHOR)
        .map(record -> line(batch, record))
        .toList();
  }

  private static Line line(Batch batch, RecordView record) {
    byte[] value = new byte[record.payload().remaining()];
    record.payload().duplicate().get(value);
    return new Line(
        record.lsn(),
        batch.epoch(),
        batch.timeMicros(),
        record.type(),
        Base64.getEncoder().encodeToString(value));
  }
}
