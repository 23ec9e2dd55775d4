package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.RecoveryFacts.BeginningFacts;
import io.tidemark.log.RecoveryFacts.BodyFacts;
import io.tidemark.log.RecoveryFacts.CopyFacts;
import io.tidemark.log.RecoveryFacts.Covering;
import io.tidemark.log.RecoveryFacts.FloorFacts;
import io.tidemark.log.RecoveryFacts.IntentFacts;
import io.tidemark.log.RecoveryFacts.SegmentFacts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The table of cases, over every combination of facts about logs of up to three segments.
final class RecoveryDecisionTest {
  private enum Header {
    SOUND,
    WRONG_BEFORE,
    UNKNOWN,
    FOREIGN,
    DAMAGED
  }

  private enum Body {
    WHOLE,
    SHORT,
    DIRTY,
    COVERED,
    UNKNOWN
  }

  private record Kind(Header header, Body body) {}

  private static final List<BeginningFacts> BEGINNINGS =
      List.of(
          new BeginningFacts.None(),
          new BeginningFacts.Damaged(),
          new BeginningFacts.Foreign(),
          new BeginningFacts.Whole(new BeginningIntent(1, 0, tail(15), ByteBuffer.allocate(0))));

  private static final List<FloorFacts> FLOORS =
      List.of(
          new FloorFacts.None(),
          new FloorFacts.Damaged(),
          new FloorFacts.Foreign(),
          new FloorFacts.Whole(new Floor(1, 0, 11, Map.of())));

  private static final List<IntentFacts> INTENTS =
      List.of(
          new IntentFacts.None(),
          new IntentFacts.Damaged(),
          new IntentFacts.Foreign(),
          new IntentFacts.Whole(0, 0),
          new IntentFacts.Whole(10, 10),
          new IntentFacts.Whole(20, 20),
          new IntentFacts.Whole(30, 30),
          new IntentFacts.Whole(10, 999));

  private static final List<CopyFacts> COPIES =
      List.of(
          new CopyFacts.None(),
          new CopyFacts.Damaged(),
          new CopyFacts.Foreign(),
          copyOf(1),
          copyOf(21));

  private static CopyFacts copyOf(long baseLsn) {
    return new CopyFacts.Whole(new TailCopy(1, 0, baseLsn, 4096, ByteBuffer.allocate(8)));
  }

  private static final FloorFacts NO_FLOOR = new FloorFacts.None();

  private final Set<RecoveryCase> seen = EnumSet.noneOf(RecoveryCase.class);

  @Test
  void everyCombination() {
    for (int count = 0; count <= 3; count++) {
      enumerate(count, new ArrayList<>());
    }
    assertThat(seen)
        .as("all but the one that is for readers")
        .isEqualTo(EnumSet.complementOf(EnumSet.of(RecoveryCase.DAMAGED_FOOTER)));
  }

  private void enumerate(int left, List<Kind> kinds) {
    if (left == 0) {
      for (IntentFacts intent : INTENTS) {
        for (CopyFacts copy : COPIES) {
          BEGINNINGS.forEach(beginning -> check(kinds, beginning, intent, copy));
        }
      }
      return;
    }
    for (Header header : Header.values()) {
      for (Body body : Body.values()) {
        kinds.add(new Kind(header, body));
        enumerate(left - 1, kinds);
        kinds.removeLast();
      }
    }
  }

