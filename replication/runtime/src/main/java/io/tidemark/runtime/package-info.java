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
/// - [Admission] is what a node does before its replicas open: it asks the others whether its data
///   are older than what it said with them, and sets them aside then. It opens the links to those
///   that remember how old the data are, and the door to those that are remembered; nothing that
///   counts goes through before. What the answers mean is [io.tidemark.protocol.Recognition];
///   [AgeStore] has the ages on the disk, [PeerAges] those of others, [AgeWire] is what is said.
/// - [Founding] is what a replica without data does first: it asks the others whether the partition
///   has begun before, for then it has lost its disk and may only join. [Greeting] is what they
///   say, [Introductions] what a running replica answers.
/// - [Mending] is what a replica does first whose log is damaged. A record of it is present, absent
///   or damaged, and of what is damaged nothing may be said: so it takes no part at all, neither
///   votes nor acknowledges nor refuses, until [io.tidemark.log.repair] has the very bytes again
///   that stood there. [RepairQuestions] is what it asks, [RepairWire] how, and [RepairAnswers]
///   what every replica answers, also one that mends itself. Ballot and members are not touched:
///   who it is afterwards it was before.
/// - [Successor] is the way out where that cannot be: another replica comes in the place of one
///   that is damaged for good, as if its disk had been lost, once a leader has it as a learner.
/// - [LiveMending] is the same beside a log that is open, when somebody reads damage there: what
///   the replica may go on with, what not, and the new segment in place of the old one, between two
///   commands of its writer. The log, and all who read it, stay.
/// - [Offers] is how a replica that lacks what the leader has trimmed is told where to begin, with
///   the members and the producers there ([OfferWire]), and how it begins: members first, then the
///   log in one step that a crash cannot halve. The application gets its own state by its own
///   means.
/// - [Replica] is the owning actor of a partition: it feeds [io.tidemark.protocol.ReplicaCore] and
///   carries out its effects in order. No `Send` overtakes a `SaveBallot`.
/// - All of it but the writers and what reads or writes other files runs on the one thread of the
///   transport (`tidemark.replica-dispatcher`): from a datagram to the step of the core, and from
///   there to the next datagram, nothing waits for another thread. So nothing there may block. The
///   streams between nodes are served in each round of it (`tidemark.link-dispatcher`), however
///   much the replicas have to do.
/// - [Pulse] is the time of all replicas: it tells the other nodes that this one is there, sees who
///   is not, and ticks the replicas that do not rest. So a node with thousands of partitions
///   without work sends as many packets as one with a few. Of hundreds that are awake each gets its
///   time in turn, up to four ticks at once.
/// - [PeerLink] is the two Pekko Streams to one peer. Control messages conflate ([ControlQueue]):
///   for each replica only the newest of each kind waits, because only the newest matters, and
///   those of a round share frames. Batches queue, boundedly; what does not fit is lost, and the
///   protocol sends it again.
/// - [ReplicaWire] is the format of both; control messages of all partitions share a frame.
/// - [Peers] is whom this node knows and is linked to. Nodes come and go while it runs: the newest
///   [io.tidemark.runtime.directory.Roster] it has heard of says who is there and what number
///   frames name it by, and [RosterFile] keeps that for the next start.
/// - Pekko Cluster ([ClusterHints]) only says that a node can be reached again. It never decides
///   who leads.
package io.tidemark.runtime;
