package io.tidemark.benchmarks.contender;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/// A partition in an actor system. The producer, an actor too, puts records into the writer's ring
/// and hears once for each sync how far they have come; or, in the other form, gets one answer for
/// each record.
final class TidemarkActor implements Contender {
  private final boolean answersEach;

  TidemarkActor(boolean answersEach) {
    this.answersEach = answersEach;
  }

  @Override
  public String name() {
    return answersEach ? "Tidemark actor, answer each" : "Tidemark actor";
  }

  @Override
  public Kind kind() {
    return Kind.TIDEMARK;
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.of(Ability.NOT_SYNCED, Ability.PARTITIONS);
  }

  @Override
  public Store open(Path directory, Setup setup) {
    return new TidemarkPartitions(
        directory, setup, answersEach ? AnsweredProducer::create : ToldProducer::create);
  }
}
