package io.tidemark.log;

import io.tidemark.log.RecoveryFacts.BodyFacts;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is left of one segment file, whatever became of it.
///
/// Where its header is whole and everything behind it as it should be, it is one run of batches.
/// Else every place is searched, and so is known what whole batches there are ([#runs]), which ones
/// were there ([#links]), and up to where it had been synced.
public final class SegmentRemains {
  /// A batch that is known by its end and checksum, though it is not there.
  public record Link(long lastLsn, int checksum) {}

  private static final int WINDOW_BYTES = 1 << 18;
  private static final int LSN_DIGITS = 20;

  private final String file;
  private final Optional<SegmentHeader> header;
  private final SegmentHeader belongs;
  private final List<BatchRun> runs = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private boolean clean;
  private long syncedThrough;

  private SegmentRemains(
      String file, Optional<SegmentHeader> header, SegmentHeader belongs, boolean clean) {
    this.file = file;
    this.header = header;
    this.belongs = belongs;
    this.clean = clean;
  }

  /// Of a file with a sound header.
  ///
  /// @param followed whether it must be sealed
  static SegmentRemains sound(Directory directory, FactFinding.Found found, boolean followed) {
    SegmentHeader header = found.header();
    BodyFacts body = found.body();
    boolean clean = body.covering().isEmpty() && (body.dirtyBytes() == 0 || !followed);
    SegmentRemains remains =
        new SegmentRemains(header.fileName(), Optional.of(header), header, clean);
    try (StoredFile stored = directory.open(remains.file)) {
      if (followed) {
        remains.lookAtFooter(stored, body.tail());
      }
      if (remains.clean) {
        remains.add(SegmentHeader.framesAt(), body.endPosition(), body.tail());
      } else {
        remains.search(stored, SegmentHeader.framesAt(), header.framesEnd());
      }
    }
    body.covering().ifPresent(by -> remains.synced(by.syncedThrough()));
    return remains;
  }

  /// Of a sealed file of an open log, which knows how it begins, and that it ends with `end`.
  static SegmentRemains sealed(
      Directory directory, LogConfig config, SegmentHeader header, Tail end) {
    try (StoredFile stored = directory.open(header.fileName())) {
      Optional<SegmentContent> content =
          Optional.of(Legible.block(stored, 0, SegmentHeader.HEADER_BYTES))
              .filter(block -> isHeader(block, stored, header))
              .map(_ -> scanned(stored, header, config))
              .filter(all -> all.tail().equals(end) && isSealed(stored, header, all));
      SegmentRemains remains =
          new SegmentRemains(header.fileName(), Optional.of(header), header, content.isPresent());
      if (content.isPresent()) {
        remains.add(SegmentHeader.framesAt(), content.get().endPosition(), end);
      } else {
        long until = Math.min(header.framesEnd(), stored.lengthBytes() & -RecordFormat.ALIGNMENT);
        remains.search(stored, SegmentHeader.framesAt(), until);
      }
      return remains;
    }
  }

  private static boolean isHeader(ByteBuffer block, StoredFile stored, SegmentHeader header) {
    return SegmentHeader.decode(block, stored.lengthBytes())
            instanceof SegmentHeader.Decoded.Sound(SegmentHeader sound)
        && sound.equals(header);
  }

  private static SegmentContent scanned(StoredFile stored, SegmentHeader header, LogConfig config) {
    FrameWindow window = FrameWindow.reading(stored, header.segmentBytes(), WINDOW_BYTES);
    return SegmentScan.of(window, header, config, Long.MAX_VALUE).content();
  }

  private static boolean isSealed(StoredFile stored, SegmentHeader header, SegmentContent all) {
    return Footer.decode(Legible.block(stored, header.framesEnd(), header.footerBytes()), header)
        .filter(footer -> footer.content().equals(all))
        .isPresent();
  }

  /// Of the file behind that one, about which nobody asks.
  static SegmentRemains following(SegmentHeader header) {
    return new SegmentRemains(header.fileName(), Optional.of(header), header, true);
  }

  /// Of a file without one. What is in it says itself where it belongs, if the name is right.
  static SegmentRemains headless(Directory directory, String file, LogConfig config) {
    Tail before = new Tail(lsnOf(file) - 1, 0, 0, 0);
    SegmentHeader belongs = SegmentHeader.following(config, 1, 0, before);
    SegmentRemains remains = new SegmentRemains(file, Optional.empty(), belongs, false);
    try (StoredFile stored = directory.open(file)) {
      remains.search(stored, 0, stored.lengthBytes() & -RecordFormat.ALIGNMENT);
    }
    // A roll syncs first, and a segment has its name only from then on.
    remains.synced(lsnOf(file) - 1);
    return remains;
  }

  private static long lsnOf(String file) {
    String digits = file.substring(0, Math.min(LSN_DIGITS, file.length()));
    return digits.matches("\\d{1,18}|0\\d{19}") ? Math.max(1, Long.parseLong(digits)) : 1;
  }

