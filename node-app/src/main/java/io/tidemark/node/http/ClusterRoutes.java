package io.tidemark.node.http;

import io.tidemark.foundation.NodeId;
import io.tidemark.node.Router;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.Fact;
import io.tidemark.runtime.directory.Roster;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/// `/v1/cluster`: which nodes there are, and which come and go.
final class ClusterRoutes extends AllDirectives {
  private final ReplicatedNode node;
  private final Router router;

  ClusterRoutes(ReplicatedNode node, Router router) {
    this.node = node;
    this.router = router;
  }

  /// The cluster as this node knows it; removed nodes are among its nodes.
  private record ClusterJson(
      String cluster,
      long version,
      int partitions,
      int replicas,
      List<NodeJson> nodes,
      List<MoveJson> moves) {}

  private record NodeJson(String node, int number, String address, boolean founder, String state) {}

  private record MoveJson(int partition, String from, String to) {}

  /// What a change of nodes is answered with.
  private record Changed(String node) {}

  Route routes() {
    return pathPrefix(
        "cluster",
        () ->
            concat(
                pathEnd(() -> get(() -> complete(Json.response(StatusCodes.OK, shown())))),
                path("nodes", () -> post(() -> parameterMap(this::change)))));
  }

  private ClusterJson shown() {
    Roster roster = node.roster();
    return new ClusterJson(
        roster.clusterId(),
        roster.version(),
        roster.partitions(),
        roster.replicas(),
        roster.nodes().keySet().stream().map(id -> shown(id, roster.nodes().get(id))).toList(),
        roster.moves().entrySet().stream()
            .map(
                one ->
                    new MoveJson(
                        one.getKey(), one.getValue().from().name(), one.getValue().to().name()))
            .toList());
  }

  private NodeJson shown(NodeId id, Roster.Entry entry) {
    return new NodeJson(
        id.name(),
        entry.number(),
        Roster.text(node.address(id)),
        entry.founder(),
        entry.standing().name().toLowerCase(Locale.ROOT));
  }

  private Route change(Map<String, String> asked) {
    if (!node.config().isClustered()) {
      return complete(Problem.changeRefused("this node was started alone").response());
    }
    if (asked.keySet().equals(Set.of("remove"))) {
      NodeId gone = new NodeId(asked.get("remove"));
      return propose(gone, new Fact.Leaving(gone));
    }
    if (asked.keySet().equals(Set.of("add", "address"))) {
      NodeId more = new NodeId(asked.get("add"));
      InetSocketAddress address = Roster.address(asked.get("address"));
      return !address.isUnresolved() && address.getAddress().isLoopbackAddress()
          ? propose(more, new Fact.Added(more, address))
          : complete(
              Problem.badRequest(
                      asked.get("address")
                          + " is not a loopback address; nodes on others need authentication,"
                          + " which is not built yet")
                  .response());
    }
    return complete(Problem.badRequest("add=ID&address=HOST:PORT, or remove=ID").response());
  }

  private Route propose(NodeId about, Fact fact) {
    return onSuccess(
        router.propose(fact),
        refusal ->
            complete(
                refusal.isEmpty()
                    ? Json.response(StatusCodes.OK, new Changed(about.name()))
                    : Problem.changeRefused(refusal).response()));
  }
}
