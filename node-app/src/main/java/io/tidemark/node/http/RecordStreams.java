package io.tidemark.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidemark.log.RecordData;
import io.tidemark.log.Selection;
import io.tidemark.partition.CommittedRecord;
import io.tidemark.partition.Records;
import io.tidemark.runtime.ReplicaHandle;
import java.time.Duration;
import java.util.Base64;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/// The committed records of one replica as text: lines of JSON, or server-sent events that go on.
final class RecordStreams {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  private static final ByteString KEEP_ALIVE_COMMENT = ByteString.fromString(": still here\n\n");

  private RecordStreams() {}

  /// One record as the API shows it; `time` is microseconds since 1970, `key` is left out outside
  /// streams.
  record Line(
      long lsn,
      long epoch,
      long time,
      int type,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long key,
      String value) {}

  /// What is committed now, from `fromLsn` on.
  static Source<ByteString, NotUsed> lines(
      ReplicaHandle replica, ReplicaHandle.Open open, long fromLsn, RecordQuery query) {
    long end = replica.watermarks().committed();
    if (fromLsn > end || query.limit() == 0) {
      return Source.empty();
    }
    return lines(replica, open, fromLsn, query, query.selection().upto(end))
        .take(query.limit())
        .map(line -> ByteString.fromString(Json.text(line) + "\n"));
  }

  /// From `fromLsn` on, for ever; the id of each event is its LSN.
  static Source<ByteString, NotUsed> events(
      ReplicaHandle replica, ReplicaHandle.Open open, long fromLsn, RecordQuery query) {
    return lines(replica, open, fromLsn, query, query.selection())
        .map(
            line ->
                ByteString.fromString("id: " + line.lsn() + "\ndata: " + Json.text(line) + "\n\n"))
        .keepAlive(KEEP_ALIVE, () -> KEEP_ALIVE_COMMENT);
  }

  private static Source<Line, NotUsed> lines(
      ReplicaHandle replica,
      ReplicaHandle.Open open,
      long fromLsn,
      RecordQuery query,
      Selection selection) {
    return Records.committed(() -> open.log().cursor(fromLsn, selection), replica.watermarks())
        .filter(record -> query.system() || RecordData.isForProducers(record.type()))
        .map(RecordStreams::line);
  }

  private static Line line(CommittedRecord record) {
    byte[] value = new byte[record.payload().remaining()];
    record.payload().duplicate().get(value);
    return new Line(
        record.lsn(),
        record.epoch(),
        record.timeMicros(),
        record.type(),
        record.key().isPresent() ? record.key().getAsLong() : null,
        Base64.getEncoder().encodeToString(value));
  }
}
