package io.tidemark.runtime;

import io.tidemark.log.writer.WriterHealth;
import io.tidemark.protocol.Event;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the disk of a replica is a leader's: not one that is stuck, or full, or has damage that
/// others wait for. Used by the replica's thread.
final class Fitness {
  private static final Logger LOG = LoggerFactory.getLogger(Fitness.class);

  private final int partition;
  private final WriterHealth health;
  private boolean fit = true;

  Fitness(int partition, WriterHealth health) {
    this.partition = partition;
    this.health = health;
  }

  /// What changed since it was asked last.
  ///
  /// @param damageHinders see [LiveMending#hinders]
  Optional<Event> changed(boolean damageHinders) {
    WriterHealth.Condition condition = health.condition();
    boolean nowFit =
        switch (condition.state()) {
          case HEALTHY -> true;
          case DAMAGED -> !damageHinders;
          case STALLED, READ_ONLY, FENCED -> false;
        };
    if (nowFit == fit) {
      return Optional.empty();
    }
    fit = nowFit;
    LOG.warn("partition {}: {} {}", partition, condition.state(), condition.reason());
    return Optional.of(new Event.FitnessChanged(fit));
  }
}
