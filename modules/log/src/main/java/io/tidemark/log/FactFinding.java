package io.tidemark.log;

import io.tidemark.log.LogConfig.OpenCheck;
import io.tidemark.log.RecoveryFacts.BeginningFacts;
import io.tidemark.log.RecoveryFacts.BodyFacts;
import io.tidemark.log.RecoveryFacts.CopyFacts;
import io.tidemark.log.RecoveryFacts.Covering;
import io.tidemark.log.RecoveryFacts.FloorFacts;
import io.tidemark.log.RecoveryFacts.IntentFacts;
import io.tidemark.log.RecoveryFacts.SegmentFacts;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Collects what recovery decides on; reads only.
///
/// A sealed segment that another one follows is known by its footer and not read further; the
/// others are walked over, and so are all where the configuration wants every byte checked, or a
/// truncation was interrupted.
///
/// Where the log was being begun anew, nothing but the floor is read: what is there is to go, and a
/// bad block in it must not keep the log from opening.
///
/// Crash story: the power went during the one sync that makes the last batches and the footer
/// durable; the footer was there and the batches were not. Or the process was killed there, and the
/// next one built on what nobody had synced. Only that a next segment exists says that the sync
/// returned; else the footer is residue, and the segment takes batches again.
///
/// @param segments those with a sound header, in the order of their names
/// @param trimmedFiles segments that a trim was about to delete
record FactFinding(RecoveryFacts facts, List<Found> segments, List<String> trimmedFiles) {
  /// A segment file with a sound header.
  ///
  /// @param sealed whether its footer is whole, and no truncation is to take it away
  /// @param shouldBeSealed whether a later segment exists
  /// @param lastMarkPosition see [SegmentScan#lastMarkPosition]
  record Found(
      SegmentHeader header,
      BodyFacts body,
      boolean sealed,
      boolean shouldBeSealed,
      SegmentIndex index,
      SyncNote note,
      long lastMarkPosition) {}

  static FactFinding in(Directory directory, LogConfig config) {
    return new Reading(directory, config).all();
  }

  private static final class Reading {
    private static final int WINDOW_BYTES = 1 << 18;

    private final Directory directory;
    private final LogConfig config;

    Reading(Directory directory, LogConfig config) {
      this.directory = directory;
      this.config = config;
    }

    FactFinding all() {
      List<String> names = directory.list();
      FloorFacts floor =
          small(names, Floor.FILE, Floor.MAX_BYTES)
              .map(block -> known(Floor.decode(block), this::floorFacts, new FloorFacts.Damaged()))
              .orElseGet(FloorFacts.None::new);
      BeginningFacts beginning =
          small(
                  names,
                  BeginningIntent.FILE,
                  BeginningIntent.HEADER_BYTES + BeginningIntent.MAX_PRODUCERS_BYTES)
              .map(
                  block ->
                      known(
                          BeginningIntent.decode(block),
                          this::beginningFacts,
                          new BeginningFacts.Damaged()))
              .orElseGet(BeginningFacts.None::new);
      if (beginning instanceof BeginningFacts.Whole) {
        return new FactFinding(
            new RecoveryFacts(
                beginning, new IntentFacts.None(), new CopyFacts.None(), floor, List.of()),
            List.of(),
            List.of());
      }
      IntentFacts intent =
          small(names, TruncationIntent.FILE, TruncationIntent.BYTES)
              .map(
                  block ->
                      known(
                          TruncationIntent.decode(block),
                          this::intentFacts,
                          new IntentFacts.Damaged()))
              .orElseGet(IntentFacts.None::new);
      CopyFacts copy =
          small(names, TailCopy.FILE, TailCopy.HEADER_BYTES + LogConfig.MAX_SEGMENT_BYTES)
              .map(block -> known(TailCopy.decode(block), this::copyFacts, new CopyFacts.Damaged()))
              .orElseGet(CopyFacts.None::new);
      List<String> files =
          new ArrayList<>(names.stream().filter(SegmentHeader::isSegmentName).toList());
      List<String> trimmed = trimmed(files, floor);
      files.removeAll(trimmed);
      List<Read> read = segments(files, intent);
      return new FactFinding(
          new RecoveryFacts(
              beginning, intent, copy, floor, read.stream().map(Read::facts).toList()),
          read.stream().flatMap(one -> one.found().stream()).toList(),
          trimmed);
    }

    /// The content of a small file, if it is there; empty if it is longer than it can be.
    private Optional<ByteBuffer> small(List<String> names, String name, long mostBytes) {
      if (!names.contains(name)) {
        return Optional.empty();
      }
      try (StoredFile file = directory.open(name)) {
        if (file.lengthBytes() > mostBytes) {
          return Optional.of(ByteBuffer.allocate(0));
        }
        return Optional.of(Legible.block(file, 0, (int) file.lengthBytes()));
      }
    }

    private static <T, F> F known(Optional<T> decoded, Function<T, F> facts, F damaged) {
      return decoded.map(facts).orElse(damaged);
    }

    private boolean isOwn(long logId, int partition) {
      return logId == config.logId() && partition == config.partition();
    }

