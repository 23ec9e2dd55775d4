package io.tidemark.node.http;

import io.tidemark.partition.AppendOutcome;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/// An error as `application/problem+json` (RFC 9457); `type` is stable, `detail` is for people.
record Problem(String type, String title, int status, String detail) {
  private static final ContentType CONTENT_TYPE =
      MediaTypes.applicationWithFixedCharset("problem+json", HttpCharsets.UTF_8).toContentType();

  static Problem badRequest(String detail) {
    return new Problem("urn:tidemark:bad-request", "bad request", 400, detail);
  }

  static Problem notFound(String detail) {
    return new Problem("urn:tidemark:not-found", "not found", 404, detail);
  }

  static Problem unknownPartition(int partition, int partitions) {
    return new Problem(
        "urn:tidemark:unknown-partition",
        "unknown partition",
        404,
        "partition " + partition + "; there are 0 to " + (partitions - 1));
  }

  static Problem notHere(int partition, String replicas) {
    return new Problem(
        "urn:tidemark:not-here",
        "no replica on this node",
        421,
        "partition " + partition + " began on " + replicas + "; /v1/partitions says where it is");
  }

  static Problem belowFirst(long lsn, long first) {
    return new Problem(
        "urn:tidemark:below-first-lsn",
        "below the first LSN",
        410,
        "LSN " + lsn + " is gone; the log starts at " + first);
  }

  static Problem noLeader(String detail) {
    return new Problem("urn:tidemark:no-leader", "no leader", 503, detail);
  }

  static Problem notHandedOver(int partition) {
    return new Problem(
        "urn:tidemark:not-handed-over",
        "not handed over",
        409,
        "partition " + partition + ": that node is no replica, or was not ready in time");
  }

  static Problem changeRefused(String detail) {
    return new Problem("urn:tidemark:change-refused", "change of members refused", 409, detail);
  }

  static Problem unknown(String detail) {
    return new Problem(
        "urn:tidemark:outcome-unknown", "the outcome of the write is unknown", 504, detail);
  }

  static Problem tooLarge(String detail) {
    return new Problem("urn:tidemark:too-large", "too large", 413, detail);
  }

  static Problem internal(String detail) {
    return new Problem("urn:tidemark:internal", "internal error", 500, detail);
  }

  static Problem busy(String detail) {
    return new Problem("urn:tidemark:busy", "busy", 503, detail);
  }

  static Problem of(AppendOutcome.Refused refused) {
    return switch (refused.reason()) {
      case NOT_LEADER, FENCED -> noLeader(refused.detail());
      case BUSY -> busy(refused.detail());
      case FULL -> new Problem("urn:tidemark:full", "disk full", 507, refused.detail());
      case TOO_LARGE -> tooLarge(refused.detail());
      case SEQUENCE_TOO_OLD ->
          new Problem("urn:tidemark:sequence-too-old", "sequence too old", 409, refused.detail());
      case SEQUENCE_GAP ->
          new Problem("urn:tidemark:sequence-gap", "sequence gap", 409, refused.detail());
    };
  }

  HttpResponse response() {
    return HttpResponse.create()
        .withStatus(StatusCodes.get(status))
        .withEntity(
            org.apache.pekko.http.javadsl.model.HttpEntities.create(
                CONTENT_TYPE, org.apache.pekko.util.ByteString.fromString(Json.text(this))));
  }
}
