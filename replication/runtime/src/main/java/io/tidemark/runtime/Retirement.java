package io.tidemark.runtime;

import io.tidemark.foundation.ReplicaId;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/// How a replica leaves its node: it is stopped, and then either its files are deleted or it begins
/// again as who it was.
///
/// The question whether anybody needs it is to be asked between the two, of a leader, see
/// [ReplicaHandle#confirmedMembers]. Crash story of who asks first: the answer is no, the replica
/// is made a member again, catches up, votes, acknowledges, and is deleted. One that is stopped
/// acknowledges nothing, so it cannot become a voter after the answer. And it is not asked of one
/// that only believes that it leads.
///
/// Whatever comes to this node's partition later is another replica, of an incarnation of its own,
/// that has promised nothing.
public final class Retirement {
  private final LocalReplicas replicas;
  private final DataDirectory data;

  Retirement(LocalReplicas replicas, DataDirectory data) {
    this.replicas = replicas;
    this.data = data;
  }

  /// Tells the actor of `context` so when `replica` is stopped, and its files are closed.
  public <C> void watch(ActorContext<C> context, ReplicaHandle replica, C stopped) {
    context.watchWith(replica.replica(), stopped);
  }

  /// Stops `replica`, a child of the actor of `context`.
  public void stop(ActorContext<?> context, ReplicaHandle replica) {
    context.stop(replica.replica());
  }

  /// It is stopped: who reads its log is told so, and what others tell it is lost until it is
  /// [#erase]d or [#release]d.
  public void stopped(ActorContext<?> context, ReplicaHandle replica) {
    replica.ended(context.getSystem().ignoreRef());
  }

  /// Deletes the files of `replica`, the incarnation `id`, which is stopped and nobody needs; may
  /// block.
  public void erase(ReplicaHandle replica, ReplicaId id) {
    data.remove(replica.partition(), id.incarnation());
    replicas.remove(replica);
  }

  /// Lets `replica`, which is stopped, begin again: by [ReplicatedNode#join].
  public void release(ReplicaHandle replica) {
    replicas.remove(replica);
  }
}
