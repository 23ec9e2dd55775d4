package io.tidemark.node.http;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
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
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
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

  private static final Set<String> CHANGES = Set.of("add", "promote", "remove");

  /// What a change of who does what is answered with.
  private record Changed(int partition) {}

  /// One partition over all nodes.
  private record PartitionView(
      int partition, String leader, long epoch, List<ReplicaJson> replicas) {}

  /// One replica: `voter`, `learner`, or `none` any more; a node that does not answer is
  /// `unreachable`, and its numbers are 0.
  private record ReplicaJson(
      String node,
      String id,
      String member,
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
                        pathPrefix(
                            "v1",
                            () ->
                                concat(
                                    keyValue(),
                                    partitions(),
                                    new ClusterRoutes(node, router).routes())),
                        health(),
                        metrics())));
  }

  private Route keyValue() {
    return path(
        PathMatchers.segment("kv").slash(PathMatchers.segment()),
        key ->
            concat(
                put(() -> how(how -> body(value -> kv(new KvOperation.Put(key, value), how)))),
                delete(() -> how(how -> kv(new KvOperation.Delete(key), how))),
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
                    PathMatchers.integerSegment().slash("members"),
                    partition -> known(partition, () -> members(partition))),
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

  private Route members(int partition) {
    return post(
        () ->
            parameterMap(
                parameters -> {
                  String change =
                      parameters.size() == 1 ? parameters.keySet().iterator().next() : "";
                  return CHANGES.contains(change)
                      ? onSuccess(
                          router.changeMembers(
                              partition, change, new NodeId(parameters.get(change))),
                          refusal ->
                              complete(
                                  refusal.isEmpty()
                                      ? Json.response(StatusCodes.OK, new Changed(partition))
                                      : Problem.changeRefused(refusal).response()))
                      : complete(
                          Problem.badRequest("one of add=ID, promote=ID, remove=ID").response());
                }));
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
                                    ? Json.response(StatusCodes.OK, new Changed(partition))
                                    : Problem.notHandedOver(partition).response()))));
  }

  private Route records(int partition) {
    return concat(
        post(() -> how(how -> body(value -> write(partition, RecordData.data(value), how)))),
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
        .filter(replica -> !replica.view().isDismissed())
        .allMatch(replica -> replica.openNow().isPresent() && replica.leader().isPresent());
  }

  private Route how(Function<WriteQuery, Route> inner) {
    return parameterOptional(
        "ack",
        ack ->
            optionalHeaderValueByName(
                WriteQuery.PRODUCER, producer -> inner.apply(WriteQuery.of(ack, producer))));
  }

  private Route body(Function<byte[], Route> inner) {
    return withSizeLimit(
        MAX_BODY_BYTES, () -> entity(Unmarshaller.entityToByteArray(), inner::apply));
  }

  private Route kv(KvOperation operation, WriteQuery how) {
    RecordData record = RecordData.of(KvOperation.RECORD_TYPE, operation.encode());
    return write(partitionOf(operation.key()), record, how);
  }

  private Route write(int partition, RecordData record, WriteQuery how) {
    return onSuccess(
        router.append(partition, how.stamped(record), how.level()),
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
          case Gateway.Busy() -> Problem.busy("too many reads wait").response();
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
    Map<NodeId, ReplicaStatus> known = new TreeMap<>();
    statuses.forEach(
        (id, status) -> ofPartition(status, partition).ifPresent(one -> known.put(id, one)));
    // Who knows the highest epoch knows best, and among those its leader, or who knows that.
    Optional<ReplicaStatus> best =
        known.entrySet().stream()
            .max(
                Comparator.<Map.Entry<NodeId, ReplicaStatus>>comparingLong(
                        one -> one.getValue().epoch())
                    .thenComparing(one -> one.getValue().leader().equals(one.getKey().name()))
                    .thenComparing(one -> !one.getValue().leader().isEmpty()))
            .map(Map.Entry::getValue);
    List<String> voters = best.map(ReplicaStatus::voters).orElseGet(ArrayList::new);
    List<String> learners = best.map(ReplicaStatus::learners).orElseGet(ArrayList::new);
    Set<NodeId> shown = new TreeSet<>(known.keySet());
    Stream.concat(voters.stream(), learners.stream())
        .map(one -> ReplicaId.parse(one).node())
        .forEach(shown::add);
    if (known.isEmpty()) {
      shown.addAll(node.replicasOf(partition));
    }
    List<ReplicaJson> replicas = new ArrayList<>();
    for (NodeId id : shown) {
      Predicate<String> isIt =
          Optional.ofNullable(known.get(id))
              .<Predicate<String>>map(status -> status.id()::equals)
              .orElse(one -> ReplicaId.parse(one).node().equals(id));
      String member =
          voters.stream().anyMatch(isIt)
              ? "voter"
              : learners.stream().anyMatch(isIt) ? "learner" : "none";
      replicas.add(
          Optional.ofNullable(known.get(id))
              .map(status -> json(id, member, status))
              .orElseGet(
                  () -> new ReplicaJson(id.name(), "", member, "unreachable", 0, 0, 0, 0, 0)));
    }
    String leader = best.map(ReplicaStatus::leader).filter(l -> !l.isEmpty()).orElse(null);
    return new PartitionView(
        partition, leader, best.map(ReplicaStatus::epoch).orElse(0L), replicas);
  }

  private static Optional<ReplicaStatus> ofPartition(Gateway.NodeStatus status, int partition) {
    return status.replicas().stream().filter(r -> r.partition() == partition).findFirst();
  }

  private static ReplicaJson json(NodeId id, String member, ReplicaStatus s) {
    return new ReplicaJson(
        id.name(),
        s.id(),
        member,
        s.state(),
        s.first(),
        s.appended(),
        s.durable(),
        s.committed(),
        s.applied());
  }

  /// The partition of a key: its CRC32C, modulo; the same on every node and for ever.
  int partitionOf(String key) {
    CRC32C crc = new CRC32C();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % node.config().partitions());
  }
}