  /// Segment `i` holds LSN `10 i + 1` to `10 i + 10`; an LSN is also its checksum.
  private static List<SegmentFacts> segments(List<Kind> kinds, IntentFacts intent) {
    List<SegmentFacts> segments = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      String file = "segment " + i;
      long base = 10L * i + 1;
      long before = i == 0 ? 0 : base - 10;
      Kind kind = kinds.get(i);
      segments.add(
          switch (kind.header) {
            case SOUND ->
                new SegmentFacts.Sound(
                    file, base, before, tail(base - 1), body(kind.body, base, intent));
            case WRONG_BEFORE ->
                new SegmentFacts.Sound(
                    file, base, before + 5, tail(base - 1), body(kind.body, base, intent));
            case UNKNOWN -> new SegmentFacts.UnknownVersion(file, "");
            case FOREIGN -> new SegmentFacts.Foreign(file, "");
            case DAMAGED -> new SegmentFacts.DamagedHeader(file, "");
          });
    }
    return segments;
  }

  private static BodyFacts body(Body body, long base, IntentFacts intent) {
    if (intent instanceof IntentFacts.Whole(long lsn, int _) && lsn < base) {
      return new BodyFacts(content(base - 1, 8192), 0, "", false, Optional.empty());
    }
    long last = body == Body.WHOLE ? base + 9 : base + 4;
    boolean dirty = body != Body.WHOLE && body != Body.SHORT;
    return new BodyFacts(
        content(last, 9000),
        dirty ? 64 : 0,
        dirty ? "noise" : "",
        body == Body.UNKNOWN,
        body == Body.COVERED
            ? Optional.of(new Covering("mark", 10_000, base + 7))
            : Optional.empty());
  }

  private static SegmentContent content(long lastLsn, long end) {
    return new SegmentContent(tail(lastLsn), end, 0, 0, List.of());
  }

  private static Tail tail(long lsn) {
    return lsn == 0 ? Tail.EMPTY : new Tail(lsn, (int) lsn, 1, lsn);
  }

  private void check(
      List<Kind> kinds, BeginningFacts beginning, IntentFacts intent, CopyFacts copy) {
    List<SegmentFacts> segments = segments(kinds, intent);
    if (beginning instanceof BeginningFacts.None) {
      check(kinds, new RecoveryFacts(beginning, intent, copy, NO_FLOOR, segments));
      return;
    }
    for (FloorFacts floor : FLOORS) {
      check(kinds, new RecoveryFacts(beginning, intent, copy, floor, segments));
    }
  }

  private void check(List<Kind> kinds, RecoveryFacts facts) {
    RecoveryDecision decision = RecoveryDecision.of(facts);
    seen.add(decision.kind());
    assertThat(decision.kind()).as("%s", facts).isEqualTo(expected(kinds, facts));
  }

  /// The table once more, written the other way round: by what must hold for each answer.
  private static RecoveryCase expected(List<Kind> kinds, RecoveryFacts facts) {
    if (!(facts.beginning() instanceof BeginningFacts.None)) {
      return expectedOfBeginning(facts);
    }
    List<Header> headers = kinds.stream().map(Kind::header).toList();
    boolean whole = facts.intent() instanceof IntentFacts.Whole;
    if (headers.contains(Header.UNKNOWN)) {
      return RecoveryCase.UNKNOWN_VERSION;
    } else if (headers.contains(Header.FOREIGN)
        || facts.intent() instanceof IntentFacts.Foreign
        || facts.copy() instanceof CopyFacts.Foreign) {
      return RecoveryCase.FOREIGN;
    } else if (headers.contains(Header.DAMAGED)) {
      return RecoveryCase.DAMAGED_HEADER;
    } else if (facts.intent() instanceof IntentFacts.Damaged
        || facts.copy() instanceof CopyFacts.Damaged) {
      return RecoveryCase.DAMAGED_INTENT;
    } else if (headers.contains(Header.WRONG_BEFORE) || (whole && kinds.isEmpty())) {
      return RecoveryCase.MISSING_SEGMENT;
    } else if (facts.copy() instanceof CopyFacts.Whole(TailCopy copy)) {
      return copy.baseLsn() == 10L * kinds.size() - 9
          ? RecoveryCase.INTERRUPTED_REWRITE
          : RecoveryCase.MISSING_SEGMENT;
    }
    return facts.intent() instanceof IntentFacts.Whole(long lsn, int checksum)
        ? expectedOfTruncation(kinds, lsn, checksum)
        : expectedOfBodies(kinds);
  }

  /// Whatever else there is: only whose it is counts, and who holds what.
  private static RecoveryCase expectedOfBeginning(RecoveryFacts facts) {
    boolean whole = facts.beginning() instanceof BeginningFacts.Whole;
    if (facts.beginning() instanceof BeginningFacts.Foreign
        || (whole && facts.floor() instanceof FloorFacts.Foreign)) {
      return RecoveryCase.FOREIGN;
    }
    return whole && !(facts.floor() instanceof FloorFacts.Damaged)
        ? RecoveryCase.INTERRUPTED_BEGINNING
        : RecoveryCase.DAMAGED_INTENT;
  }

  private static RecoveryCase expectedOfTruncation(List<Kind> kinds, long lsn, int checksum) {
    int kept = Math.clamp((lsn + 9) / 10, 1, kinds.size());
    for (int i = 0; i + 1 < kept; i++) {
      if (kinds.get(i).body != Body.WHOLE) {
        return notLast(kinds.get(i).body);
      }
    }
    boolean reached =
        lsn == 0 || (lsn <= 10L * kinds.size() && kinds.get(kept - 1).body == Body.WHOLE);
    return reached && checksum == lsn
        ? RecoveryCase.INTERRUPTED_TRUNCATION
        : RecoveryCase.DAMAGED_BATCH;
  }

  private static RecoveryCase expectedOfBodies(List<Kind> kinds) {
    for (int i = 0; i + 1 < kinds.size(); i++) {
      if (kinds.get(i).body != Body.WHOLE) {
        return notLast(kinds.get(i).body);
      }
    }
    return kinds.isEmpty()
        ? RecoveryCase.FRESH
        : switch (kinds.getLast().body) {
          case WHOLE, SHORT -> RecoveryCase.CLEAN;
          case DIRTY -> RecoveryCase.TORN_TAIL;
          case COVERED -> RecoveryCase.DAMAGED_BATCH;
          case UNKNOWN -> RecoveryCase.UNKNOWN_VERSION;
        };
  }

  private static RecoveryCase notLast(Body body) {
    return switch (body) {
      case WHOLE -> throw new AssertionError("whole");
      case SHORT -> RecoveryCase.BROKEN_CHAIN;
      case DIRTY, COVERED -> RecoveryCase.DAMAGED_BATCH;
      case UNKNOWN -> RecoveryCase.UNKNOWN_VERSION;
    };
  }
}