  /// A footer that says more than there is knows what is missing.
  private void lookAtFooter(StoredFile stored, Tail tail) {
    Optional<Tail> sealed =
        Footer.decode(Legible.block(stored, belongs.framesEnd(), belongs.footerBytes()), belongs)
            .map(footer -> footer.content().tail())
            .filter(last -> !last.equals(tail));
    sealed.ifPresent(
        last -> {
          clean = false;
          links.add(new Link(last.lastLsn(), last.checksum()));
          synced(last.lastLsn());
        });
  }

  /// Crash story: a disk put a write also elsewhere in the file, over other batches. Of two runs
  /// that follow the same batch one was the rest of the log and one was a copy of its beginning;
  /// the copy was gone along, and behind it nothing followed. So runs of the same LSNs end at the
  /// same.
  private void search(StoredFile stored, long from, long end) {
    collect(stored, from, end, Set.of());
    Set<Long> cuts = cuts();
    if (!cuts.isEmpty()) {
      runs.clear();
      links.clear();
      collect(stored, from, end, cuts);
    }
    ByteBuffer notes = Legible.block(stored, SegmentHeader.HEADER_BYTES, SyncNote.BLOCK_BYTES);
    synced(SyncNote.newest(notes, belongs).syncedThrough());
  }

  /// The LSNs with which a run begins that another one holds, and those behind its end.
  private Set<Long> cuts() {
    Set<Long> cuts = new HashSet<>();
    for (BatchRun run : runs) {
      for (long lsn : new long[] {run.baseLsn(), run.end().nextLsn()}) {
        if (runs.stream().anyMatch(other -> other.baseLsn() < lsn && other.holds(lsn))) {
          cuts.add(lsn);
        }
      }
    }
    return cuts;
  }

  private void collect(StoredFile stored, long from, long end, Set<Long> cuts) {
    FrameWindow window = FrameWindow.reading(stored, stored.lengthBytes(), WINDOW_BYTES);
    BatchSearch search = new BatchSearch(window, from, end, new Seen(window, end));
    while (search.next()) {
      boolean cut = cuts.contains(search.baseLsn());
      if (!cut && !runs.isEmpty() && search.follows(runs.getLast().end())) {
        BatchRun last = runs.removeLast();
        runs.add(
            new BatchRun(
                file,
                last.position(),
                search.position(),
                last.baseLsn(),
                last.previousChecksum(),
                search.tail()));
      } else {
        runs.add(
            new BatchRun(
                file,
                search.batchPosition(),
                search.position(),
                search.baseLsn(),
                search.previousChecksum(),
                search.tail()));
      }
    }
  }

  private void add(long from, long end, Tail tail) {
    Tail before = previous();
    if (tail.lastLsn() > before.lastLsn()) {
      runs.add(new BatchRun(file, from, end, before.nextLsn(), before.checksum(), tail));
    }
  }

  private void synced(long lsn) {
    syncedThrough = Math.max(syncedThrough, lsn);
  }

  private final class Seen implements BatchSearch.Sights {
    private final FrameWindow window;
    private final long end;

    Seen(FrameWindow window, long end) {
      this.window = window;
      this.end = end;
    }

    @Override
    public void mark(long position) {
      int at = window.cover(position, (int) Math.min(Mark.BYTES, end - position));
      Mark.decode(window.bytes(), at, belongs, position)
          .ifPresent(mark -> synced(mark.syncedThrough()));
    }

    @Override
    public void headerOnly(long lastLsn, int checksum) {
      links.add(new Link(lastLsn, checksum));
    }
  }

  /// Its name.
  public String file() {
    return file;
  }

  /// Whether its header is what was written: else [#previous] and [#previousBaseLsn] say nothing.
  public boolean hasHeader() {
    return header.isPresent();
  }

  /// Its header, or what it may have been.
  SegmentHeader geometry() {
    return belongs;
  }

  /// The LSN it begins with: as its header says, or its name.
  public long baseLsn() {
    return belongs.baseLsn();
  }

  /// That of the segment before it; 0 if it is the first.
  public long previousBaseLsn() {
    return belongs.previousBaseLsn();
  }

  /// The end of the log before it.
  public Tail previous() {
    return belongs.previous();
  }

  /// Whether nothing is wrong with it alone, but perhaps a torn end.
  public boolean isClean() {
    return clean;
  }

  /// What is whole in it, in the order of the file.
  public List<BatchRun> runs() {
    return List.copyOf(runs);
  }

  /// What was in it.
  public List<Link> links() {
    return List.copyOf(links);
  }

  /// What it says was synced.
  public long syncedThrough() {
    return syncedThrough;
  }

  /// The end of a clean one.
  public Tail end() {
    return runs.isEmpty() ? previous() : runs.getLast().end();
  }
}
