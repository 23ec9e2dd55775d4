package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.EpochHistory;
import io.tidemark.log.RecoveryFacts.BeginningFacts;
import io.tidemark.log.RecoveryFacts.BodyFacts;
import io.tidemark.log.RecoveryFacts.CopyFacts;
import io.tidemark.log.RecoveryFacts.FloorFacts;
import io.tidemark.log.RecoveryFacts.IntentFacts;
import io.tidemark.log.SegmentContent.EpochStart;
import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Opens a log: collect the facts ([FactFinding]), decide ([RecoveryDecision]), act.
///
/// Nothing on disk changes before the decision, and nothing at all if it is damage or refusal. Each
/// act may be interrupted and then done again from the start.
final class Recovery {
  /// An opened log; the caller closes the segments.
  record Recovered(
      List<Segment> segments, Tail tail, EpochHistory epochs, Floor floor, RecoveryReport report) {}

  /// How the facts are found and what is decided on them; another one is a planted bug of a test.
  record Rules(
      BiFunction<Directory, LogConfig, FactFinding> find,
      Function<RecoveryFacts, RecoveryDecision> decide) {
    static final Rules SOUND = new Rules(FactFinding::in, RecoveryDecision::of);
  }

  private final Directory directory;
  private final LogConfig config;
  private final Rules rules;
  private final List<Segment> segments = new ArrayList<>();

  private Recovery(Directory directory, LogConfig config, Rules rules) {
    this.directory = directory;
    this.config = config;
    this.rules = rules;
  }

  static Recovered run(Directory directory, LogConfig config) {
    return run(directory, config, Rules.SOUND);
  }

  static Recovered run(Directory directory, LogConfig config, Rules rules) {
    FactFinding found = rules.find().apply(directory, config);
    RecoveryDecision decision = rules.decide().apply(found.facts());
    switch (decision.kind().answer()) {
      case OPEN -> {}
      case DAMAGE ->
          throw new LogDamagedException(
              decision.kind(),
              decision.file(),
              decision.position(),
              decision.expectedLsn(),
              decision.found());
      case REFUSAL ->
          throw new LogRefusedException(decision.kind(), decision.file(), decision.found());
    }
    Recovery recovery = new Recovery(directory, config, rules);
    try {
      return recovery.act(found, decision);
    } catch (RuntimeException e) {
      recovery.segments.forEach(Segment::close);
      throw e;
    }
  }

  private Recovered act(FactFinding found, RecoveryDecision decision) {
    DurableNames.deleteUnfinished(directory);
    for (String name : found.trimmedFiles()) {
      DurableNames.delete(directory, name);
    }
    Floor floor =
        found.facts().floor() instanceof FloorFacts.Whole(Floor whole) ? whole : Floor.none(config);
    if (found.facts().beginning() instanceof BeginningFacts.Whole(BeginningIntent intent)) {
      return beginBehind(intent, floor, decision);
    }
    if (decision.kind() == RecoveryCase.FRESH) {
      return begin(floor, decision);
    }
    for (FactFinding.Found one : found.segments()) {
      segments.add(open(one));
    }
    if (found.facts().copy() instanceof CopyFacts.Whole(TailCopy copy)) {
      return finishRewrite(copy);
    }
    FactFinding.Found last = keptLast(found, decision);
    Segment lastSegment = segments.get(found.segments().indexOf(last));
    if (found.facts().intent() instanceof IntentFacts.Whole) {
      Truncation.finish(directory, segments, lastSegment, last.body().content());
    } else {
      makeDurable(last, lastSegment, decision.kind());
    }
    return recovered(found, lastSegment, floor, decision);
  }

  private Recovered begin(Floor floor, RecoveryDecision decision) {
    NextSegment next = new NextSegment(directory, config, Optional.empty());
    segments.add(create(directory, config, next, 0, Tail.EMPTY));
    return new Recovered(
        segments,
        Tail.EMPTY,
        new EpochHistory(),
        floor,
        new RecoveryReport(decision.kind(), 0, 0, 0, 1, ""));
  }

