package io.tidemark.runtime;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A node, as it is seen by whoever admits it.
///
/// @param replicasEach of a partition
/// @param onBegin opens the replicas; may block
/// @param onFailure told why it ends
record Applicant(
    int replicasEach,
    DataDirectory data,
    Supplier<List<ReplicaHandle>> replicas,
    Runnable onBegin,
    Consumer<RuntimeException> onFailure)
    implements Admission.Applicant {

  @Override
  public List<String> setAside(long number) {
    if (replicasEach == 1) {
      // Crash story: a partition of one replica begins anew without its data, and is empty.
      throw new RolledBackException(
          "the data of this node are older than what others remember of them, and nobody else has"
              + " any of it");
    }
    return data.setAside(number);
  }

  @Override
  public void begin() {
    onBegin.run();
  }

  @Override
  public long promised() {
    return replicas.get().stream()
        .mapToLong(replica -> replica.watermarks().durable() + replica.view().epoch())
        .sum();
  }

  @Override
  public void fail(RuntimeException cause) {
    onFailure.accept(cause);
  }
}
