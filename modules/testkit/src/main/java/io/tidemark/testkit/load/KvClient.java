package io.tidemark.testkit.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Kind;
import io.tidemark.testkit.history.Operation.Outcome;
import io.tidemark.testkit.history.Operation.Place;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// One client of the key-value store, which does one thing at a time and knows the three outcomes
/// apart.
final class KvClient {
  /// Longer than a node tries; only one that is stopped or cut off makes a client wait so long.
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final int number;
  private final HttpClient http;
  private final Keys keys;
  private final Consumer<String> strange;

  /// @param strange is told of answers that no node should give
  KvClient(int number, HttpClient http, Keys keys, Consumer<String> strange) {
    this.number = number;
    this.http = http;
    this.keys = keys;
    this.strange = strange;
  }

  private record Answer(Outcome outcome, Optional<String> value, Optional<Place> place) {
    static Answer nothing(Outcome outcome) {
      return new Answer(outcome, Optional.empty(), Optional.empty());
    }
  }

  Operation write(URI server, String key, String value) throws InterruptedException {
    return operation(server, Kind.WRITE, key, Optional.of(value));
  }

  Operation delete(URI server, String key) throws InterruptedException {
    return operation(server, Kind.DELETE, key, Optional.empty());
  }

  Operation read(URI server, String key) throws InterruptedException {
    return operation(server, Kind.READ, key, Optional.empty());
  }

  private Operation operation(URI server, Kind kind, String key, Optional<String> value)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve("/v1/kv/" + key)).timeout(PATIENCE);
    switch (kind) {
      case READ -> request.GET();
      case DELETE -> request.DELETE();
      case WRITE -> request.PUT(HttpRequest.BodyPublishers.ofString(value.orElseThrow()));
    }
    long invoke = System.nanoTime();
    Answer answer = answer(kind, key, request.build());
    Optional<String> seen = kind == Kind.WRITE ? value : answer.value();
    return new Operation(
        number, kind, key, seen, invoke, System.nanoTime(), answer.outcome(), answer.place());
  }

  private Answer answer(Kind kind, String key, HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> response =
          http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return kind == Kind.READ ? ofRead(key, response) : ofChange(response);
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return Answer.nothing(Outcome.REFUSED);
    } catch (IOException e) {
      return Answer.nothing(Outcome.UNKNOWN);
    }
  }

  private Answer ofRead(String key, HttpResponse<String> response) {
    return switch (response.statusCode()) {
      case 200 -> new Answer(Outcome.OK, Optional.of(response.body()), place(key, response));
      case 404 -> Answer.nothing(Outcome.OK);
      case 503 -> Answer.nothing(Outcome.REFUSED);
      default -> strange(response);
    };
  }

  private Optional<Place> place(String key, HttpResponse<String> response) {
    return response
        .headers()
        .firstValue("Tidemark-Lsn")
        .map(lsn -> new Place(keys.partitionOf(key), Long.parseLong(lsn), 0));
  }

  private Answer ofChange(HttpResponse<String> response) throws IOException {
    return switch (response.statusCode()) {
      case 200 -> {
        JsonNode json = JSON.readTree(response.body());
        Place place =
            new Place(
                json.required("partition").intValue(),
                json.required("lsn").longValue(),
                json.required("epoch").longValue());
        yield new Answer(Outcome.OK, Optional.empty(), Optional.of(place));
      }
      case 503, 507 -> Answer.nothing(Outcome.REFUSED);
      case 504 -> Answer.nothing(Outcome.UNKNOWN);
      default -> strange(response);
    };
  }

  private Answer strange(HttpResponse<String> response) {
    strange.accept(
        "%s %s was answered with %d: %s"
            .formatted(
                response.request().method(),
                response.uri(),
                response.statusCode(),
                response.body()));
    return Answer.nothing(Outcome.UNKNOWN);
  }
}
