package io.tidemark.runtime;

import io.tidemark.log.writer.WriterHealth;
import io.tidemark.protocol.Event;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the disk of a replica is a leader's. Used by the replica's thread.
final class Fitness {
  private static final Logger LOG = LoggerFactory.getLogger(Fitness.class);

  private final int partition;
  private final WriterHealth health;
  private boolean fit = true;

  Fitness(int partition, WriterHealth health) {
    this.partition = partition;
    this.health = health;
  }

  /// What changed since it was asked last. A stuck disk is not a leader's.
  Optional<Event> changed() {
    WriterHealth.Condition condition = health.condition();
    // On a full disk it stays: what is committed is served, and room may come back. Followers
    // cannot yet bear to be full.
    boolean nowFit = condition.state() != WriterHealth.State.STALLED;
    if (nowFit == fit) {
      return Optional.empty();
    }
    fit = nowFit;
    LOG.warn("partition {}: {} {}", partition, condition.state(), condition.reason());
    return Optional.of(new Event.FitnessChanged(fit));
  }
}
