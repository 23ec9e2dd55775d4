/// One partition's segmented log on one disk: how it is laid out, and how it is opened again.
///
/// # The map
///
/// | to read | for |
/// | --- | --- |
/// | [Log], [LogConfig], [ReadResult] | what it does, and its limits |
/// | [Batch], `BatchFormat` | the bytes that are the same everywhere |
/// | [RecordFormat], [io.tidemark.log.ring] | one record, and where it waits to be written |
/// | `SegmentHeader`, `Mark`, `Segment`, `SparseIndex` | what is local to a file |
/// | `SegmentScan`, `RecoveryFacts`, `RecoveryDecision`, [RecoveryCase], `Recovery` | opening |
/// | `Truncation`, `TruncationIntent`, `TailCopy` | what may be interrupted and is done again |
///
/// # On disk
///
/// ```
///   00000000000000000001.segment                    00000000000000000087.segment   (last)
///   ┌────────┬──────┬───────┬───────┬──────┬───┐    ┌────────┬──────┬───────┬───────────────┐
///   │ header │ MARK │ batch │ batch │ MARK │...│    │ header │ MARK │ batch │ zeros         │
///   └────────┴──────┴───────┴───────┴──────┴───┘    └────────┴──────┴───────┴───────────────┘
///             └── one write ───┘                      │ follows base LSN 1, its last LSN 86,
///                                                     │ and the checksum of its last batch
/// ```
///
/// A segment file appears under its name only when it is whole: header, and real zeros to its end.
/// Frames follow the header without gaps; each begins with its length and the magic of its kind,
/// and a length of zero ends the written part. Every byte is covered by a checksum, or must be
/// zero. Lengths are checked before anything is allocated by them.
///
/// Each batch repeats the checksum of the one before, each segment that of the last batch of the
/// one before; so the whole log is one chain, and a batch that is whole but not the next one is not
/// taken for it.
///
/// # What a mark is for
///
/// A torn write and a spoilt disk leave the same bytes. A tear is no loss, because nobody was told
/// that the write is durable; it is cut. Damage is the loss of something promised; it must never be
/// cut. To tell them apart takes evidence that the write had been synced, and that is the mark in
/// front of the next write: "everything up to LSN n was synced before this was written". The other
/// evidence is that a later segment exists, because a roll syncs first.
///
/// A whole batch behind bytes that are not one is no evidence: both may be of one write that was
/// never synced, of which the disk kept the later part.
///
/// **What this cannot tell.** Damage to the very last synced write looks like a tear, because no
/// mark comes after it; it is cut. The same holds for damage that takes a mark together with what
/// it covers, such as a sector that holds both and no later mark outside of it. On one disk alone
/// nothing can be done about a last segment file that is deleted whole, or about a deleted
/// directory: what is left is a shorter log, or none. A replica must compare with what its peers
/// know it had.
///
/// # Opening
///
/// Collect the facts, decide from them alone, act. [RecoveryCase] is the table, with a story for
/// each row. Nothing is changed before the decision, nothing at all where it is damage or refusal,
/// and each act can be interrupted anywhere and is then done again from its start. To open twice
/// gives what opening once gave.
///
/// All that an opened log holds is durable, although the process before may have had a failed sync
/// that nobody knows of: what was written since the last mark is written once more and synced.
/// Where that goes wrong halfway, its copy is still there: `TailCopy`.
///
/// # Failing
///
/// A write or sync that failed fences the [Log] for good ([LogFencedException]): after a failed
/// sync a second one may answer "done" and still have lost the bytes (RELIABILITY fact 1). There is
/// one exception, a disk with no room for another segment: no byte of the refused batch was
/// written, so the log stays usable and the LSN is not used up.
package io.tidemark.log;
