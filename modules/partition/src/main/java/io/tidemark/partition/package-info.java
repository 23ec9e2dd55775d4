/// One partition on one node: who owns its log, who writes it, who reads it.
///
/// ```
///  producers ──record──▶ ring ──▶ Writer ──Appended(batch)──▶ owner    the owner is Partition here,
///   Appends: with a waiter         │  log.append, log.sync      ▲      and Replica in
///   Appender: without one          └──────────Synced(lsn)───────┘      replication/runtime
///                                                               └─▶ Watermarks ─▶ Records (Source)
/// ```
///
/// - [Opening] is the first phase of every owner: it opens the log off the actor's thread and
///   stashes a bounded number of messages meanwhile.
/// - [Appends] and [Appender] put records into the ring ([io.tidemark.log.ring]) from the caller's
///   own thread; there the record has its LSN. No actor gets a message for a record. A full ring,
///   or too much that waits for its outcome, is `BUSY`.
/// - [Writer] is the only one that changes the log. It runs on a dispatcher of its own, where it
///   may block. **Natural batching without a timer:** the first record that finds the writer not
///   woken wakes it with one message; when it looks, all that is in the ring is the next batch, and
///   what arrives during its sync is the one after. `Gathering` gives callers that were just
///   answered a moment to come back, so that they share a sync again.
/// - A ring is for one leadership. When that ends, or the disk has no room, it is closed: what was
///   taken from it is in the log, what was not is surely not appended, and each caller learns
///   which.
/// - After the first failed write or sync the writer is fenced: it refuses everything, tells its
///   owner once, and never touches the log again. On a full disk it is read-only and looks for room
///   by itself. [WriterHealth] says which, how long the disk has been at the current command, and
///   what syncs took.
/// - [Watermarks] is how anybody learns how high the log has come. Only the newest value matters.
package io.tidemark.partition;
