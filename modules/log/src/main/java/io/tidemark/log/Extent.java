package io.tidemark.log;

import java.util.List;
import java.util.function.Function;

/// What there is to read, in one piece, so that a reader never sees the end of one moment with the
/// segments of another.
///
/// @param segments oldest first; the last is written to. None only while the log is begun anew:
///   then no record is in it
/// @param changes how many truncations, trims, new beginnings and replaced segments there were
///   before; a reader that stumbles asks whether that changed
record Extent(List<Segment> segments, Tail tail, long changes) {
  Segment active() {
    return segments.getLast();
  }

  long firstLsn() {
    return segments.isEmpty() ? tail.nextLsn() : segments.getFirst().header().baseLsn();
  }

  /// What `look` sees of the newest extent of `log`. A truncation or a trim may take it away while
  /// it looks: then it looks again.
  static <T> T look(Log log, Function<Extent, T> look) {
    while (true) {
      Extent seen = log.extent();
      try {
        return look.apply(seen);
      } catch (RuntimeException e) {
        if (log.extent().changes() == seen.changes()) {
          throw e instanceof LogDamagedException found ? log.damage().told(found) : e;
        }
      }
    }
  }

  /// See [Log#read].
  ReadResult read(long lsn) {
    if (lsn < firstLsn()) {
      return new ReadResult.BelowFirstLsn(firstLsn());
    }
    if (lsn > tail.lastLsn()) {
      return new ReadResult.BeyondAppended(tail.lastLsn());
    }
    return new ReadResult.Found(segmentOf(lsn).read(lsn));
  }

  /// The checksum of the batch that contains `lsn`; known of the last that was trimmed, too.
  int checksumAt(long lsn) {
    if (lsn == firstLsn() - 1) {
      return startAt(0).checksum();
    }
    return switch (read(lsn)) {
      case ReadResult.BelowFirstLsn(long firstLsn) ->
          throw new BelowFirstLsnException(lsn, firstLsn);
      case ReadResult.BeyondAppended(long appendedLsn) ->
          throw new ResumeRefusedException(lsn, "the log ends at " + appendedLsn);
      case ReadResult.Found(Batch batch) -> batch.checksum();
    };
  }

  /// The batch before the segment of that index.
  Tail startAt(int segment) {
    return segments.isEmpty() ? tail : segments.get(segment).header().previous();
  }

  /// The segment that contains `lsn`, or would.
  Segment segmentOf(long lsn) {
    int low = 0;
    int high = segments.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (segments.get(middle).header().baseLsn() <= lsn) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return segments.get(low);
  }

  /// The first LSN that is not older than `timeMicros`; `tail.lastLsn + 1` if there is none.
  long firstLsnSince(long timeMicros) {
    if (tail.timeMicros() < timeMicros || tail.lastLsn() < firstLsn()) {
      return tail.nextLsn();
    }
    int at = segments.size() - 1;
    while (at > 0 && segments.get(at).header().previous().timeMicros() >= timeMicros) {
      at--;
    }
    return segments.get(at).firstLsnSince(timeMicros);
  }

  /// How many of the oldest segments hold nothing from `lsn` on; the last always counts as one that
  /// does.
  int segmentsBelow(long lsn) {
    int below = 0;
    while (below + 1 < segments.size() && segments.get(below + 1).header().baseLsn() <= lsn) {
      below++;
    }
    return below;
  }

  /// See [Log#retainedFrom].
  long retainedFrom(long maxBytes, long sinceMicros) {
    if (segments.isEmpty()) {
      return firstLsn();
    }
    long bytes = 0;
    int at = segments.size() - 1;
    while (at > 0) {
      bytes += segments.get(at).header().segmentBytes();
      boolean wanted =
          bytes + segments.get(at - 1).header().segmentBytes() <= maxBytes
              && segments.get(at).header().previous().timeMicros() >= sinceMicros;
      if (!wanted) {
        break;
      }
      at--;
    }
    return segments.get(at).header().baseLsn();
  }
}
