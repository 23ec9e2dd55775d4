package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Tail;
import io.tidemark.protocol.Members;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// A replica that starts, or is at rest, goes by the members that its own log says.
///
/// Who was about to begin behind an offer, and has its old log yet, may have forgotten a change in
/// it: that is not committed, nor can it be, as the offer ends beyond it.
public final class MembersAsLogged implements Invariant {
  private final Mirrors mirrors;
  private final CommittedRecords committed;
  private final Set<ReplicaId> beginning = new HashSet<>();

  public MembersAsLogged(Mirrors mirrors, CommittedRecords committed) {
    this.mirrors = mirrors;
    this.committed = committed;
  }

  @Override
  public int number() {
    return 19;
  }

  @Override
  public void beginning(ReplicaId node, Tail tail) {
    beginning.add(node);
  }

  @Override
  public void began(ReplicaId node, Tail tail) {
    beginning.remove(node);
  }

  @Override
  public void truncated(ReplicaId node, long lsn) {
    beginning.remove(node);
  }

  @Override
  public void goesBy(ReplicaId node, Members members) {
    Optional<LogMirror.Change> logged = mirrors.of(node).newestChange();
    holds(
        logged.isEmpty()
            || logged.get().members().equals(members)
            || mayHaveForgotten(node, logged.get().lsn()),
        "%s goes by %s, its log says %s",
        node,
        members,
        logged);
  }

  private boolean mayHaveForgotten(ReplicaId node, long lsn) {
    return beginning.contains(node) && !committed.has(mirrors.of(node).at(lsn));
  }
}
