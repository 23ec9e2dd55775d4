package io.tidemark.log;

import io.tidemark.log.LogConfig.OpenCheck;
import io.tidemark.log.RecoveryFacts.BeginningFacts;
import io.tidemark.log.RecoveryFacts.CopyFacts;
import io.tidemark.log.RecoveryFacts.FloorFacts;
import io.tidemark.log.RecoveryFacts.IntentFacts;
import io.tidemark.log.RecoveryFacts.SegmentFacts;
import io.tidemark.storage.Directory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is left of a closed log that [Log#open] takes for damaged, or of one segment of an open
/// one; changes nothing.
public final class LogRemains {
  private final RecoveryDecision decision;
  private final Tail start;
  private final List<SegmentRemains> segments;

  private LogRemains(RecoveryDecision decision, Tail start, List<SegmentRemains> segments) {
    this.decision = decision;
    this.start = start;
    this.segments = segments;
  }

  /// Reads every byte in `directory`.
  ///
  /// Throws [LogDamagedException] where more than segments is damaged, and [LogRefusedException] as
  /// opening does.
  public static LogRemains of(Directory directory, LogConfig config) {
    LogConfig thorough = config.openCheck().isAll() ? config : config.withOpenCheck(OpenCheck.ALL);
    FactFinding found = FactFinding.in(directory, thorough);
    RecoveryFacts facts = found.facts();
    RecoveryDecision decision = RecoveryDecision.of(facts);
    if (decision.kind().answer() == RecoveryCase.Answer.REFUSAL) {
      throw new LogRefusedException(decision.kind(), decision.file(), decision.found());
    }
    if (!(facts.beginning() instanceof BeginningFacts.None
        && facts.intent() instanceof IntentFacts.None
        && facts.copy() instanceof CopyFacts.None)) {
      throw damage(decision, "not mended while a truncation, beginning or rewrite is unfinished");
    }
    if (facts.floor() instanceof FloorFacts.Damaged) {
      throw damage(decision, "not mended without knowing what was trimmed");
    }
    List<SegmentRemains> segments = new ArrayList<>();
    for (SegmentFacts one : facts.segments()) {
      boolean followed = !one.file().equals(facts.segments().getLast().file());
      segments.add(
          headed(found, one.file())
              .map(whole -> SegmentRemains.sound(directory, whole, followed))
              .orElseGet(() -> SegmentRemains.headless(directory, one.file(), config)));
    }
    return new LogRemains(decision, start(facts.floor(), segments, decision), segments);
  }

  /// Of one segment of an open log, and the header of the `next`.
  static LogRemains of(SegmentRemains damaged, SegmentRemains next) {
    RecoveryDecision decision =
        new RecoveryDecision(
            RecoveryCase.DAMAGED_BATCH,
            damaged.file(),
            0,
            damaged.baseLsn(),
            "bytes that are not what was written");
    return new LogRemains(decision, damaged.previous(), List.of(damaged, next));
  }

  private static Optional<FactFinding.Found> headed(FactFinding found, String file) {
    return found.segments().stream()
        .filter(one -> one.header().fileName().equals(file))
        .findFirst();
  }

  private static Tail start(
      FloorFacts facts, List<SegmentRemains> segments, RecoveryDecision decision) {
    long floor = facts instanceof FloorFacts.Whole(Floor whole) ? whole.floor() : 1;
    if (floor == 1) {
      return Tail.EMPTY;
    }
    boolean known =
        !segments.isEmpty()
            && segments.getFirst().hasHeader()
            && segments.getFirst().baseLsn() <= floor;
    if (!known) {
      throw damage(decision, "the log was trimmed, and nothing says behind which batch it begins");
    }
    return segments.getFirst().previous();
  }

  private static LogDamagedException damage(RecoveryDecision decision, String why) {
    return new LogDamagedException(
        decision.kind(),
        decision.file(),
        decision.position(),
        decision.expectedLsn(),
        decision.found() + "; " + why);
  }

  /// The batch before the first of the log.
  public Tail start() {
    return start;
  }

  /// In the order of their names.
  public List<SegmentRemains> segments() {
    return List.copyOf(segments);
  }

  /// What opening finds, and why it stays so.
  public LogDamagedException unmendable(String why) {
    return damage(decision, why);
  }
}
