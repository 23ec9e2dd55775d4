package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.directory.Roster;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Subscribe;

/// Tells when Pekko Cluster sees a node come or come back. A hint and nothing more: if it is wrong,
/// a leader sends one message too many.
final class ClusterHints {
  /// Role by which a member's node is known.
  static final String ROLE_PREFIX = "tidemark-node-";

  private ClusterHints() {}

  static Behavior<ClusterEvent.ClusterDomainEvent> create(Consumer<NodeId> onReachable) {
    return Behaviors.setup(
        context -> {
          Cluster.get(context.getSystem())
              .subscriptions()
              .tell(Subscribe.create(context.getSelf(), ClusterEvent.ClusterDomainEvent.class));
          return Behaviors.receive(ClusterEvent.ClusterDomainEvent.class)
              .onMessage(
                  ClusterEvent.MemberUp.class,
                  up -> {
                    context.getLog().info("cluster: {} is up", up.member().address());
                    tell(up.member(), onReachable);
                    return Behaviors.same();
                  })
              .onMessage(
                  ClusterEvent.ReachableMember.class,
                  reachable -> {
                    tell(reachable.member(), onReachable);
                    return Behaviors.same();
                  })
              .build();
        });
  }

  /// Lets go of members that cannot be reached and are removed from the roster: nobody comes back
  /// under their names, and Pekko Cluster takes in no others fully as long as it waits for them.
  static void dismissRemoved(ActorSystem<?> system, Roster roster) {
    Cluster cluster = Cluster.get(system);
    for (Member member : cluster.state().getUnreachable()) {
      tell(
          member,
          node -> {
            if (!roster.isPresent(node)) {
              cluster.manager().tell(new Down(member.address()));
            }
          });
    }
  }

  private static void tell(Member member, Consumer<NodeId> onReachable) {
    for (String role : member.getRoles()) {
      if (role.startsWith(ROLE_PREFIX)) {
        onReachable.accept(new NodeId(role.substring(ROLE_PREFIX.length())));
      }
    }
  }
}
