/// One sync for the logs of a node.
///
/// ```
///  Log of partition 1 ──write──▶ its segment (page cache)          synced from time to time
///                      └─copy──▶ ┐                                  ▲
///  Log of partition 2 ──write──▶ │ its segment (page cache) ────────┤ checkpoint
///                      └─copy──▶ ┤                                  │
///                          ...   ▼                                  │
///                         Round ──append, sync──▶ journal, a Log ───┘ then trimmed
/// ```
///
/// A disk takes a number of syncs a second, whoever asks for them: a hundred partitions that sync
/// their own segments share it. With a [Journal] each write goes to its own file as ever and, in
/// memory, to the open round; a sync waits for the round, which one of those who wait writes and
/// syncs for all. What arrives meanwhile is the next round.
///
/// It keeps the contract of [io.tidemark.storage.Directory]: a [io.tidemark.log.Log] in a directory
/// of a journal knows nothing of it, and the files are what they are without. Only after a power
/// cut do they lack something, which `Replay` brings back before anything else is opened.
///
/// **What it holds is physical**: "these bytes at this position of this file". To write them again
/// is harmless as long as nothing came over them that the journal does not know. So:
///
/// - a file that is synced by itself, after a longer write or because nobody shares the journal, is
///   noted as `SETTLED` before that sync returns;
/// - before a name changes or goes, the file is synced and noted the same way;
/// - a **checkpoint** syncs all files and notes up to where nothing needs to be done again; then
///   the journal is trimmed. It takes place when a segment of the journal is full.
///
/// A process that is killed may find undone, where it lay over something synced, what it had not
/// synced, as after a power cut. A log does not mind: it appends, and notes what it writes over.
///
/// **When it is used.** A file that is synced alone is faster without: then nothing is copied.
/// `Crowd` sees whether syncs are of several files in turn.
///
/// **Failing.** A write or sync of the journal that failed, or a file that could not be synced in a
/// checkpoint, fails every sync from then on: all logs of the node are fenced, for they share a
/// disk. A full disk does not: files are then synced by themselves, as without a journal. The names
/// of files must be durable before they are written to, as those of segments are.
///
/// | to read | for |
/// | --- | --- |
/// | [Journal], [JournalConfig] | what it does, its limits |
/// | `JournaledDirectory`, `JournaledFile` | the way in |
/// | `Round`, `Entry` | what is written together, and how it looks |
/// | `Replay` | after a crash |
///
/// `JournaledCrashTest` cuts the power at every operation of a log's scripts, `JournaledFilesTest`
/// at many of scripts that delete, rename and write over, `PowerCutTest` on real file systems.
package io.tidemark.log.journal;