  private Recovered beginBehind(BeginningIntent intent, Floor floor, RecoveryDecision decision) {
    NextSegment next = new NextSegment(directory, config, Optional.empty());
    segments.add(
        Beginning.finish(
            directory,
            config,
            next,
            intent,
            lsn -> DurableNames.replace(directory, Floor.FILE, floor.at(lsn).encode())));
    EpochHistory epochs = new EpochHistory();
    epochs.append(intent.tail().epoch(), intent.tail().lastLsn());
    return new Recovered(
        segments,
        intent.tail(),
        epochs,
        floor.at(intent.tail().nextLsn()),
        new RecoveryReport(decision.kind(), 0, 0, 0, 1, ""));
  }

  /// A footer that should be there and is not is made again. What was not written in blocks cannot
  /// go past the page cache, whatever is asked now: the log goes on in a new segment ([Log]).
  private Segment open(FactFinding.Found one) {
    SegmentContent content = one.body().content();
    Access access = one.header().isInBlocks() ? config.access() : Access.BUFFERED;
    if (one.sealed()) {
      return Segment.sealed(directory, access, one.header(), content);
    }
    Segment segment =
        Segment.active(
            directory,
            access,
            one.header(),
            directory.open(one.header().fileName(), access),
            one.index(),
            content,
            one.note());
    if (one.shouldBeSealed()) {
      segment.seal();
    }
    return segment;
  }

  private FactFinding.Found keptLast(FactFinding found, RecoveryDecision decision) {
    return found.segments().stream()
        .filter(one -> one.header().fileName().equals(decision.file()))
        .findFirst()
        .orElseThrow();
  }

  private Recovered finishRewrite(TailCopy copy) {
    segments.getLast().putBack(copy);
    segments.getLast().sync();
    DurableNames.delete(directory, TailCopy.FILE);
    segments.forEach(Segment::close);
    return run(directory, config, rules);
  }

  /// What was read from the last segment may be in the page cache only: see [TailCopy].
  private void makeDurable(FactFinding.Found facts, Segment last, RecoveryCase kind) {
    boolean rewrite =
        facts.lastMarkPosition() < last.endPosition()
            && facts.note().syncedThrough() < last.content().tail().lastLsn();
    if (rewrite) {
      TailCopy copy = last.copyFrom(facts.lastMarkPosition());
      DurableNames.replace(directory, TailCopy.FILE, copy.encode());
      last.putBack(copy);
    }
    if (kind == RecoveryCase.TORN_TAIL) {
      last.zeroFrom(last.content());
    }
    last.sync();
    if (rewrite) {
      DurableNames.delete(directory, TailCopy.FILE);
    }
  }

  private Recovered recovered(
      FactFinding found, Segment last, Floor floor, RecoveryDecision decision) {
    List<Segment> kept = new ArrayList<>(segments.subList(0, segments.indexOf(last) + 1));
    BodyFacts lastBody = keptLast(found, decision).body();
    Tail tail = lastBody.tail();
    Check.that(
        tail.nextLsn() == decision.expectedLsn(),
        "opened to LSN %d, decided on %d",
        tail.lastLsn(),
        decision.expectedLsn() - 1);
    EpochHistory epochs = new EpochHistory();
    Tail before = kept.getFirst().header().previous();
    if (before.lastLsn() > 0) {
      epochs.append(before.epoch(), before.lastLsn());
    }
    long batches = 0;
    long records = 0;
    for (Segment segment : kept) {
      for (EpochStart start : segment.content().epochs()) {
        epochs.append(start.epoch(), start.lsn());
      }
      batches += segment.content().batches();
      records += segment.content().records();
    }
    return new Recovered(
        kept,
        tail,
        epochs,
        floor,
        new RecoveryReport(
            decision.kind(),
            batches,
            records,
            lastBody.dirtyBytes(),
            kept.size(),
            decision.found()));
  }

  /// A new, empty segment behind `tail`, durable on return; it takes the place of an empty one.
  static Segment create(
      Directory directory, LogConfig config, NextSegment next, long previousBaseLsn, Tail tail) {
    int blockBytes = next.blockBytes();
    SegmentHeader header = SegmentHeader.following(config, blockBytes, previousBaseLsn, tail);
    StoredFile file = next.take(header.fileName(), header.encode());
    return Segment.active(
        directory,
        config.access(),
        header,
        file,
        new SegmentIndex(config.indexStrideBytes()),
        SegmentContent.emptyAfter(tail),
        SyncNote.NONE);
  }
}