    private FloorFacts floorFacts(Floor floor) {
      return isOwn(floor.logId(), floor.partition())
          ? new FloorFacts.Whole(floor)
          : new FloorFacts.Foreign();
    }

    private BeginningFacts beginningFacts(BeginningIntent intent) {
      return isOwn(intent.logId(), intent.partition())
          ? new BeginningFacts.Whole(intent)
          : new BeginningFacts.Foreign();
    }

    private IntentFacts intentFacts(TruncationIntent intent) {
      return isOwn(intent.logId(), intent.partition())
          ? new IntentFacts.Whole(intent.lsn(), intent.checksum())
          : new IntentFacts.Foreign();
    }

    private CopyFacts copyFacts(TailCopy copy) {
      return isOwn(copy.logId(), copy.partition())
          ? new CopyFacts.Whole(copy)
          : new CopyFacts.Foreign();
    }

    /// Those in front of one that begins at the floor or below it.
    private static List<String> trimmed(List<String> files, FloorFacts floor) {
      if (!(floor instanceof FloorFacts.Whole(Floor whole))) {
        return List.of();
      }
      String atFloor = SegmentHeader.fileName(whole.floor());
      return files.contains(atFloor)
          ? files.stream().filter(file -> file.compareTo(atFloor) < 0).toList()
          : List.of();
    }

    private List<Read> segments(List<String> files, IntentFacts intent) {
      Stream<String> each = files.stream();
      if (config.openCheck() == OpenCheck.ALL) {
        each = each.parallel();
      }
      return each.map(name -> read(name, !name.equals(files.getLast()), intent)).toList();
    }

    private Read read(String name, boolean followed, IntentFacts intent) {
      try (StoredFile file = directory.open(name)) {
        ByteBuffer block = Legible.block(file, 0, SegmentHeader.HEADER_BYTES);
        return switch (SegmentHeader.decode(block, file.lengthBytes())) {
          case SegmentHeader.Decoded.Damaged(String found) ->
              new Read(new SegmentFacts.DamagedHeader(name, found), Optional.empty());
          case SegmentHeader.Decoded.UnknownVersion(String found) ->
              new Read(new SegmentFacts.UnknownVersion(name, found), Optional.empty());
          case SegmentHeader.Decoded.Sound(SegmentHeader header) ->
              readSound(name, file, header, followed, intent);
        };
      }
    }

    private Read readSound(
        String name, StoredFile file, SegmentHeader header, boolean followed, IntentFacts intent) {
      if (!isOwn(header.logId(), header.partition())) {
        String found =
            "log %016x partition %d, not log %016x partition %d"
                .formatted(header.logId(), header.partition(), config.logId(), config.partition());
        return new Read(new SegmentFacts.Foreign(name, found), Optional.empty());
      }
      if (!header.fileName().equals(name)) {
        String found = "the segment " + header.fileName();
        return new Read(new SegmentFacts.DamagedHeader(name, found), Optional.empty());
      }
      Found found = found(file, header, followed, intent);
      return new Read(
          new SegmentFacts.Sound(
              name, header.baseLsn(), header.previousBaseLsn(), header.previous(), found.body()),
          Optional.of(found));
    }

    private Found found(
        StoredFile file, SegmentHeader header, boolean followed, IntentFacts intent) {
      long untilLsn = intent instanceof IntentFacts.Whole(long lsn, int _) ? lsn : Long.MAX_VALUE;
      Optional<Footer> footer =
          Footer.decode(Legible.block(file, header.framesEnd(), header.footerBytes()), header);
      boolean isSealed =
          followed && footer.isPresent() && footer.get().content().tail().lastLsn() <= untilLsn;
      if (isSealed && config.openCheck() == OpenCheck.TAIL) {
        return sealed(header, footer.get());
      }
      SyncNote note =
          SyncNote.newest(
              Legible.block(file, SegmentHeader.HEADER_BYTES, SyncNote.BLOCK_BYTES), header);
      FrameWindow window = FrameWindow.reading(file, header.segmentBytes(), WINDOW_BYTES);
      SegmentScan scan = SegmentScan.of(window, header, config, untilLsn);
      if (isSealed && scan.content().equals(footer.get().content())) {
        return sealed(header, footer.get());
      }
      boolean cut = scan.content().tail().lastLsn() >= untilLsn;
      long endBytes = followed ? header.framesEnd() : header.segmentBytes();
      return new Found(
          header,
          cut ? scan.factsUpToHere() : scan.facts(endBytes, covering(note)),
          false,
          followed && untilLsn == Long.MAX_VALUE,
          scan.index(),
          note,
          scan.lastMarkPosition());
    }

    private static Covering covering(SyncNote note) {
      return new Covering("note", SegmentHeader.HEADER_BYTES, note.syncedThrough());
    }

    private static Found sealed(SegmentHeader header, Footer footer) {
      BodyFacts body = new BodyFacts(footer.content(), 0, "", false, Optional.empty());
      return new Found(header, body, true, true, footer.index(), SyncNote.NONE, 0);
    }
  }

  /// What became of one file.
  private record Read(SegmentFacts facts, Optional<Found> found) {}
}
