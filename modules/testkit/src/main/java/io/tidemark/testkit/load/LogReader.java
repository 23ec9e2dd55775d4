package io.tidemark.testkit.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.testkit.check.LogRead;
import io.tidemark.testkit.check.LogRecord;
import io.tidemark.testkit.check.RollingDigest;
import io.tidemark.testkit.cluster.Node;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Follows the committed records of every replica, and each time asks again for the last record it
/// saw: that one must not be gone.
final class LogReader {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LIMIT = 2_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int number;
  private final HttpClient http;
  private final Map<String, Long> lastSeen = new HashMap<>();

  LogReader(int number, HttpClient http) {
    this.number = number;
    this.http = http;
  }

  /// What is there now; empty if `node` does not say, or was started again meanwhile.
  Optional<LogRead> read(Node node, int partition) throws InterruptedException {
    String replica = node.id() + "/" + partition;
    long from = lastSeen.getOrDefault(replica, 1L);
    int run = node.run();
    HttpRequest request =
        HttpRequest.newBuilder(
                node.uri(
                    "/v1/partitions/%d/records?from=%d&limit=%d&system=on"
                        .formatted(partition, from, LIMIT)))
            .timeout(PATIENCE)
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200 || node.run() != run) {
        return Optional.empty();
      }
      LogRead read = read(node, run, partition, from, response.body());
      lastSeen.put(replica, Math.max(from, read.throughLsn()));
      return Optional.of(read);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private LogRead read(Node node, int run, int partition, long from, String body)
      throws IOException {
    RollingDigest digest = new RollingDigest();
    long through = from - 1;
    for (String line : body.lines().toList()) {
      LogRecord record = record(JSON.readTree(line));
      digest.add(record);
      through++;
    }
    return new LogRead(number, node.id(), run, partition, from, through, digest.value());
  }

  private static LogRecord record(JsonNode line) {
    return new LogRecord(
        line.required("lsn").longValue(),
        line.required("epoch").longValue(),
        line.required("time").longValue(),
        line.required("type").intValue(),
        Base64.getDecoder().decode(line.required("value").textValue()));
  }
}
