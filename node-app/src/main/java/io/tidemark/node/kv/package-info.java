/// A key-value store as a state machine: committed records in, state out; the same on every replica
/// and every time.
///
/// - [KvOperation] is what a record says, [KvState] what came of them.
/// - [KvPartition] is the actor around one: it applies, answers, and decides when to save.
/// - `KvSnapshot` draws and writes the file beside the log, `KvSnapshotReader` reads it.
/// - `SnapshotStore` is that file on this node, and those on others, which [SnapshotPeers] reach.
///
/// What is durable in which order: first the snapshot, under its name and synced; then the log is
/// trimmed, never above the record behind the snapshot. So at each moment snapshot and log together
/// are all of the store, or the log begins above the snapshot because it was begun anew in another
/// node's place, and then that node's snapshot is fetched before the first record is applied.
package io.tidemark.node.kv;
