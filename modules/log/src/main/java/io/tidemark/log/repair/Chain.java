package io.tidemark.log.repair;

import static java.util.Comparator.comparing;

import io.tidemark.log.BatchRun;
import io.tidemark.log.SegmentRemains.Link;
import io.tidemark.log.Tail;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/// Goes along a [Stretch] from batch to batch, by the checksum that each repeats: over what is left
/// of it, and over what fills its gaps.
///
/// What somebody else says to be in a gap is believed when it leads from one side to the other: to
/// a batch that is here, or to one that is known to have been. All before that is then what was
/// here, because each batch vouches for the one before. Batches that are only copies, as payload of
/// a record, lead nowhere and are led to from nowhere.
final class Chain {
  private final Stretch stretch;
  private final List<BatchRun> pieces = new ArrayList<>();
  private Tail end;

  Chain(Stretch stretch) {
    this.stretch = stretch;
    this.end = stretch.start();
  }

  /// Goes on over what is there, to the next gap; none if there is no further one.
  Optional<Gap> advance() {
    Optional<BatchRun> run = runAfter(end);
    while (run.isPresent()) {
      add(run.get());
      run = runAfter(end);
    }
    return stretch.mayEndWith(end) ? Optional.empty() : Optional.of(gap());
  }

  /// Where there are several, one of them stood there before the other: the one that leads on to
  /// the later epoch, or further, is the one that was there last.
  private Optional<BatchRun> runAfter(Tail tail) {
    Map<Tail, BatchRun> next = new LinkedHashMap<>();
    stretch
        .runs()
        .filter(run -> run.follows(tail))
        .forEach(run -> next.putIfAbsent(run.end(), run));
    return next.size() < 2
        ? next.values().stream().findFirst()
        : next.values().stream()
            .max(comparing(this::farEnd, comparing(Tail::epoch).thenComparing(Tail::lastLsn)));
  }

  private Tail farEnd(BatchRun run) {
    return runAfter(run.end()).map(this::farEnd).orElse(run.end());
  }

  /// With `run`, which follows.
  void add(BatchRun run) {
    pieces.add(run);
    end = run.end();
  }

  private Gap gap() {
    String file = pieces.isEmpty() ? stretch.firstFile() : pieces.getLast().file();
    long position = pieces.isEmpty() ? 0 : pieces.getLast().endPosition();
    return new Gap(file, position, end.nextLsn(), nearestEnd(end), end.checksum());
  }

  /// Whether `tail`, somewhere in the gap, is proven to have been here.
  boolean proves(Tail tail) {
    Link link = new Link(tail.lastLsn(), tail.checksum());
    return runAfter(tail).isPresent() || stretch.links().anyMatch(link::equals);
  }

  /// The first LSN behind `tail` at which that may turn out; 0 if there is none.
  long nearestEnd(Tail tail) {
    return ends().filter(lsn -> lsn > tail.lastLsn()).min().orElse(0);
  }

  /// Whether it may turn out behind `tail`.
  boolean mayProveAfter(Tail tail) {
    return nearestEnd(tail) > 0;
  }

  private LongStream ends() {
    return LongStream.concat(
        stretch.runs().mapToLong(run -> run.baseLsn() - 1),
        stretch.links().mapToLong(Link::lastLsn));
  }

  /// Goes to the other side of a gap as if it were filled up to `lsn`.
  void pass(long lsn) {
    int checksum =
        stretch
            .runs()
            .filter(run -> run.baseLsn() == lsn + 1)
            .map(BatchRun::previousChecksum)
            .findFirst()
            .orElseGet(() -> linkAt(lsn).checksum());
    end = new Tail(lsn, checksum, end.epoch(), end.timeMicros());
  }

  private Link linkAt(long lsn) {
    return stretch.links().filter(link -> link.lastLsn() == lsn).findFirst().orElseThrow();
  }

  /// The end of what it went over.
  Tail end() {
    return end;
  }

  /// What it went over.
  List<BatchRun> pieces() {
    return List.copyOf(pieces);
  }
}
