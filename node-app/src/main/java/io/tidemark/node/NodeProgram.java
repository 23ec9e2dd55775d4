package io.tidemark.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tidemark.foundation.NodeId;
import io.tidemark.node.directory.Leftovers;
import io.tidemark.node.directory.News;
import io.tidemark.node.directory.Steward;
import io.tidemark.node.http.HttpApi;
import io.tidemark.node.kv.KvPartition;
import io.tidemark.node.kv.SnapshotSettings;
import io.tidemark.runtime.NodeConfig;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.DirectorySettings;
import io.tidemark.runtime.directory.Roster;
import io.tidemark.storage.StorageException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running node: replicas, state machines, gateway, HTTP.
///
/// Closing stops the actor system first, so that every log is closed, and then gives back the media
/// driver's files and the lock of the data directory.
public final class NodeProgram implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeProgram.class);
  private static final String SYSTEM = "tidemark";
  private static final Duration HAND_OVER_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

  private final ReplicatedNode node;
  private final ActorSystem<Task> system;
  private final CompletableFuture<Void> failed = new CompletableFuture<>();

  /// What only the parent of the replicas can do.
  private sealed interface Task {}

  /// A leader wants a replica of `partition` here.
  private record Invitation(int partition) implements Task {}

  /// A replica has to leave.
  private record Stop(ReplicaHandle replica) implements Task {}

  private NodeProgram(
      NodeConfig config,
      Roster given,
      Config settings,
      InetSocketAddress http,
      Path aeronDirectory) {
    this.node = ReplicatedNode.open(config, given, aeronDirectory);
    try {
      DirectorySettings directory = DirectorySettings.of(settings);
      SnapshotSettings snapshots = SnapshotSettings.of(settings);
      this.system =
          ActorSystem.create(
              guardian(http, directory, snapshots), SYSTEM, settings(node, settings));
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  /// Starts a node that serves HTTP at `http`.
  ///
  /// @param settings of the actors
  public static NodeProgram start(
      NodeConfig config, Config settings, InetSocketAddress http, Path aeronDirectory) {
    return new NodeProgram(config, config.founding(), settings, http, aeronDirectory);
  }

  /// Starts a node of the cluster `given`, which began without it.
  public static NodeProgram join(
      NodeConfig config,
      Roster given,
      Config settings,
      InetSocketAddress http,
      Path aeronDirectory) {
    return new NodeProgram(config, given, settings, http, aeronDirectory);
  }

  /// Where the media driver of a node keeps its files unless told otherwise: in memory if possible,
  /// named after the node and its data.
  public static Path aeronDirectory(String id, Path data) {
    Path memory = Path.of("/dev/shm");
    Path parent =
        Files.isDirectory(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    int hash = data.toAbsolutePath().normalize().toString().hashCode();
    return parent.resolve("tidemark-%s-%08x".formatted(id, hash));
  }

  /// Fails when the node cannot go on, with the reason; never completes otherwise.
  public CompletionStage<Void> failed() {
    return failed;
  }

  private Behavior<Task> guardian(
      InetSocketAddress http, DirectorySettings directory, SnapshotSettings snapshots) {
    return Behaviors.setup(
        context -> {
          ActorRef<Task> self = context.getSelf();
          node.start(
              context,
              failed::completeExceptionally,
              partition -> self.tell(new Invitation(partition)));
          Users users = new Users(context, node, snapshots);
          ActorRef<Gateway.Command> gateway =
              context.spawn(Gateway.create(node, users.stores(), users.registrar()), Gateway.NAME);
          Gateways gateways = new Gateways(context.getSystem(), node, gateway);
          node.replicas().forEach(replica -> users.follow(replica, gateways));
          Router router = new Router(context.getSystem(), node, gateways);
          if (node.config().isClustered()) {
            context.spawn(
                Steward.create(node, router, gateways, users.registrar(), directory), "steward");
            context.spawn(News.create(node, gateways, directory.look()), "news", News.DISPATCHER);
            Leftovers.Host host = host(users, self);
            directory
                .removeAfter()
                .ifPresent(
                    after ->
                        context.spawn(
                            Leftovers.create(node, gateways, host, directory.look(), after),
                            "leftovers"));
          }
          bind(context.getSystem(), http, router);
          return Behaviors.receiveMessage(
              task -> {
                switch (task) {
                  case Stop(ReplicaHandle replica) -> node.retirement().stop(context, replica);
                  case Invitation(int partition) ->
                      join(context, partition)
                          .ifPresent(
                              replica -> {
                                users.follow(replica, gateways);
                                router.watch(replica);
                              });
                }
                return Behaviors.same();
              });
        });
  }

  private Optional<ReplicaHandle> join(ActorContext<Task> context, int partition) {
    try {
      return node.join(context, partition, failed::completeExceptionally);
    } catch (StorageException e) {
      // The leader asks again.
      LOG.warn("cannot join partition {}: {}", partition, e.getMessage());
      return Optional.empty();
    }
  }

  private static Leftovers.Host host(Users users, ActorRef<Task> parent) {
    return new Leftovers.Host() {
      @Override
      public Optional<ActorRef<KvPartition.Command>> endStore(ReplicaHandle replica) {
        return users.end(replica);
      }

      @Override
      public void stop(ReplicaHandle replica) {
        parent.tell(new Stop(replica));
      }

      @Override
      public void begin(int partition) {
        parent.tell(new Invitation(partition));
      }
    };
  }

  private void bind(ActorSystem<?> actors, InetSocketAddress http, Router router) {
    CompletionStage<ServerBinding> binding =
        Http.get(actors)
            .newServerAt(http.getHostString(), http.getPort())
            .bind(new HttpApi(node, router).routes());
    binding.whenComplete(
        (bound, failure) -> {
          if (failure != null) {
            failed.completeExceptionally(
                new IllegalStateException(
                    "cannot serve HTTP on " + http + ": " + failure.getMessage(), failure));
          } else {
            LOG.info("node {} serves HTTP on {}", node.config().self(), bound.localAddress());
          }
        });
  }

  private static Config settings(ReplicatedNode node, Config settings) {
    NodeConfig config = node.config();
    Map<String, Object> values = new HashMap<>();
    if (config.isClustered()) {
      InetSocketAddress listen = config.listen();
      values.put("pekko.actor.provider", "cluster");
      values.put("pekko.remote.artery.canonical.hostname", listen.getHostString());
      values.put("pekko.remote.artery.canonical.port", listen.getPort());
      values.put(
          "pekko.cluster.seed-nodes",
          seeds(node).stream()
              .map(node::address)
              .map(a -> "pekko://%s@%s:%d".formatted(SYSTEM, a.getHostString(), a.getPort()))
              .collect(Collectors.toList()));
      values.put("pekko.cluster.roles", List.of(config.clusterRole()));
    }
    return ConfigFactory.parseMap(values).withFallback(settings);
  }

  /// Whom to ask to take this node in, the longest there first: that one begins without the others
  /// if they do not answer, and whoever comes to a cluster is never the first.
  private static List<NodeId> seeds(ReplicatedNode node) {
    Roster roster = node.roster();
    return roster.present().stream()
        .sorted(Comparator.comparingInt(one -> roster.nodes().get(one).number()))
        .toList();
  }

  /// This node's id.
  public NodeId self() {
    return node.config().self();
  }

  @Override
  public void close() {
    if (node.config().isClustered()) {
      node.handOverAll(HAND_OVER_TIMEOUT);
    }
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.warn("the actors did not stop within {}", STOP_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("the actors did not stop well", e);
    }
    node.close();
  }
}
