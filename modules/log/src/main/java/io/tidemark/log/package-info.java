/// One partition's segmented log on one disk: how it is laid out, and how it is opened again.
///
/// # The map
///
/// | to read | for |
/// | --- | --- |
/// | [Log], [LogConfig], [ReadResult] | what it does, and its limits |
/// | [LogCursor], [Selection], [ResumeToken] | reading on, without copies |
/// | [RecordFormat], [Stamp], [Batch], `BatchFormat`, [BatchBuilder], [Codec] | the bytes that are the same everywhere |
/// | `SegmentHeader`, `Mark`, `SyncNote`, `Footer`, `Segment`, `SegmentIndex` | what is local to a file |
/// | `FrameWindow`, `FrameWalk`, `RecordWalk`, `Body` | going over those bytes |
/// | `FactFinding`, `SegmentScan`, `RecoveryFacts`, `RecoveryDecision`, [RecoveryCase], `Recovery` | opening |
/// | `Truncation`, `TruncationIntent`, `Beginning`, `BeginningIntent`, `TailCopy` | what may be interrupted and is done again |
/// | [Retention], `Floor` | what may be trimmed |
/// | [LogRemains], [SegmentRemains], `BatchSearch`, [BatchRun], [SegmentRewrite] | what is left of a damaged log, and new files from it |
/// | [io.tidemark.log.repair] | repair from copies, batch by batch |
/// | [io.tidemark.log.producers] | who appended what already |
/// | [io.tidemark.log.writer], [io.tidemark.log.ring] | the way in for many threads |
/// | [io.tidemark.log.journal] | one sync for many logs |
///
/// # On disk
///
/// ```
///   00000000000000000001.segment  (sealed)           00000000000000000087.segment   (active)
///   ┌──────┬─────┬────┬─────┬─────┬───┬──────┐       ┌──────┬─────┬────┬─────┬───────────────┐
///   │header│notes│MARK│batch│batch│...│footer│       │header│notes│MARK│batch│ zeros         │
///   └──────┴─────┴────┴─────┴─────┴───┴──────┘       └──────┴─────┴────┴─────┴───────────────┘
///                 └─ one write ─┘                      │ follows base LSN 1, its last LSN 86,
///                                                      │ and the checksum of its last batch
///   next.prepared   zeros, the next segment            floor   what was trimmed, and who holds what
///   producers       who appended what, so far: its writer's, and of no use to anybody else
///   producers.base  the same up to where the log begins: of a log that does not begin with LSN 1
/// ```
///
/// A segment file appears under its name only when it is whole: header, and real zeros to its end.
/// The zeros are written beforehand, to `next.prepared`; a roll puts a header in front and gives
/// the file its name. Frames follow the first two blocks without gaps (past the page cache: each at
/// the start of a block); each begins with its length and the magic of its kind, and a length of
/// zero ends the written part. Every byte is covered by a checksum, or must be zero. Lengths are
/// checked before anything is allocated by them.
///
/// Each batch repeats the checksum of the one before, each segment that of the last batch of the
/// one before; so the whole log is one chain, and a batch that is whole but not the next one is not
/// taken for it.
///
/// # Torn, or damaged
///
/// A torn write and a spoilt disk leave the same bytes. A tear is no loss, because nobody was told
/// that the write is durable; it is cut. Damage is the loss of something promised; it must never be
/// cut. To tell them apart takes evidence that the write had been synced:
///
/// - the **mark** in front of the next write: "everything up to LSN n was synced before this was
///   written";
/// - the **note** in a block of its own, written and synced when nothing was appended for a while
///   ([Log#noteSynced]; the writer of a partition waits 100 ms) and when the log is closed;
/// - that a **later segment** exists, because a roll syncs first.
///
/// A whole batch behind bytes that are not one is no evidence: both may be of one write that was
/// never synced, of which the disk kept the later part. Nor is a footer that nothing follows.
///
/// **The road not taken** is to write everything twice, or to write and sync a second header before
/// each answer. Either would answer the question for the one write that is the last before a crash,
/// at up to twice the cost of every write. What is left without evidence here is that write, if the
/// process dies within the moment before the next write or note, *and* the disk spoils it: then it
/// is cut as a tear. A replica finds out, because its peers know what it had.
///
/// On one disk alone damage stays damage; [io.tidemark.log.repair] says what copies are good for.
/// Nothing can be done about a last segment file that is deleted whole, or about a deleted
/// directory: what is left is a shorter log, or none.
///
/// # Opening
///
/// Collect the facts, decide from them alone, act. [RecoveryCase] is the table, with a story for
/// each row. Nothing is changed before the decision, nothing at all where it is damage or refusal,
/// and each act can be interrupted anywhere and is then done again from its start. To open twice
/// gives what opening once gave.
///
/// Sealed segments are known by their footers, so opening costs the last segment and a few blocks
/// of each other one. Damage in a sealed segment is then found by who reads there, and whoever
/// mends the log is told ([Damage]); with [LogConfig.OpenCheck#ALL] opening reads every byte,
/// segments in parallel.
///
/// All that an opened log holds is durable, although the process before may have had a failed sync
/// that nobody knows of: what was written since the last mark, and is not noted, is written once
/// more and synced. Where that goes wrong halfway, its copy is still there: `TailCopy`.
///
/// # Failing
///
/// A write or sync that failed fences the [Log] for good ([LogFencedException]): after a failed
/// sync a second one may answer "done" and still have lost the bytes (RELIABILITY fact 1). There is
/// one exception, a disk with no room for another segment: no byte of the refused batch was
/// written, so the log stays usable and the LSN is not used up. [Log#hasRoom] says when to try
/// again.
///
/// # Reading
///
/// [LogCursor] reads mapped memory: sealed segments and the written part of the active one are one
/// to it. A mapping that is taken away under it (a trim) refuses further use and never shows other
/// bytes. A page that the disk cannot read becomes a [io.tidemark.storage.StorageException]. Past
/// the page cache it reads through memory of its own.
///
/// Nobody is shown what is not durable unless it asks. What is durable here may still be truncated
/// on a replica as long as it is not committed: a reader of replicated records stops at the
/// committed LSN ([Selection#upto]).
///
/// # Proof
///
/// | test | shows |
/// | --- | --- |
/// | `CrashTest` | 200,000 states that power cuts leave on a simulated disk, also cuts while opening |
/// | `JournaledCrashTest`, `JournaledFilesTest` | the same with a journal between log and disk |
/// | `PlantedBugsTest` | 32 mistakes that the tests of crashes and damage do find |
/// | `DirectorySweepTest` | every flipped bit and every length of 64 KiB of files |
/// | `EditPlansTest` | 10,000 plans of spoilt, swapped, missing and stale files |
/// | `DecoderFuzzTest` | a million hostile inputs for each decoder; says how to give ten |
/// | `PowerCutTest` | real ext4 and XFS under a process that dies; says how to cut 500 times |
/// | `FaultyDiskTest`, `RealDiskTest` | disks that fail, stall, crawl and fill; no memory, no descriptors |
/// | `TwelveFailuresTest` | what other logs did to their users |
package io.tidemark.log;
