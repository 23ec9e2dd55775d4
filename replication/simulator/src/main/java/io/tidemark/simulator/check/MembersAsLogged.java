package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Members;
import java.util.Optional;

/// A replica that starts, or is at rest, goes by the members that its own log says.
public final class MembersAsLogged implements Invariant {
  private final Mirrors mirrors;

  public MembersAsLogged(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public int number() {
    return 19;
  }

  @Override
  public void goesBy(ReplicaId node, Members members) {
    Optional<LogMirror.Change> logged = mirrors.of(node).newestChange();
    holds(
        logged.isEmpty() || logged.get().members().equals(members),
        "%s goes by %s, its log says %s",
        node,
        members,
        logged);
  }
}
