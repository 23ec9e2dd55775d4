/// One partition on one node: who owns its log, who writes it, who reads it.
///
/// ```
///  producers ──record──▶ ring ──▶ Writer ──Appended(batch)──▶ owner    the owner is Partition here,
///   Appends, Appender,             │  log.append, log.sync      ▲      and Replica in
///   AppendFlow                     └──────────Synced(lsn)───────┘      replication/runtime
///                                                               └─▶ Watermarks ─▶ Records (Source)
/// ```
///
/// - [Opening] is the first phase of every owner: it opens the log off the actor's thread and
///   stashes a bounded number of messages meanwhile.
/// - [Writer] is the only one that changes the log: a [io.tidemark.log.writer.BatchWriter] in an
///   actor, on a dispatcher of its own, where it may block: each run of its mailbox is a virtual
///   thread ([VirtualThreads]), so that any number of writers can wait for a sync that they share.
/// - Three ways in, all through the ring of the writer, from the caller's own thread; no actor gets
///   a message for a record. [Appends#append] answers each record by an [AppendOutcome]. An
///   [io.tidemark.log.writer.Appender] gives LSNs at once, and one [Progress] message for each sync
///   says how far they have come. [AppendFlow] is that as a stream, with back-pressure. A full
///   ring, or too much that waits for its outcome, is `BUSY`.
/// - A record with a [io.tidemark.log.Stamp] is there once, however often it is appended. Who
///   repeats it waits like who was first, and gets the same LSN.
/// - [AckLevel] says what must hold before an append is acknowledged. The writer answers `RECEIVED`
///   and `LOCAL`; its owner the others, at the commit.
/// - A round is all that waits when the writer looks. Where everybody waits for a quorum the writer
///   runs only so many rounds ahead of what is committed ([Pace]): rounds grow with the time that a
///   commit takes, instead of batches that shrink.
/// - After the first failed write or sync the writer is fenced: it refuses everything, tells its
///   owner once, and never touches the log again. On a full disk it is read-only and looks for room
///   by itself.
/// - Where the owner mends what readers find damaged, it does so by commands to the writer; a
///   truncation that needs what is damaged waits for that, and so do [Records].
/// - [Watermarks] is how anybody learns how high the log has come. Only the newest value matters.
/// - [Records] shows what is committed: whole batches for who applies them, or single records that
///   a cursor selects by LSN, time, type and stream, with a token to go on later.
package io.tidemark.partition;
