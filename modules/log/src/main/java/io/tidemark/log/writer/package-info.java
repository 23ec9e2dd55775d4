/// Writing a log from many threads: batches, syncs, outcomes.
///
/// ```
///  producers ──record──▶ Entrance ──▶ ring ──▶ BatchWriter ──▶ Log: append, sync
///    Appender: LSN at once   │                      │
///                            └── whenDurable ◀──────┴──▶ Host: a thread (LogWriter), or an actor
/// ```
///
/// | to read | for |
/// | --- | --- |
/// | [LogWriter] | a log of one's own, with its thread: nothing else is needed |
/// | [Appender], [NotAppendedException], [Refusal] | what a producer sees |
/// | [WriterConfig], [SyncPolicy] | limits, policies, what is kept |
/// | [WriterHealth] | the state of a writer, and what it measured |
/// | [BatchWriter], [WriterHost], [Waiting], `Linger` | how it is done, whoever drives it |
/// | [Entrance], `Arrivals` | what is open to producers, and who waits |
///
/// **Natural batching.** A producer that finds the writer not woken wakes it; when it looks, all
/// that is in the ring is the next batch, and what arrives during its sync is the one after. There
/// is no timer on that path, and no waiting, unless a linger is asked for.
///
/// **A ring is for one leadership.** When that ends, when the disk has no room, and when a producer
/// forgot a claim, the ring is closed: what was taken from it is in the log, what was not is surely
/// not, and each producer can ask which. The LSNs of the second kind are given out again.
///
/// **What a claim costs.** Claims are filled by their producers, and everything behind an open one
/// waits. After [WriterConfig.Delays#claim] with others waiting, twice seen, it is left behind with
/// its ring.
///
/// **Failing.** The first failed write or sync is the last: what was appended and not answered is
/// unknown, what was not taken is refused. A full disk refuses whole batches and comes back by
/// itself. A stuck disk throws nothing; the clock in [WriterHealth] shows it as `STALLED`.
///
/// # What it costs, and what limits it
///
/// 256 records of 100 B outstanding, a virtual disk whose sync takes 190 µs. Of a round of 260 µs
/// the sync is 0.7, the `pwrite` of 27 KB 15 µs, to fill the batch and its checksum 12 µs; the rest
/// is threads that wake each other. To wait after a sync, for as long as half of it, until the
/// callers that it has answered are back makes no difference that can be told from noise (15 rounds
/// of each, twice: actor 486 and 664 k/s with it, 566 and 672 without; appender 650 and 781, 744
/// and 730), so nobody waits. One message for each record takes an actor 1 µs a record; so an actor
/// that appends much does it through an [Appender] and is told once for each sync.
///
/// Not synced, 100 B through [io.tidemark.log.Log] alone: 300 ns a record with segments of 64 MiB,
/// 78 with one of 1 GiB that is zeroed before: what is written is written twice, the first time as
/// the zeros of the next segment.
package io.tidemark.log.writer;
