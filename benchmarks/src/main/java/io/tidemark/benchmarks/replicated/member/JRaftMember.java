package io.tidemark.benchmarks.replicated.member;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.util.Endpoint;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/// A group of SOFAJRaft with default options, whose state is the number of bytes that were applied;
/// the producer applies its tasks at the leader's node, in its JVM. No snapshot comes in the time
/// of a measurement.
final class JRaftMember implements Member {
  private static final String GROUP = "benchmark";

  private final Node node;

  JRaftMember(Layout layout) {
    Configuration servers = new Configuration();
    layout.servers().forEach(i -> servers.addPeer(new PeerId(endpoint(layout, i), 0)));
    Path own = layout.own();
    NodeOptions options = new NodeOptions();
    options.setInitialConf(servers);
    options.setFsm(new Applied());
    options.setLogUri(own.resolve("log").toString());
    options.setRaftMetaUri(own.resolve("meta").toString());
    PeerId self = new PeerId(endpoint(layout, layout.self()), 0);
    node = new RaftGroupService(GROUP, self, options).start();
  }

  private static Endpoint endpoint(Layout layout, int server) {
    return new Endpoint(Layout.HOST, layout.port(server, 0));
  }

  @Override
  public boolean leads() {
    return node.isLeader(false);
  }

  @Override
  public Optional<Producer> producer(Outcomes outcomes) {
    Closure done =
        status -> {
          if (status.isOk()) {
            outcomes.acknowledged(1);
          } else {
            outcomes.failed(status.toString());
          }
        };
    return Optional.of(
        payload -> {
          if (!node.isLeader(false)) {
            return false;
          }
          node.apply(new Task(ByteBuffer.wrap(payload), done));
          return true;
        });
  }

  private static final class Applied extends StateMachineAdapter {
    private long bytes;

    @Override
    public void onApply(Iterator committed) {
      for (; committed.hasNext(); committed.next()) {
        bytes += committed.getData().remaining();
        if (committed.done() != null) {
          committed.done().run(Status.OK());
        }
      }
    }

    @Override
    public String toString() {
      return bytes + " bytes applied";
    }
  }
}
