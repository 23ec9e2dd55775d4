package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.EpochHistory;
import io.tidemark.log.RecoveryFacts.CopyFacts;
import io.tidemark.log.RecoveryFacts.IntentFacts;
import io.tidemark.log.RecoveryFacts.SegmentFacts;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Opens a log: collect the facts, decide ([RecoveryDecision]), act.
///
/// Nothing on disk changes before the decision, and nothing at all if it is damage or refusal. Each
/// act may be interrupted and then done again from the start.
final class Recovery {
  /// An opened log; the caller closes the segments.
  record Recovered(List<Segment> segments, Tail tail, EpochHistory epochs, RecoveryReport report) {}

  /// A segment file with a sound header.
  private record Opened(SegmentHeader header, StoredFile file, SegmentScan scan) {}

  private final Directory directory;
  private final LogConfig config;
  private final List<StoredFile> files = new ArrayList<>();
  private final List<Opened> opened = new ArrayList<>();

  private Recovery(Directory directory, LogConfig config) {
    this.directory = directory;
    this.config = config;
  }

  static Recovered run(Directory directory, LogConfig config) {
    Recovery recovery = new Recovery(directory, config);
    try {
      RecoveryFacts facts = recovery.collect();
      return recovery.act(facts, RecoveryDecision.of(facts));
    } catch (RuntimeException e) {
      recovery.files.forEach(StoredFile::close);
      throw e;
    }
  }

  private RecoveryFacts collect() {
    List<String> names = directory.list();
    IntentFacts intent =
        names.contains(TruncationIntent.FILE) ? readIntent() : new IntentFacts.None();
    List<SegmentFacts> segments = new ArrayList<>();
    for (String name : names) {
      if (SegmentHeader.isSegmentName(name)) {
        segments.add(readSegment(name, intent));
      }
    }
    CopyFacts copy = names.contains(TailCopy.FILE) ? readCopy() : new CopyFacts.None();
    return new RecoveryFacts(intent, copy, segments);
  }

  private IntentFacts readIntent() {
    try (StoredFile file = directory.open(TruncationIntent.FILE)) {
      ByteBuffer block = ByteBuffer.allocate(TruncationIntent.BYTES + 1);
      file.read(block, 0);
      return TruncationIntent.decode(block.flip())
          .map(this::intentFacts)
          .orElseGet(IntentFacts.Damaged::new);
    }
  }

  private IntentFacts intentFacts(TruncationIntent intent) {
    return intent.logId() == config.logId() && intent.partition() == config.partition()
        ? new IntentFacts.Whole(intent.lsn(), intent.checksum())
        : new IntentFacts.Foreign();
  }

  private CopyFacts readCopy() {
    try (StoredFile file = directory.open(TailCopy.FILE)) {
      long most = TailCopy.HEADER_BYTES + LogConfig.MAX_SEGMENT_BYTES;
      if (file.lengthBytes() > most) {
        return new CopyFacts.Damaged();
      }
      ByteBuffer block = ByteBuffer.allocate((int) file.lengthBytes());
      file.read(block, 0);
      return TailCopy.decode(block.flip()).map(this::copyFacts).orElseGet(CopyFacts.Damaged::new);
    }
  }

  private CopyFacts copyFacts(TailCopy copy) {
    return copy.logId() == config.logId() && copy.partition() == config.partition()
        ? new CopyFacts.Whole(copy)
        : new CopyFacts.Foreign();
  }

  private SegmentFacts readSegment(String name, IntentFacts intent) {
    StoredFile file = directory.open(name);
    files.add(file);
    ByteBuffer block = ByteBuffer.allocate(SegmentHeader.HEADER_BYTES);
    file.read(block, 0);
    return switch (SegmentHeader.decode(block.flip(), file.lengthBytes())) {
      case SegmentHeader.Decoded.Damaged(String found) ->
          new SegmentFacts.DamagedHeader(name, found);
      case SegmentHeader.Decoded.UnknownVersion(String found) ->
          new SegmentFacts.UnknownVersion(name, found);
      case SegmentHeader.Decoded.Sound(SegmentHeader header) ->
          readSound(name, file, header, intent);
    };
  }

