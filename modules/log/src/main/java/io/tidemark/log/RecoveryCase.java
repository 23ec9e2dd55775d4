package io.tidemark.log;

/// What a log turns out to be when it is opened. Each has a story, an answer and a test.
public enum RecoveryCase {
  /// No segment at all: a log that begins. The first segment is made.
  FRESH(Answer.OPEN),

  /// Whole batches, then zeros to the end of the last file.
  CLEAN(Answer.OPEN),

  /// The process or the power went while the last write was under way: behind the last whole batch
  /// of the last segment is something else, and no mark says that it had ever been synced. Nobody
  /// was told that it is durable, so zeros go over it.
  TORN_TAIL(Answer.OPEN),

  /// The process or the power went while a truncation was under way: its intent is still there. The
  /// truncation is done again from its start.
  INTERRUPTED_TRUNCATION(Answer.OPEN),

  /// The process or the power went while the log was begun anew behind a batch that is elsewhere:
  /// the intent of that is still there. It is done again, whatever else there is, also where that
  /// is damaged: it was to be dropped.
  INTERRUPTED_BEGINNING(Answer.OPEN),

  /// The process or the power went while an earlier opening wrote the last write once more: its
  /// copy is still there, and goes back in its place. Then the log is looked at afresh.
  INTERRUPTED_REWRITE(Answer.OPEN),

  /// A batch that had been synced is not whole any more: a later mark covers it, or a later segment
  /// exists, and a roll syncs the segment before it. Also bytes behind the end of a segment that is
  /// not the last.
  DAMAGED_BATCH(Answer.DAMAGE),

  /// A segment's first block is not what was written, or the file has another length or name than
  /// it was made with. Segment files appear whole under their names, so no crash does this.
  DAMAGED_HEADER(Answer.DAMAGE),

  /// A sealed segment's footer is not what was written, and somebody needs it. When a log is opened
  /// it is made again from the frames.
  DAMAGED_FOOTER(Answer.DAMAGE),

  /// The intent of a truncation or of a new beginning, the copy of the last write, or the floor is
  /// not what was written. They too appear whole under their names.
  DAMAGED_INTENT(Answer.DAMAGE),

  /// A segment names a segment before it that is not there, and was not trimmed.
  MISSING_SEGMENT(Answer.DAMAGE),

  /// A segment says that the one before ended with another batch than it does. This is also how
  /// zeros show where records should be.
  BROKEN_CHAIN(Answer.DAMAGE),

  /// The files belong to another log or another partition.
  FOREIGN(Answer.REFUSAL),

  /// A later release wrote this.
  UNKNOWN_VERSION(Answer.REFUSAL);

  /// What opening does.
  enum Answer {
    /// The log opens, repaired if need be.
    OPEN,
    /// [LogDamagedException]; nothing is changed on disk.
    DAMAGE,
    /// [LogRefusedException]; nothing is changed on disk.
    REFUSAL
  }

  private final Answer answer;

  RecoveryCase(Answer answer) {
    this.answer = answer;
  }

  Answer answer() {
    return answer;
  }
}
