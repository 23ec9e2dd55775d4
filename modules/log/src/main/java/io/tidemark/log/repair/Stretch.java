package io.tidemark.log.repair;

import io.tidemark.log.BatchRun;
import io.tidemark.log.LogRemains;
import io.tidemark.log.SegmentRemains;
import io.tidemark.log.SegmentRemains.Link;
import io.tidemark.log.Tail;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The part of a log between two segment headers that are what was written, of which nothing in
/// between is: the smallest part that is mended by itself.
///
/// @param start the end of the log before it
/// @param previousBaseLsn of the segment before it; 0 if there is none
/// @param head the segment with the first header; none where that file is gone or spoilt
/// @param files the head, and those with spoilt headers behind it
/// @param next the segment with the second header; none at the end of the log
record Stretch(
    Tail start,
    long previousBaseLsn,
    Optional<SegmentRemains> head,
    List<SegmentRemains> files,
    Optional<SegmentRemains> next) {

  /// All of the log, in order.
  static List<Stretch> of(LogRemains remains) {
    List<Stretch> all = new ArrayList<>();
    if (remains.segments().isEmpty()) {
      return all;
    }
    Optional<SegmentRemains> head = Optional.empty();
    List<SegmentRemains> files = new ArrayList<>();
    for (SegmentRemains one : remains.segments()) {
      if (one.hasHeader()) {
        boolean isFirst = head.isEmpty() && files.isEmpty();
        if (!isFirst || !one.previous().equals(remains.start())) {
          all.add(between(remains, head, files, Optional.of(one)));
        }
        head = Optional.of(one);
        files = new ArrayList<>();
      }
      files.add(one);
    }
    all.add(between(remains, head, files, Optional.empty()));
    return all;
  }

  private static Stretch between(
      LogRemains remains,
      Optional<SegmentRemains> head,
      List<SegmentRemains> files,
      Optional<SegmentRemains> next) {
    return new Stretch(
        head.map(SegmentRemains::previous).orElse(remains.start()),
        head.map(SegmentRemains::previousBaseLsn).orElse(0L),
        head,
        List.copyOf(files),
        next);
  }

  /// Whether nothing is to be done about it.
  boolean isSound() {
    return files.size() == 1
        && head.isPresent()
        && head.get().isClean()
        && next.map(this::continuesHead).orElse(true);
  }

  private boolean continuesHead(SegmentRemains follower) {
    return follower.previousBaseLsn() == files.getFirst().baseLsn()
        && follower.previous().equals(files.getFirst().end());
  }

  /// Whether the first file stays as it is, and only those behind it are made anew.
  boolean keepsHead() {
    return head.isPresent()
        && head.get().isClean()
        && next.map(one -> one.previousBaseLsn() != head.get().baseLsn()).orElse(true);
  }

  /// Whether a segment begins with `lsn`, as far as what is left of the others says.
  boolean isBoundary(long lsn) {
    return next.map(one -> one.previousBaseLsn() == lsn).orElse(false)
        || files.stream().anyMatch(one -> !one.hasHeader() && one.baseLsn() == lsn);
  }

  /// The LSN with which the last segment of it must begin; 0 if that is free.
  long lastBaseLsn() {
    return next.map(SegmentRemains::previousBaseLsn).orElse(0L);
  }

  /// One whose layout the new files get.
  SegmentRemains like() {
    return head.or(() -> next).orElseGet(files::getFirst);
  }

  /// The file that shows what is wrong with its beginning.
  String firstFile() {
    return files.isEmpty() ? next.orElseThrow().file() : files.getFirst().file();
  }

  Stream<BatchRun> runs() {
    return files.stream().flatMap(one -> one.runs().stream());
  }

  /// The batches of which it is known that they were there, and which ones they were.
  Stream<Link> links() {
    Stream<Link> end = next.stream().map(one -> link(one.previous()));
    return Stream.concat(files.stream().flatMap(one -> one.links().stream()), end);
  }

  private static Link link(Tail tail) {
    return new Link(tail.lastLsn(), tail.checksum());
  }

  /// Whether it may end with `tail`, or in front of it: nothing says that more than that was
  /// synced.
  boolean mayEndWith(Tail tail) {
    return next.map(one -> endsIn(one.previous(), tail))
        .orElseGet(() -> tail.lastLsn() >= syncedThrough());
  }

  /// Crash story: a repair that made two files of one was cut when the second had its name. The
  /// damaged file still holds what is in both, and so more than what comes in front of the second.
  private static boolean endsIn(Tail last, Tail tail) {
    return tail.lastLsn() > last.lastLsn() || link(last).equals(link(tail));
  }

  /// Whether it ends with `tail` and there is nothing more to take.
  boolean endsWith(Tail tail) {
    return next.map(one -> link(one.previous()).equals(link(tail))).orElse(false);
  }

  private long syncedThrough() {
    return files.stream().mapToLong(SegmentRemains::syncedThrough).max().orElse(0);
  }
}
