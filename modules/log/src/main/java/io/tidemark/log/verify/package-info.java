/// A second reader of the format, written apart from the log's own.
///
/// Nothing here uses a class of `io.tidemark.log` (a test of the walls holds that): constants,
/// checksums and rules stand here once more, so that a mistake of the writer is not repeated by the
/// one who checks it. The drawings are in `io.tidemark.log`: `SegmentHeader`, `SyncNote`, `Mark`,
/// `BatchFormat`, `RecordFormat`, `Footer`, `Floor`, `TruncationIntent`, `BeginningIntent`,
/// `TailCopy`.
///
/// [Verification] reads every byte of a directory and changes none, so it may run beside the node
/// that writes there. Where nothing is wrong each byte is read once; a [Visitor] may look on: the
/// tools that show, dump, count and salvage are such visitors.
///
/// # What comes after damage
///
/// Behind damaged bytes the walk goes on only where the format says for sure that a frame begins:
/// behind a batch whose header is sound, at a mark (its checksum covers log, partition, segment and
/// position), at a position of the footer's index. A batch alone is not trusted there: the payload
/// of a record may be a copy of a segment file, with whole batches in it.
///
/// # What is no damage
///
/// Behind the last whole batch of the last segment, without a mark or note that says it had been
/// synced, is a torn write: nobody was told that it is durable. In a directory in use it may also
/// be one that is under way: then it is no finding at all. Else it is [Finding.Kind#TORN_TAIL],
/// which says what opening will cut; and a note that is not whole is [Finding.Kind#TORN_NOTE].
/// Neither is damage: every state that a power cut leaves is sound ([Report#isSound]).
package io.tidemark.log.verify;