  private SegmentFacts readSound(
      String name, StoredFile file, SegmentHeader header, IntentFacts intent) {
    if (header.logId() != config.logId() || header.partition() != config.partition()) {
      return new SegmentFacts.Foreign(
          name,
          "log %016x partition %d, not log %016x partition %d"
              .formatted(header.logId(), header.partition(), config.logId(), config.partition()));
    }
    if (!header.fileName().equals(name)) {
      return new SegmentFacts.DamagedHeader(name, "the segment " + header.fileName());
    }
    long untilLsn = intent instanceof IntentFacts.Whole(long lsn, int _) ? lsn : Long.MAX_VALUE;
    SegmentScan scan = SegmentScan.of(file, header, config, untilLsn);
    opened.add(new Opened(header, file, scan));
    return new SegmentFacts.Sound(
        name,
        header.baseLsn(),
        header.previousBaseLsn(),
        header.previous(),
        scan.tail().lastLsn() < untilLsn ? scan.facts() : scan.factsUpToHere());
  }

  private Recovered act(RecoveryFacts facts, RecoveryDecision decision) {
    switch (decision.kind().answer()) {
      case OPEN -> DurableNames.deleteUnfinished(directory);
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
    if (decision.kind() == RecoveryCase.FRESH) {
      return begin(decision);
    }
    List<Segment> segments = segments();
    if (facts.copy() instanceof CopyFacts.Whole(TailCopy copy)) {
      return finishRewrite(segments, copy);
    }
    long cutBytes = cutBytes(facts);
    if (facts.intent() instanceof IntentFacts.Whole(long lsn, int _)) {
      segments = Truncation.finish(directory, segments, lsn, decision.position());
    } else {
      makeDurable(segments.getLast(), decision.kind());
    }
    return recovered(segments, decision, cutBytes);
  }

  private Recovered begin(RecoveryDecision decision) {
    Segment first = create(directory, config, 0, Tail.EMPTY);
    return new Recovered(
        List.of(first),
        Tail.EMPTY,
        new EpochHistory(),
        new RecoveryReport(decision.kind(), 0, 0, 0, 1, ""));
  }

  private static long cutBytes(RecoveryFacts facts) {
    return facts.segments().getLast() instanceof SegmentFacts.Sound last
        ? last.body().dirtyBytes()
        : 0;
  }

  private List<Segment> segments() {
    List<Segment> segments = new ArrayList<>();
    for (Opened one : opened) {
      segments.add(new Segment(one.header, one.file, one.scan.index(), one.scan.endPosition()));
    }
    return segments;
  }

  private Recovered finishRewrite(List<Segment> segments, TailCopy copy) {
    segments.getLast().putBack(copy);
    segments.getLast().sync();
    DurableNames.delete(directory, TailCopy.FILE);
    segments.forEach(Segment::close);
    return run(directory, config);
  }

  /// What was read from the last segment may be in the page cache only: see [TailCopy].
  private void makeDurable(Segment last, RecoveryCase kind) {
    SegmentScan scan = opened.getLast().scan;
    boolean rewrite = scan.lastMarkPosition() < scan.endPosition();
    if (rewrite) {
      TailCopy copy = last.copyFrom(scan.lastMarkPosition());
      DurableNames.replace(directory, TailCopy.FILE, copy.encode());
      last.putBack(copy);
    }
    if (kind == RecoveryCase.TORN_TAIL) {
      last.zeroFrom(scan.endPosition(), scan.tail().lastLsn());
    }
    last.sync();
    if (rewrite) {
      DurableNames.delete(directory, TailCopy.FILE);
    }
  }

  private Recovered recovered(List<Segment> segments, RecoveryDecision decision, long cutBytes) {
    EpochHistory epochs = new EpochHistory();
    long batches = 0;
    long records = 0;
    for (Opened one : opened.subList(0, segments.size())) {
      one.scan.epochs().forEach(start -> epochs.append(start.epoch(), start.lsn()));
      batches += one.scan.batches();
      records += one.scan.records();
    }
    Tail tail = opened.get(segments.size() - 1).scan.tail();
    Check.that(
        tail.nextLsn() == decision.expectedLsn(),
        "opened to LSN %d, decided on %d",
        tail.lastLsn(),
        decision.expectedLsn() - 1);
    return new Recovered(
        segments,
        tail,
        epochs,
        new RecoveryReport(
            decision.kind(), batches, records, cutBytes, segments.size(), decision.found()));
  }

  /// A new, empty segment behind `tail`, durable on return; it takes the place of an empty one.
  static Segment create(Directory directory, LogConfig config, long previousBaseLsn, Tail tail) {
    SegmentHeader header = SegmentHeader.following(config, previousBaseLsn, tail);
    StoredFile file =
        DurableNames.replaceZeroed(
            directory, header.fileName(), header.encode(), header.segmentBytes());
    SparseIndex index = new SparseIndex(config.indexStrideBytes(), config.maxIndexEntries());
    return new Segment(header, file, index, SegmentHeader.HEADER_BYTES);
  }
}
