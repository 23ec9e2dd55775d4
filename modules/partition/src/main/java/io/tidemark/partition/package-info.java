/// One partition on one node: who owns its log, who writes it, who reads it.
///
/// ```
///  producers ──Append──▶ Writer ──Appended(batch)──▶ owner      the owner is Partition here,
///   (Admission           │  log.append, log.sync       ▲        and Replica in replication/runtime
///    says "busy")        └──────────Synced(lsn)────────┘
///                                                       └─▶ Watermarks ─▶ Records (Source)
/// ```
///
/// - [Opening] is the first phase of every owner: it opens the log off the actor's thread and
///   stashes a bounded number of messages meanwhile.
/// - [Writer] is the only one that changes the log. It runs on a dispatcher of its own, where it
///   may block. **Natural batching without a timer:** the first append that finds nothing pending
///   makes the writer send itself a `Flush`. That message queues behind every append that is
///   already there, so when it comes up, all of them are the next batch; what arrives during its
///   sync queues for the one after.
/// - After the first failed write or sync the writer is fenced: it refuses everything, tells its
///   owner once, and never touches the log again.
/// - [Watermarks] is how anybody learns how high the log has come. Only the newest value matters.
package io.tidemark.partition;
