package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tidemark.foundation.NodeId;
import io.tidemark.node.tools.ToolRefusedException;
import io.tidemark.runtime.directory.Roster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the commands make of what a node says about its cluster.
class RosterOverHttpTest {
  private static final String BEGINNING =
      """
      {"cluster": "[a, b]/4/2", "version": 17, "partitions": 4, "replicas": 2, "nodes": [
        {"node": "a", "number": 0, "address": "127.0.0.1:1", "founder": true, "state": "%s"},
        {"node": "b", "number": 1, "address": "127.0.0.1:2", "founder": true, "state": "active"},
        {"node": "d", "number": 2, "address": "127.0.0.1:3", "founder": false, "state": "active"}],
       "moves": [%s]}
      """;
  private static final String MOVE = "{\"partition\": 3, \"from\": \"a\", \"to\": \"d\"}";

  private final ConcurrentLinkedDeque<String> answers = new ConcurrentLinkedDeque<>();
  private HttpServer server;

  @TempDir private Path data;

  /// It gives the answers one after the other, and the last again and again.
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/cluster",
        exchange -> {
          String answer = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getAddress().getPort());
  }

  private String http() {
    return "--http=127.0.0.1:" + address().getPort();
  }

  @Test
  void whoRemovesANodeSeesWhatMovesUntilItIsGone() {
    answers.add("{}");
    answers.add(BEGINNING.formatted("leaving", MOVE));
    answers.add(BEGINNING.formatted("leaving", MOVE));
    answers.add(BEGINNING.formatted("removed", ""));
    ToolRun run = ToolRun.command("cluster", "remove-node", "a", http());
    assertThat(run.code()).isZero();
    assertThat(run.out().lines()).containsExactly("partition 3 moves from a to d", "a is removed");
  }

  @Test
  void whoWaitsInVainIsToldSo() {
    answers.add(BEGINNING.formatted("leaving", ""));
    ToolRun run = ToolRun.command("cluster", "remove-node", "a", "--patience=0", http());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("a still leaves");
  }

  @Test
  void theNodesAreShownBeforeTheReplicas() throws Exception {
    server.createContext(
        "/v1/partitions",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("[]".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    answers.add(BEGINNING.formatted("leaving", MOVE));
    ToolRun run = ToolRun.command("cluster", "status", http());
    assertThat(run.out().lines().map(String::strip))
        .contains("a         127.0.0.1:1            leaving", "partition 3 moves from a to d");
  }

  @Test
  void whoJoinsLearnsWhoIsThere() throws Exception {
    answers.add(BEGINNING.formatted("leaving", MOVE));
    Roster roster = Join.rosterFor(new NodeId("d"), data, address());
    assertThat(roster.version()).isEqualTo(17);
    assertThat(roster.clusterId()).isEqualTo("[a, b]/4/2");
    assertThat(roster.leaving()).containsExactly(new NodeId("a"));
    assertThat(roster.moves()).containsOnlyKeys(3);
    assertThat(roster.nodes().get(new NodeId("d")).number()).isEqualTo(2);
  }

  @Test
  void whoIsNotAddedDoesNotJoin() {
    answers.add(BEGINNING.formatted("removed", ""));
    for (String name : List.of("a", "e")) {
      assertThatThrownBy(() -> Join.rosterFor(new NodeId(name), data, address()))
          .isInstanceOf(ToolRefusedException.class)
          .hasMessageContaining("node " + name + " is not one of [b, d]");
    }
  }
}
