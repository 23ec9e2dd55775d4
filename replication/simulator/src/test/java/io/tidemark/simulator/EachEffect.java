package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A bug that looks at one effect at a time, whatever caused it.
interface EachEffect extends Meddler {
  /// What is carried out instead of `effect`, if anything.
  Optional<Effect> instead(Effect effect, ReplicaCore core);

  @Override
  default List<Effect> effects(
      ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    return effects.stream().flatMap(effect -> instead(effect, core).stream()).toList();
  }

  /// A bug that leaves out what `isLost`.
  static EachEffect losing(Predicate<Effect> isLost) {
    return (effect, _) -> Optional.of(effect).filter(isLost.negate());
  }
}
