package io.tidemark.log;

import java.util.List;
import java.util.Optional;

/// All that recovery knows when it decides: plain values, no files.
///
/// @param beginning if it is whole, the next three but the floor are not looked for
/// @param floor the LSN below which segments may be missing, because they were trimmed
/// @param segments in the order of their names, without those that a trim was about to delete
record RecoveryFacts(
    BeginningFacts beginning,
    IntentFacts intent,
    CopyFacts copy,
    FloorFacts floor,
    List<SegmentFacts> segments) {
  /// What the file [BeginningIntent#FILE] is.
  sealed interface BeginningFacts {
    record None() implements BeginningFacts {}

    record Damaged() implements BeginningFacts {}

    record Foreign() implements BeginningFacts {}

    record Whole(BeginningIntent intent) implements BeginningFacts {}
  }

  /// What the file [Floor#FILE] is.
  sealed interface FloorFacts {
    record None() implements FloorFacts {}

    record Damaged() implements FloorFacts {}

    record Foreign() implements FloorFacts {}

    record Whole(Floor floor) implements FloorFacts {}
  }

  /// What the file [TailCopy#FILE] is.
  sealed interface CopyFacts {
    record None() implements CopyFacts {}

    record Damaged() implements CopyFacts {}

    record Foreign() implements CopyFacts {}

    record Whole(TailCopy copy) implements CopyFacts {}
  }

  /// What the file [TruncationIntent#FILE] is.
  sealed interface IntentFacts {
    record None() implements IntentFacts {}

    record Damaged() implements IntentFacts {}

    record Foreign() implements IntentFacts {}

    record Whole(long lsn, int checksum) implements IntentFacts {}
  }

  /// One segment file.
  sealed interface SegmentFacts {
    String file();

    record UnknownVersion(String file, String found) implements SegmentFacts {}

    record Foreign(String file, String found) implements SegmentFacts {}

    record DamagedHeader(String file, String found) implements SegmentFacts {}

    /// A sound header; `body` is as far as the walk over the frames came.
    record Sound(String file, long baseLsn, long previousBaseLsn, Tail previous, BodyFacts body)
        implements SegmentFacts {}
  }

  /// What follows a segment's header.
  ///
  /// @param content up to the last whole batch that continues the chain
  /// @param dirtyBytes from there to the last byte that is not zero
  /// @param found what was there instead of the next batch; empty if only zeros
  /// @param unknownKind whether that is a whole batch of a later release
  /// @param covering what says that the next batch had been synced
  record BodyFacts(
      SegmentContent content,
      long dirtyBytes,
      String found,
      boolean unknownKind,
      Optional<Covering> covering) {
    Tail tail() {
      return content.tail();
    }

    long endPosition() {
      return content.endPosition();
    }
  }

  /// A whole [Mark] or [SyncNote] that covers an LSN that is not there.
  record Covering(String what, long position, long syncedThrough) {}
}
