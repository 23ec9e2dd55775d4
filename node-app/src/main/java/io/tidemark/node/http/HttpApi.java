package io.tidemark.node.http;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.RecordData;
import io.tidemark.node.Gateway;
import io.tidemark.node.Gateway.ReplicaStatus;
import io.tidemark.node.Router;
import io.tidemark.node.kv.KvOperation;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/// The routes. What each answers is in the README's table.
public final class HttpApi extends AllDirectives {
  /// Largest body of a write, in bytes.
  public static final int MAX_BODY_BYTES = 1 << 20;

  private final ReplicatedNode node;
  private final Router router;
  private final Metrics metrics;

  public HttpApi(ReplicatedNode node, Router router) {
    this.node = node;
    this.router = router;
    this.metrics = new Metrics(node);
  }

  /// What a write is answered with.
  private record Written(int partition, long lsn, long epoch, String ack) {}

  /// What a hand-over is answered with.
  private record HandedOver(int partition) {}

  /// One partition over all nodes.
  private record PartitionView(
      int partition, String leader, long epoch, List<ReplicaJson> replicas) {}

  /// One replica; a node that does not answer is `unreachable`, and its numbers are 0.
  private record ReplicaJson(
      String node,
      String state,
      long first,
      long appended,
      long durable,
      long committed,
      long applied) {}

  /// All routes, with every error as a problem.
  public Route routes() {
    return handleExceptions(
        Rejections.FAILURES,
        () ->
            handleRejections(
                Rejections.AS_PROBLEMS,
                () ->
                    concat(
                        pathPrefix("v1", () -> concat(keyValue(), partitions())),
                        health(),
                        metrics())));
  }

  private Route keyValue() {
    return path(
        PathMatchers.segment("kv").slash(PathMatchers.segment()),
        key ->
            concat(
                put(() -> ack(level -> body(value -> kv(new KvOperation.Put(key, value), level)))),
                delete(() -> ack(level -> kv(new KvOperation.Delete(key), level))),
                get(() -> onSuccess(router.get(partitionOf(key), key), this::found))));
  }

  private Route partitions() {
    return pathPrefix(
        "partitions",
        () ->
            concat(
                pathEnd(() -> get(() -> onSuccess(router.status(), this::showPartitions))),
                path(
                    PathMatchers.integerSegment().slash("records"),
                    partition -> known(partition, () -> records(partition))),
                path(
                    PathMatchers.integerSegment().slash("leader"),
                    partition -> known(partition, () -> leader(partition)))));
  }

  private Route known(int partition, Supplier<Route> inner) {
    int partitions = node.config().partitions();
    return partition < partitions
        ? inner.get()
        : complete(Problem.unknownPartition(partition, partitions).response());
  }

  private Route leader(int partition) {
    return post(
        () ->
            parameterOptional(
                "to",
                to ->
                    onSuccess(
                        router.handOver(partition, to.map(NodeId::new)),
                        done ->
                            complete(
                                done
                                    ? Json.response(StatusCodes.OK, new HandedOver(partition))
                                    : Problem.notHandedOver(partition).response()))));
  }

  private Route records(int partition) {
    return concat(
        post(() -> ack(level -> body(value -> write(partition, RecordData.DATA, value, level)))),
        get(
            () ->
                parameterMap(
                    parameters ->
                        extractRequest(
                            request -> read(partition, request, RecordQuery.of(parameters))))));
  }

  private Route health() {
    return pathPrefix(
        "health",
        () ->
            concat(
                path("live", () -> complete(StatusCodes.OK, "live\n")),
                path(
                    "ready",
                    () ->
                        isReady()
                            ? complete(StatusCodes.OK, "ready\n")
                            : complete(
                                Problem.noLeader("a partition is not open or has no leader")
                                    .response()))));
  }

  private Route metrics() {
    return path(
        "metrics",
        () ->
            get(
                () ->
                    complete(
                        HttpResponse.create()
                            .withEntity(
                                ContentTypes.parse(Metrics.CONTENT_TYPE), metrics.text()))));
  }

  private boolean isReady() {
    return node.replicas().stream()
        .allMatch(replica -> replica.openNow().isPresent() && replica.leader().isPresent());
  }

  private Route ack(Function<AckLevel, Route> inner) {
    return parameterOptional(
        "ack",
        text -> {
          String name = text.orElse("quorum").toUpperCase(Locale.ROOT);
          for (AckLevel level : AckLevel.values()) {
            if (level.name().equals(name)) {
              return inner.apply(level);
            }
          }
          return complete(
              Problem.badRequest("ack is received, local, quorum or all, not '" + name + "'")
                  .response());
        });
  }

  private Route body(Function<byte[], Route> inner) {
    return withSizeLimit(
        MAX_BODY_BYTES, () -> entity(Unmarshaller.entityToByteArray(), inner::apply));
  }

  private Route kv(KvOperation operation, AckLevel level) {
    return write(partitionOf(operation.key()), KvOperation.RECORD_TYPE, operation.encode(), level);
  }

