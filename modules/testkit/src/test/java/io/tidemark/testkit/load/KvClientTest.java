package io.tidemark.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Outcome;
import io.tidemark.testkit.history.Operation.Place;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What each answer means: the three outcomes are never confused.
final class KvClientTest {
  private static final int NO_ANSWER = -1;

  private final List<String> strange = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final KvClient client = new KvClient(4, http, new Keys(1), strange::add);
  private HttpServer server;
  private URI uri;
  private volatile int status;
  private volatile String body = "";

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/kv/k",
        exchange -> {
          try (exchange) {
            if (status != NO_ANSWER) {
              byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
              exchange.getResponseHeaders().add("Tidemark-Lsn", "9");
              exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
              exchange.getResponseBody().write(bytes);
            }
          }
        });
    server.start();
    uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  @AfterEach
  void close() {
    server.stop(0);
    http.close();
  }

  @Test
  void whatHappened() throws Exception {
    answer(200, "{\"partition\":0,\"lsn\":7,\"epoch\":3,\"ack\":\"quorum\"}");
    Operation write = client.write(uri, "k", "v");
    assertThat(write.outcome()).isEqualTo(Outcome.OK);
    assertThat(write.value()).contains("v");
    assertThat(write.place()).contains(new Place(0, 7, 3));
    assertThat(client.delete(uri, "k").place()).contains(new Place(0, 7, 3));
    answer(200, "w");
    assertThat(client.read(uri, "k").value()).contains("w");
    assertThat(client.read(uri, "k").place()).contains(new Place(0, 9, 0));
    answer(404, "");
    assertThat(client.read(uri, "k").outcome()).isEqualTo(Outcome.OK);
    assertThat(client.read(uri, "k").value()).isEmpty();
    assertThat(strange).isEmpty();
  }

  @Test
  void whatSurelyDidNotHappen() throws Exception {
    answer(503, "");
    assertThat(outcomes()).containsOnly(Outcome.REFUSED);
    answer(507, "");
    assertThat(client.write(uri, "k", "v").outcome()).isEqualTo(Outcome.REFUSED);
    server.stop(0);
    HttpClient fresh = HttpClient.newHttpClient();
    KvClient other = new KvClient(5, fresh, new Keys(1), strange::add);
    assertThat(other.write(uri, "k", "v").outcome()).isEqualTo(Outcome.REFUSED);
    fresh.close();
    assertThat(strange).isEmpty();
  }

  @Test
  void whatNobodyKnows() throws Exception {
    answer(NO_ANSWER, "");
    assertThat(outcomes()).containsOnly(Outcome.UNKNOWN);
    answer(504, "");
    assertThat(client.write(uri, "k", "v").outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(strange).isEmpty();
    answer(500, "oh");
    assertThat(outcomes()).containsOnly(Outcome.UNKNOWN);
    assertThat(strange).hasSize(3).allMatch(told -> told.endsWith("was answered with 500: oh"));
  }

  private List<Outcome> outcomes() throws InterruptedException {
    return List.of(
        client.read(uri, "k").outcome(),
        client.write(uri, "k", "v").outcome(),
        client.delete(uri, "k").outcome());
  }

  private void answer(int with, String content) {
    status = with;
    body = content;
  }
}
