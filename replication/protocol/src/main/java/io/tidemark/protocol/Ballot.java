package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;
import java.util.Optional;

/// What a replica has promised: to take nothing from an epoch below `epoch`, and in `epoch` to have
/// voted for nobody but `votedFor`. It is durable before anybody hears of it.
public record Ballot(long epoch, Optional<ReplicaId> votedFor) {
  /// Nothing promised yet.
  public static final Ballot NONE = new Ballot(0, Optional.empty());
}