  private Route write(int partition, int type, byte[] payload, AckLevel level) {
    return onSuccess(
        router.append(partition, type, payload, level),
        outcome ->
            complete(
                switch (ifStillTrue(partition, outcome)) {
                  case AppendOutcome.Acknowledged(long lsn, long epoch, AckLevel reached) ->
                      Json.response(
                          StatusCodes.OK,
                          new Written(
                              partition, lsn, epoch, reached.name().toLowerCase(Locale.ROOT)));
                  case AppendOutcome.Refused refused -> Problem.of(refused).response();
                  case AppendOutcome.Unknown(String detail) -> Problem.unknown(detail).response();
                }));
  }

  /// What one node promised alone, it may not say when it may have been replaced meanwhile. A
  /// quorum's promise stays true.
  private AppendOutcome ifStillTrue(int partition, AppendOutcome outcome) {
    if (outcome instanceof AppendOutcome.Acknowledged(long _, long epoch, AckLevel level)
        && (level == AckLevel.RECEIVED || level == AckLevel.LOCAL)
        && !node.replica(partition).map(replica -> replica.maySpeakFor(epoch)).orElse(true)) {
      return new AppendOutcome.Unknown("epoch " + epoch + " may be over");
    }
    return outcome;
  }

  private Route found(Optional<Gateway.GetAnswer> answer) {
    HttpResponse response =
        switch (answer.orElseGet(Gateway.NotLeader::new)) {
          case Gateway.Found(byte[] value, long lsn) ->
              HttpResponse.create()
                  .addHeader(RawHeader.create("Tidemark-Lsn", Long.toString(lsn)))
                  .withEntity(HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, value));
          case Gateway.Absent() -> Problem.notFound("no such key").response();
          case Gateway.NotLeader() -> Problem.noLeader("no leader confirmed itself").response();
        };
    return complete(response);
  }

  private Route read(int partition, HttpRequest request, RecordQuery asked) {
    Optional<ReplicaHandle> replica = node.replica(partition);
    if (replica.isEmpty()) {
      return complete(Problem.notHere(partition, node.replicasOf(partition).toString()).response());
    }
    Optional<ReplicaHandle.Open> open = replica.get().openNow();
    if (open.isEmpty()) {
      return complete(Problem.noLeader("the partition is not open yet").response());
    }
    RecordQuery query = asked.resumedAt(resumeFrom(request));
    long first = replica.get().watermarks().first();
    long fromLsn = query.from().orElse(first);
    if (fromLsn < first) {
      return complete(Problem.belowFirst(fromLsn, first).response());
    }
    ResponseEntity entity =
        wantsEvents(request)
            ? HttpEntities.createChunked(
                MediaTypes.TEXT_EVENT_STREAM.toContentType(),
                RecordStreams.events(replica.get(), open.get(), fromLsn, query))
            : HttpEntities.createChunked(
                ContentTypes.parse("application/x-ndjson"),
                RecordStreams.lines(replica.get(), open.get(), fromLsn, query));
    return complete(HttpResponse.create().withEntity(entity));
  }

  private static boolean wantsEvents(HttpRequest request) {
    return request
        .getHeader("Accept")
        .filter(header -> header.value().contains("text/event-stream"))
        .isPresent();
  }

  /// A browser that reconnects says which event it saw last.
  private static Optional<Long> resumeFrom(HttpRequest request) {
    String name = "Last-Event-ID";
    return request
        .getHeader(name)
        .map(header -> RecordQuery.number(name, header.value(), 0, Long.MAX_VALUE - 1) + 1);
  }

  private Route showPartitions(Map<NodeId, Gateway.NodeStatus> statuses) {
    List<PartitionView> views = new ArrayList<>();
    for (int partition = 0; partition < node.config().partitions(); partition++) {
      views.add(view(partition, statuses));
    }
    return complete(Json.response(StatusCodes.OK, views));
  }

  private PartitionView view(int partition, Map<NodeId, Gateway.NodeStatus> statuses) {
    List<ReplicaJson> replicas = new ArrayList<>();
    String leader = null;
    long epoch = 0;
    for (NodeId id : node.replicasOf(partition)) {
      Optional<ReplicaStatus> status =
          Optional.ofNullable(statuses.get(id)).flatMap(s -> ofPartition(s, partition));
      replicas.add(status.map(s -> json(id, s)).orElseGet(() -> unreachable(id)));
      if (status.isPresent() && status.get().epoch() >= epoch) {
        leader =
            status.get().leader().isEmpty()
                ? (status.get().epoch() > epoch ? null : leader)
                : status.get().leader();
        epoch = status.get().epoch();
      }
    }
    return new PartitionView(partition, leader, epoch, replicas);
  }

  private static Optional<ReplicaStatus> ofPartition(Gateway.NodeStatus status, int partition) {
    return status.replicas().stream().filter(r -> r.partition() == partition).findFirst();
  }

  private static ReplicaJson json(NodeId id, ReplicaStatus s) {
    return new ReplicaJson(
        id.name(), s.state(), s.first(), s.appended(), s.durable(), s.committed(), s.applied());
  }

  private static ReplicaJson unreachable(NodeId id) {
    return new ReplicaJson(id.name(), "unreachable", 0, 0, 0, 0, 0);
  }

  /// The partition of a key: its CRC32C, modulo; the same on every node and for ever.
  int partitionOf(String key) {
    CRC32C crc = new CRC32C();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % node.config().partitions());
  }
}
