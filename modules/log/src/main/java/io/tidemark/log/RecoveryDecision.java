package io.tidemark.log;

import io.tidemark.log.RecoveryFacts.BeginningFacts;
import io.tidemark.log.RecoveryFacts.BodyFacts;
import io.tidemark.log.RecoveryFacts.CopyFacts;
import io.tidemark.log.RecoveryFacts.Covering;
import io.tidemark.log.RecoveryFacts.FloorFacts;
import io.tidemark.log.RecoveryFacts.IntentFacts;
import io.tidemark.log.RecoveryFacts.SegmentFacts;
import io.tidemark.log.RecoveryFacts.SegmentFacts.Sound;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The case a log is, and what shows it; a pure function of the facts.
///
/// Order of the questions: is all but the floor to be dropped; may these files be read at all; are
/// the headers what was written; are all files there; is every segment before the last whole and
/// does the next one continue it; and only then what the end of the last one is. A later question
/// may trust the answers to the earlier ones.
///
/// @param file what the finding is about; empty if none
/// @param position in that file
/// @param expectedLsn the LSN that should be there
/// @param found what is there instead
record RecoveryDecision(
    RecoveryCase kind, String file, long position, long expectedLsn, String found) {

  static RecoveryDecision of(RecoveryFacts facts) {
    return interruptedBeginning(facts)
        .or(() -> unreadable(facts))
        .or(() -> damagedHeader(facts))
        .or(() -> missingSegment(facts))
        .or(() -> interruptedRewrite(facts))
        .or(() -> brokenMiddle(facts))
        .orElseGet(() -> end(facts));
  }

  private static Optional<RecoveryDecision> interruptedBeginning(RecoveryFacts facts) {
    return switch (facts.beginning()) {
      case BeginningFacts.None _ -> Optional.empty();
      case BeginningFacts.Foreign _ ->
          Optional.of(
              header(RecoveryCase.FOREIGN, BeginningIntent.FILE, "the intent of another log"));
      case BeginningFacts.Damaged _ ->
          Optional.of(
              header(
                  RecoveryCase.DAMAGED_INTENT, BeginningIntent.FILE, "bytes that are no intent"));
      case BeginningFacts.Whole(BeginningIntent intent) ->
          foreignFloor(facts)
              .or(() -> damagedFloor(facts))
              .or(() -> Optional.of(beginning(intent.tail())));
    };
  }

  private static RecoveryDecision beginning(Tail tail) {
    return new RecoveryDecision(
        RecoveryCase.INTERRUPTED_BEGINNING, BeginningIntent.FILE, 0, tail.nextLsn(), "");
  }

  private static Optional<RecoveryDecision> unreadable(RecoveryFacts facts) {
    for (SegmentFacts segment : facts.segments()) {
      if (segment instanceof SegmentFacts.UnknownVersion(String file, String found)) {
        return Optional.of(header(RecoveryCase.UNKNOWN_VERSION, file, found));
      }
    }
    for (SegmentFacts segment : facts.segments()) {
      if (segment instanceof SegmentFacts.Foreign(String file, String found)) {
        return Optional.of(header(RecoveryCase.FOREIGN, file, found));
      }
    }
    if (facts.intent() instanceof IntentFacts.Foreign) {
      return Optional.of(
          header(RecoveryCase.FOREIGN, TruncationIntent.FILE, "the intent of another log"));
    }
    if (facts.copy() instanceof CopyFacts.Foreign) {
      return Optional.of(header(RecoveryCase.FOREIGN, TailCopy.FILE, "the copy of another log"));
    }
    return foreignFloor(facts);
  }

  private static Optional<RecoveryDecision> foreignFloor(RecoveryFacts facts) {
    return facts.floor() instanceof FloorFacts.Foreign
        ? Optional.of(header(RecoveryCase.FOREIGN, Floor.FILE, "the floor of another log"))
        : Optional.empty();
  }

  private static Optional<RecoveryDecision> damagedHeader(RecoveryFacts facts) {
    for (SegmentFacts segment : facts.segments()) {
      if (segment instanceof SegmentFacts.DamagedHeader(String file, String found)) {
        return Optional.of(header(RecoveryCase.DAMAGED_HEADER, file, found));
      }
    }
    if (facts.intent() instanceof IntentFacts.Damaged) {
      return Optional.of(
          header(RecoveryCase.DAMAGED_INTENT, TruncationIntent.FILE, "bytes that are no intent"));
    }
    if (facts.copy() instanceof CopyFacts.Damaged) {
      return Optional.of(
          header(RecoveryCase.DAMAGED_INTENT, TailCopy.FILE, "bytes that are no copy"));
    }
    return damagedFloor(facts);
  }

  private static Optional<RecoveryDecision> damagedFloor(RecoveryFacts facts) {
    return facts.floor() instanceof FloorFacts.Damaged
        ? Optional.of(header(RecoveryCase.DAMAGED_INTENT, Floor.FILE, "bytes that are no floor"))
        : Optional.empty();
  }

  private static Optional<RecoveryDecision> missingSegment(RecoveryFacts facts) {
    if (facts.segments().isEmpty() && facts.intent() instanceof IntentFacts.Whole) {
      return Optional.of(
          header(
              RecoveryCase.MISSING_SEGMENT,
              TruncationIntent.FILE,
              "the intent of a truncation and no segment"));
    }
    List<Sound> all = sound(facts);
    long floor = facts.floor() instanceof FloorFacts.Whole(Floor whole) ? whole.floor() : 1;
    if (floor > 1 && all.isEmpty()) {
      return Optional.of(
          header(RecoveryCase.MISSING_SEGMENT, Floor.FILE, "a floor and no segment above it"));
    }
    boolean trimmed = floor > 1 && all.getFirst().baseLsn() <= floor;
    long before = trimmed ? all.getFirst().previousBaseLsn() : 0;
    for (Sound segment : all) {
      if (segment.previousBaseLsn() != before) {
        String found = "a segment that follows " + segment.previousBaseLsn() + ", not " + before;
        return Optional.of(
            new RecoveryDecision(RecoveryCase.MISSING_SEGMENT, segment.file(), 0, before, found));
      }
      before = segment.baseLsn();
    }
    return Optional.empty();
  }

  private static Optional<RecoveryDecision> interruptedRewrite(RecoveryFacts facts) {
    if (!(facts.copy() instanceof CopyFacts.Whole(TailCopy copy))) {
      return Optional.empty();
    }
    List<Sound> all = sound(facts);
    boolean fits = !all.isEmpty() && all.getLast().baseLsn() == copy.baseLsn();
    return Optional.of(
        fits
            ? body(RecoveryCase.INTERRUPTED_REWRITE, all.getLast(), "")
            : header(
                RecoveryCase.MISSING_SEGMENT,
                TailCopy.FILE,
                "a copy from segment " + copy.baseLsn() + ", which is not the last"));
  }

  private static Optional<RecoveryDecision> brokenMiddle(RecoveryFacts facts) {
    List<Sound> kept = kept(facts);
    for (int i = 0; i + 1 < kept.size(); i++) {
      BodyFacts body = kept.get(i).body();
      if (body.unknownKind()) {
        return Optional.of(body(RecoveryCase.UNKNOWN_VERSION, kept.get(i), body.found()));
      }
      if (body.dirtyBytes() > 0) {
        return Optional.of(body(RecoveryCase.DAMAGED_BATCH, kept.get(i), body.found()));
      }
      if (!body.tail().equals(kept.get(i + 1).previous())) {
        String found = "end at " + body.tail() + ", the next follows " + kept.get(i + 1).previous();
        return Optional.of(body(RecoveryCase.BROKEN_CHAIN, kept.get(i), found));
      }
    }
    return Optional.empty();
  }

  private static RecoveryDecision end(RecoveryFacts facts) {
    List<Sound> kept = kept(facts);
    if (kept.isEmpty()) {
      return new RecoveryDecision(RecoveryCase.FRESH, "", 0, 1, "");
    }
    Sound last = kept.getLast();
    BodyFacts body = last.body();
    if (facts.intent() instanceof IntentFacts.Whole(long lsn, int checksum)) {
      return body.tail().lastLsn() == lsn && body.tail().checksum() == checksum
          ? body(RecoveryCase.INTERRUPTED_TRUNCATION, last, "")
          : body(RecoveryCase.DAMAGED_BATCH, last, "end at " + body.tail() + " below LSN " + lsn);
    }
    if (body.unknownKind()) {
      return body(RecoveryCase.UNKNOWN_VERSION, last, body.found());
    }
    if (body.covering().isPresent()) {
      Covering by = body.covering().get();
      String evidence =
          "%s; the %s at %d says synced through LSN %d"
              .formatted(body.found(), by.what(), by.position(), by.syncedThrough());
      return body(RecoveryCase.DAMAGED_BATCH, last, evidence);
    }
    return body.dirtyBytes() == 0
        ? body(RecoveryCase.CLEAN, last, "")
        : body(RecoveryCase.TORN_TAIL, last, body.found());
  }

  /// The segments that stay: all, but for an interrupted truncation those that hold an LSN up to
  /// its own. The first one always stays.
  ///
  /// Crash story: a log whose oldest segments had been trimmed was truncated to nothing, and the
  /// power went. No segment seemed to stay, the log began afresh, and gave its LSNs out again.
  private static List<Sound> kept(RecoveryFacts facts) {
    List<Sound> kept = sound(facts);
    if (facts.intent() instanceof IntentFacts.Whole(long lsn, int _)) {
      while (kept.size() > 1 && kept.getLast().baseLsn() > lsn) {
        kept.removeLast();
      }
    }
    return kept;
  }

  private static List<Sound> sound(RecoveryFacts facts) {
    List<Sound> sound = new ArrayList<>();
    for (SegmentFacts segment : facts.segments()) {
      if (segment instanceof Sound s) {
        sound.add(s);
      }
    }
    return sound;
  }

  private static RecoveryDecision header(RecoveryCase kind, String file, String found) {
    return new RecoveryDecision(kind, file, 0, 0, found);
  }

  private static RecoveryDecision body(RecoveryCase kind, Sound segment, String found) {
    BodyFacts body = segment.body();
    return new RecoveryDecision(
        kind, segment.file(), body.endPosition(), body.tail().nextLsn(), found);
  }
}
