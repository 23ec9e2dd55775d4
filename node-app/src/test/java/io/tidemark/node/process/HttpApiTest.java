package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.log.RecordData;
import io.tidemark.node.demo.NodeProcess;
import io.tidemark.node.kv.KvOperation;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every endpoint of one node, over HTTP. Each test uses keys or a partition of its own.
class HttpApiTest {
  private static final int MIB = 1 << 20;
  private static final int PARTITIONS = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path root;
  private static NodeProcess node;
  private static HttpClient http;

  @BeforeAll
  static void start() throws IOException {
    node = Clusters.alone("a", root.resolve("a"), "--partitions=" + PARTITIONS);
    node.start();
    Http.awaitReady(node);
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() {
    http.close();
    node.close();
  }

  @Test
  void putGetDelete() throws Exception {
    HttpResponse<byte[]> put = put("greeting", "hello".getBytes(StandardCharsets.UTF_8));
    assertThat(put.statusCode()).isEqualTo(200);
    JsonNode written = JSON.readTree(put.body());
    assertThat(written.get("ack").asText()).isEqualTo("quorum");
    assertThat(written.get("epoch").asLong()).isPositive();

    HttpResponse<byte[]> got = get("/v1/kv/greeting");
    assertThat(got.body()).asString().isEqualTo("hello");
    assertThat(got.headers().firstValueAsLong("Tidemark-Lsn"))
        .hasValue(written.get("lsn").asLong());

    assertThat(send("DELETE", "/v1/kv/greeting", new byte[0]).statusCode()).isEqualTo(200);
    problem(get("/v1/kv/greeting"), 404, "not-found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"received", "local", "quorum", "all", "ALL"})
  void everyLevelIsReachedOnOneNode(String level) throws Exception {
    HttpResponse<byte[]> answer = send("PUT", "/v1/kv/level?ack=" + level, new byte[] {1});
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()).get("ack").asText()).isEqualToIgnoringCase(level);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a%2Fb", "a%20b", "%C3%A4%E2%82%AC%F0%9F%8C%8A", "%25", "a+b", "..%2f..", "%00"})
  void anyKeyIsAKey(String key) throws Exception {
    byte[] value = key.getBytes(StandardCharsets.UTF_8);
    assertThat(send("PUT", "/v1/kv/" + key, value).statusCode()).isEqualTo(200);
    assertThat(get("/v1/kv/" + key).body()).isEqualTo(value);
  }

  @Test
  void differentSpellingsOfAKeyAreOneKey() throws Exception {
    send("PUT", "/v1/kv/%73pelling", new byte[] {7});
    assertThat(get("/v1/kv/spelling").body()).containsExactly(7);
  }

  @Test
  void aKeyHasAtMost4096Bytes() throws Exception {
    String longest = "k".repeat(4096);
    assertThat(put(longest, new byte[MIB]).statusCode()).isEqualTo(200);
    assertThat(get("/v1/kv/" + longest).body()).hasSize(MIB);
    problem(put(longest + "k", new byte[1]), 400, "bad-request");
    problem(put("", new byte[1]), 404, "not-found");
  }

  @Test
  void aValueMayBeEmpty() throws Exception {
    assertThat(put("empty", new byte[0]).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> got = get("/v1/kv/empty");
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.body()).isEmpty();
  }

  @Test
  void aValueHasAtMostOneMebibyte() throws Exception {
    byte[] largest = new byte[MIB];
    Arrays.fill(largest, (byte) 'x');
    assertThat(put("large", largest).statusCode()).isEqualTo(200);
    assertThat(get("/v1/kv/large").body()).isEqualTo(largest);
    assertThat(send("POST", "/v1/partitions/7/records", largest).statusCode()).isEqualTo(200);
    problem(put("larger", new byte[MIB + 1]), 413, "too-large");
    problem(send("POST", "/v1/partitions/7/records", new byte[MIB + 1]), 413, "too-large");
    problem(get("/v1/kv/larger"), 404, "not-found");
  }

  @Test
  void aChunkedBodyHasTheSameLimit() throws Exception {
    HttpRequest.Builder chunked = HttpRequest.newBuilder(node.uri("/v1/kv/chunked"));
    byte[] tooMuch = new byte[MIB + 1];
    HttpResponse<byte[]> answer =
        http.send(
            chunked
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooMuch)))
                .build(),
            BodyHandlers.ofByteArray());
    problem(answer, 413, "too-large");
  }

  @Test
  void recordsAreReadAsLines() throws Exception {
    List<Long> lsns = append(5, 20);
    List<JsonNode> lines =
        lines(get("/v1/partitions/5/records?limit=1000&from=" + lsns.getFirst()));
    assertThat(lines.stream().map(line -> line.get("lsn").asLong())).isEqualTo(lsns);
    assertThat(text(lines.get(3))).isEqualTo("3");
    List<JsonNode> some = lines(get("/v1/partitions/5/records?from=" + lsns.get(4) + "&limit=3"));
    assertThat(some.stream().map(line -> line.get("lsn").asLong())).isEqualTo(lsns.subList(4, 7));
    assertThat(lines(get("/v1/partitions/5/records?limit=0"))).isEmpty();
    assertThat(lines(get("/v1/partitions/5/records?from=1000000"))).isEmpty();
    List<JsonNode> dense = lines(get("/v1/partitions/5/records?system=on&limit=1000"));
    assertThat(dense.stream().map(line -> line.get("lsn").asLong()))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, lsns.getLast()).boxed().toList());
  }

  @Test
  void recordsAreSelectedByTypeAndTime() throws Exception {
    List<Long> lsns = append(4, 3);
    String key = keyOf(4);
    put(key, new byte[] {1});
    List<Long> later = append(4, 1);
    String all = "/v1/partitions/4/records?limit=1000&from=" + lsns.getFirst();
    List<JsonNode> data = lines(get(all + "&type=" + RecordData.DATA));
    assertThat(data.stream().map(line -> line.get("lsn").asLong()))
        .containsExactly(lsns.get(0), lsns.get(1), lsns.get(2), later.getFirst());
    List<JsonNode> others = lines(get(all + "&type=" + KvOperation.RECORD_TYPE));
    assertThat(others).hasSize(1);
    long time = data.getLast().get("time").asLong();
    assertThat(lines(get(all + "&since=" + time)).stream().map(line -> line.get("lsn").asLong()))
        .containsExactly(later.getFirst());
    assertThat(lines(get(all + "&until=" + time))).hasSize(4);
    assertThat(lines(get(all + "&key=7"))).isEmpty();
  }

  private static String keyOf(int partition) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "key-" + i)
        .filter(
            key -> {
              CRC32C crc = new CRC32C();
              crc.update(key.getBytes(StandardCharsets.UTF_8));
              return crc.getValue() % PARTITIONS == partition;
            })
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsMeasuredIsShownForPrometheus() throws Exception {
    append(3, 5);
    HttpResponse<byte[]> answer = get("/metrics");
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    assertThat(answer.body())
        .asString(StandardCharsets.UTF_8)
        .containsPattern("tidemark_lsn\\{partition=\"3\",watermark=\"durable\"} [5-9]")
        .containsPattern("tidemark_lsn\\{partition=\"3\",watermark=\"committed\"} [5-9]")
        .contains("tidemark_waiting_bytes{partition=\"3\"} ")
        .contains("tidemark_unsynced_seconds{partition=\"3\"} ")
        .contains("tidemark_writer_busy_seconds{partition=\"3\"} ")
        .contains("tidemark_claims_lost_total{partition=\"3\"} 0")
        .contains("tidemark_writer_state{partition=\"3\",tidemark_writer_state=\"healthy\"} 1")
        .contains("tidemark_writer_state{partition=\"3\",tidemark_writer_state=\"fenced\"} 0")
        .containsPattern("tidemark_append_seconds_count\\{partition=\"3\"} [5-9]")
        .containsPattern(
            "tidemark_sync_seconds\\{partition=\"3\",quantile=\"0.99\"} \\d{1,2}\\.[0-9E-]+\n")
        .containsPattern("tidemark_batch_records_sum\\{partition=\"3\"} [5-9]");
    assertThat(get("/metrics").body())
        .asString(StandardCharsets.UTF_8)
        .as("counted on, and no quantile of nothing")
        .containsPattern("tidemark_append_seconds_count\\{partition=\"3\"} [5-9]")
        .contains("tidemark_append_seconds{partition=\"3\",quantile=\"0.5\"} NaN");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/partitions/0/records?form=1, 400, bad-request",
    "GET, /v1/partitions/0/records?type=65536, 400, bad-request",
    "GET, /v1/partitions/0/records?from=0, 400, bad-request",
    "GET, /v1/partitions/0/records?from=x, 400, bad-request",
    "GET, /v1/partitions/0/records?from=99999999999999999999, 400, bad-request",
    "GET, /v1/partitions/0/records?limit=-1, 400, bad-request",
    "GET, /v1/partitions/0/records?limit=10001, 400, bad-request",
    "GET, /v1/partitions/8/records, 404, unknown-partition",
    "POST, /v1/partitions/99999/records, 404, unknown-partition",
    "GET, /v1/partitions/-1/records, 404, not-found",
    "GET, /v1/partitions/99999999999/records, 404, not-found",
    "PUT, /v1/kv/k?ack=most, 400, bad-request",
    "PATCH, /v1/kv/k, 405, bad-request",
    "DELETE, /v1/partitions, 405, bad-request",
    "GET, /, 404, not-found",
    "GET, /v1/kv/a/b, 404, not-found"
  })
  void whatIsWrongIsAProblem(String method, String path, int status, String type) throws Exception {
    problem(send(method, path, new byte[0]), status, type);
  }

  @Test
  void eventsAreHistoryAndThenTheTailWithoutAGap() throws Exception {
    append(6, 50);
    try (ExecutorService writer = Executors.newVirtualThreadPerTaskExecutor();
        Events events = new Events("/v1/partitions/6/records?system=on", "")) {
      CompletableFuture<List<Long>> written =
          CompletableFuture.supplyAsync(() -> append(6, 200), writer);
      List<Long> seen = events.ids(150);
      long last = written.get(60, TimeUnit.SECONDS).getLast();
      seen.addAll(events.ids((int) last - 150));
      assertThat(seen).isEqualTo(LongStream.rangeClosed(1, last).boxed().toList());
    }
    try (Events resumed = new Events("/v1/partitions/6/records?system=on", "100")) {
      assertThat(resumed.ids(3)).containsExactly(101L, 102L, 103L);
    }
    try (Events from = new Events("/v1/partitions/6/records?system=on&from=7", "")) {
      assertThat(from.ids(2)).containsExactly(7L, 8L);
    }
  }

  @Test
  void partitionsShowTheirLeader() throws Exception {
    JsonNode views = JSON.readTree(get("/v1/partitions").body());
    assertThat(views).hasSize(PARTITIONS);
    for (JsonNode view : views) {
      assertThat(view.get("leader").asText()).isEqualTo("a");
      assertThat(view.get("epoch").asLong()).isPositive();
      assertThat(view.get("replicas")).hasSize(1);
      assertThat(view.get("replicas").get(0).get("state").asText()).isEqualTo("leader");
    }
  }

  @Test
  void health() throws Exception {
    assertThat(get("/health/live").body()).asString().isEqualTo("live\n");
    assertThat(get("/health/ready").body()).asString().isEqualTo("ready\n");
  }

  @Test
  void aKilledNodeComesBackWithEverything(@TempDir Path other) throws Exception {
    try (NodeProcess killed = Clusters.alone("b", other.resolve("b"), "--partitions=1")) {
      killed.start();
      Http.awaitReady(killed);
      for (String key : List.of("kept", "deleted")) {
        assertThat(Http.send(killed, "PUT", "/v1/kv/" + key, new byte[] {'1'}).status())
            .isEqualTo(200);
      }
      assertThat(Http.send(killed, "DELETE", "/v1/kv/deleted", new byte[0]).status())
          .isEqualTo(200);
      killed.kill();
      killed.start();
      Http.awaitReady(killed);
      assertThat(Http.send(killed, "GET", "/v1/kv/kept", new byte[0]).body()).isEqualTo("1");
      assertThat(Http.send(killed, "GET", "/v1/kv/deleted", new byte[0]).status()).isEqualTo(404);
    }
  }

  /// A stream of server-sent events.
  private static final class Events implements AutoCloseable {
    private final BufferedReader reader;

    Events(String path, String lastEventId) throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(node.uri(path)).header("Accept", "text/event-stream");
      if (!lastEventId.isEmpty()) {
        request.header("Last-Event-ID", lastEventId);
      }
      HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/event-stream");
      reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    List<Long> ids(int count) throws IOException {
      List<Long> ids = new ArrayList<>();
      while (ids.size() < count) {
        String line = reader.readLine();
        if (line.startsWith("id: ")) {
          ids.add(Long.parseLong(line.substring(4)));
        }
      }
      return ids;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  private static List<Long> append(int partition, int count) {
    List<Long> lsns = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        byte[] value = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
        HttpResponse<byte[]> answer =
            send("POST", "/v1/partitions/" + partition + "/records", value);
        assertThat(answer.statusCode()).isEqualTo(200);
        lsns.add(JSON.readTree(answer.body()).get("lsn").asLong());
      }
      return lsns;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<JsonNode> lines(HttpResponse<byte[]> response) throws IOException {
    assertThat(response.statusCode()).isEqualTo(200);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : new String(response.body(), StandardCharsets.UTF_8).lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private static String text(JsonNode line) {
    return new String(
        Base64.getDecoder().decode(line.get("value").asText()), StandardCharsets.UTF_8);
  }

  private static void problem(HttpResponse<byte[]> response, int status, String type)
      throws IOException {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.get("type").asText()).isEqualTo("urn:tidemark:" + type);
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("detail").asText()).isNotEmpty();
  }

  private static HttpResponse<byte[]> put(String key, byte[] value)
      throws IOException, InterruptedException {
    return send("PUT", "/v1/kv/" + key, value);
  }

  private static HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(uri(path)).GET().build(), BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> send(String method, String path, byte[] body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.ofByteArray(body)).build(),
        BodyHandlers.ofByteArray());
  }

  private static URI uri(String path) {
    return node.uri(path);
  }
}
