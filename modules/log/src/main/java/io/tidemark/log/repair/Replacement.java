package io.tidemark.log.repair;

import io.tidemark.foundation.Check;
import io.tidemark.log.Batch;
import io.tidemark.log.BatchRun;
import io.tidemark.log.Legible;
import io.tidemark.log.LogConfig;
import io.tidemark.log.SegmentRemains;
import io.tidemark.log.SegmentRewrite;
import io.tidemark.log.Tail;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Makes the segment files of a [Stretch] anew from the batches of its chain.
///
/// ```
///   1  X.segment.new   whole and synced, each of them
///   2  X.segment.damaged   a copy of what is replaced, for people
///   3  X.segment.new ──▶ X.segment, the last one of the log first
///   4  what is left of spoilt names ──▶ *.damaged
/// ```
///
/// It may be interrupted anywhere: the log is damaged until the last step and then sound, and until
/// then every batch that was in one of its files is in one.
///
/// Crash story: where one file becomes two, the first of them replaces the damaged one. Were it
/// first, and the power went, the rest of the damaged one would be gone, and at the end of a log
/// nobody would notice. So it comes last.
final class Replacement {
  static final String DAMAGED = ".damaged";

  private static final int COPY_BYTES = 1 << 18;

  private final Directory directory;
  private final LogConfig config;
  private final Stretch stretch;
  private final List<BatchRun> pieces;
  private final Deque<SegmentRewrite> files = new ArrayDeque<>();

  /// @param pieces all batches of it, in order
  Replacement(Directory directory, LogConfig config, Stretch stretch, List<BatchRun> pieces) {
    this.directory = directory;
    this.config = config;
    this.stretch = stretch;
    this.pieces = pieces;
  }

  /// Does it; returns what is in the new files.
  List<BatchRun> make() {
    try {
      if (stretch.keepsHead()) {
        SegmentRemains head = stretch.head().orElseThrow();
        gather(head.baseLsn(), head.end());
      } else {
        begin(stretch.previousBaseLsn(), stretch.start());
        gather(stretch.previousBaseLsn(), stretch.start());
      }
      finish();
      return publish();
    } finally {
      files.forEach(SegmentRewrite::close);
    }
  }

  private void gather(long previousBaseLsn, Tail from) {
    long before = previousBaseLsn;
    Tail end = from;
    for (BatchRun piece : pieces) {
      if (piece.end().lastLsn() <= from.lastLsn()) {
        continue;
      }
      try (BatchRun.Reader reader = piece.in(directory)) {
        Optional<Batch> next = reader.next();
        for (; next.isPresent() && !stretch.endsWith(end); next = reader.next()) {
          Batch batch = next.get();
          if (files.isEmpty() || rolls(batch)) {
            before = files.isEmpty() ? before : files.getLast().baseLsn();
            begin(before, end);
          }
          files.getLast().append(batch);
          end = files.getLast().end();
        }
      }
    }
    Check.that(
        stretch.next().isEmpty() || stretch.endsWith(end),
        "LSN %d is another one than the next segment says",
        end.lastLsn(),
        0);
    if (isEmptyAtTheEnd(end)) {
      begin(files.isEmpty() ? before : files.getLast().baseLsn(), end);
    }
  }

  private boolean rolls(Batch batch) {
    SegmentRewrite last = files.getLast();
    return batch.baseLsn() > last.baseLsn()
        && (stretch.isBoundary(batch.baseLsn())
            || (last.baseLsn() != stretch.lastBaseLsn() && !last.takes(batch)));
  }

  /// Of a segment that nothing had been written to only the name is left.
  private boolean isEmptyAtTheEnd(Tail end) {
    return stretch.next().isEmpty()
        && stretch.isBoundary(end.nextLsn())
        && (files.isEmpty() || files.getLast().baseLsn() < end.nextLsn());
  }

  private void begin(long previousBaseLsn, Tail end) {
    files.addLast(SegmentRewrite.begin(directory, config, stretch.like(), previousBaseLsn, end));
  }

  private void finish() {
    for (SegmentRewrite file : files) {
      file.finish(stretch.next().isPresent() || !file.equals(files.getLast()));
    }
  }

  private List<BatchRun> publish() {
    List<BatchRun> runs = new ArrayList<>();
    List<String> made = files.stream().map(SegmentRewrite::fileName).toList();
    while (!files.isEmpty()) {
      try (SegmentRewrite file = files.removeLast()) {
        if (directory.list().contains(file.fileName())) {
          keep(file.fileName());
        }
        runs.addFirst(file.publish());
      }
    }
    for (SegmentRemains one : stretch.files()) {
      boolean stays = stretch.keepsHead() && stretch.head().equals(Optional.of(one));
      if (!stays && !made.contains(one.file())) {
        directory.rename(one.file(), one.file() + DAMAGED);
      }
    }
    directory.sync();
    return runs;
  }

  private void keep(String name) {
    String copied = name + DAMAGED;
    if (directory.list().contains(copied)) {
      directory.delete(copied);
    }
    try (StoredFile from = directory.open(name);
        StoredFile to = directory.create(copied)) {
      Legible legible = new Legible(from);
      ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
      long bytes = from.lengthBytes();
      for (long at = 0; at < bytes; at += buffer.limit()) {
        legible.read(buffer.clear().limit((int) Math.min(COPY_BYTES, bytes - at)), at);
        to.write(buffer.flip(), at);
      }
      to.sync();
    }
  }
}
