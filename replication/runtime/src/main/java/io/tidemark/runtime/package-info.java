/// The shell around the protocol: what carries out its effects on a real node.
///
/// ```
///   Aeron ──▶ Inbound ──PeerMessage──▶ Replica (core) ──▶ Writer (modules/partition)
///                                        │    ▲  └──▶ BallotStore
///                                        ▼    └─ events of the writer, ticks, hints
///   Aeron ◀── PeerLink ◀── messages (conflated), batches
/// ```
///
/// - [ReplicatedNode] opens the data directory, starts the transport and one [Replica] a partition.
/// - [Founding] is what a replica without data does first: it asks the others whether the partition
///   has begun before, for then it has lost its disk and may only join. [Greeting] is what they
///   say, [Introductions] what a running replica answers.
/// - [Replica] is the owning actor of a partition: it feeds [io.tidemark.protocol.ReplicaCore] and
///   carries out its effects in order. No `Send` overtakes a `SaveBallot`.
/// - [PeerLink] is the two Pekko Streams to one peer. Control messages conflate: for each partition
///   only the newest of each kind waits, because only the newest matters. Batches queue, boundedly;
///   what does not fit is lost, and the protocol sends it again.
/// - [ReplicaWire] is the format of both; control messages of all partitions share a frame.
/// - Pekko Cluster ([ClusterHints]) only says that a node can be reached again. It never decides
///   who leads.
package io.tidemark.runtime;
