package io.tidemark.runtime;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The replica that is to come in the place of one that is damaged for good: whose promises cannot
/// be read, or whose log has lost what nobody can give. Used by the damaged replica's thread.
///
/// ```
///   damaged     SUCCEEDS ──▶ every node, every so often; it says nothing as who it was
///   leader      the damaged one is silent: the successor becomes a learner, committed
///               ◀── INVITATION
///   damaged     its files get another name, durably; the successor begins with none, and learns
///   leader      promotes it, and removes the damaged one
/// ```
///
/// So whoever lost a part of its data is treated as one that lost its disk, but not before a
/// majority is known to go on without it. Crash story: all three replicas of a partition were
/// damaged, each was sure of the others, and all began anew. Without a leader they now stay as they
/// are, silent, until people bring back what was lost.
final class Successor {
  private static final Logger LOG = LoggerFactory.getLogger(Successor.class);
  private static final int TICKS_BETWEEN_WORDS = 8;

  private final ReplicaConfig config;
  private final Links links;
  private Optional<String> cause = Optional.empty();
  private int ticks;

  Successor(ReplicaConfig config, Links links) {
    this.config = config;
    this.links = links;
  }

  /// From now on it asks to come, because of `newCause`.
  void isNeeded(String newCause) {
    if (cause.isEmpty()) {
      LOG.error(
          "partition {} is damaged for good, and waits for a leader to take another replica in its"
              + " place: {}",
          config.partition(),
          newCause);
    }
    cause = Optional.of(newCause);
  }

  /// Time has passed.
  void tick() {
    if (cause.isPresent() && ticks++ % TICKS_BETWEEN_WORDS == 0) {
      Greeting word = new Greeting(Greeting.Kind.SUCCEEDS, config.fresh(), Optional.empty());
      links.byNode().keySet().forEach(node -> links.greet(node, config.partition(), word));
    }
  }

  /// Whether a leader takes it.
  boolean isInvitedBy(Greeting greeting) {
    return cause.isPresent() && greeting.kind() == Greeting.Kind.INVITATION;
  }

  /// Sets the damaged files aside, and says what to begin instead; may block.
  ReplicaConfig begin() {
    LOG.warn(
        "partition {}: {} begins in the place of the replica here; its files are set aside",
        config.partition(),
        config.fresh());
    return config.anew().get();
  }
}
