/// The replication protocol of one partition as a step function: no actors, no I/O, no clock.
///
/// ```
///   events                        ReplicaCore                          effects
///   Tick                   ┌───────────────────────┐   SaveBallot      (durable before any later Send)
///   Received(message)  ──▶ │ Standing (shared)     │ ─▶ Send, SendBatches
///   Appended, Synced       │  ballot, log, commits │   AppendReceived, TruncateAfter
///   BallotSynced, Settled  │ Role                  │   Lead, StopLeading
///   Sent, ReadRequested    │  Follower  Leader ... │   Commit, ReadReady, LeaderChanged
///                          └───────────────────────┘
/// ```
///
/// The shape is Raft's (Ongaro, Ousterhout 2014) with pre-vote and check-quorum (Ongaro's thesis,
/// 9.6), over *identities*: the core knows LSNs and epochs, never bytes. What differs, and why:
///
/// - **The writer numbers records, the core learns of it.** A leader's writer appends and then says
///   [Event.Appended], so that an append costs no extra hop. The price is that a leader that steps
///   down does not know its own log until the writer has stopped: it is *unsettled* from
///   [Effect.StopLeading] until [Event.Settled] and takes no message meanwhile. To its peers that
///   is message loss, which the protocol survives by design. Truncation settles the same way.
/// - **Watermarks instead of per-message answers.** A follower says how far its log agrees with the
///   leader's (`received`) and how far that is synced (`durable`). Only the newest matters. It says
///   so when more is durable, and to each heartbeat; not when it got something, which nobody needs.
/// - **Nothing here is timed.** [Event.Tick] is the only time; chance is a seed.
///
/// The order of effects is their condition: a `Send` may be carried out only when every
/// `SaveBallot` before it is durable. Changes of role (all that are legal: [Transition]):
///
/// ```
///            timer                majority of pre-votes          majority of votes
///  Follower ───────▶ PreCandidate ────────────────────▶ Candidate ───────────────▶ Leader
///     ▲                   │ timer: again                   │ timer: PreCandidate      │ no majority heard
///     └───────────────────┴──── a higher epoch, or the leader of this one ───────────┘ or a higher epoch
/// ```
///
/// A leadership ends in three more ways. *Handed over*: the leader holds its appends, waits until
/// one follower has all of them durably and they are committed, and tells it to stand; that one
/// becomes a candidate at once, and those who vote forget their stickiness for it. Nothing is
/// unknown by that. *Resigned*: a leader whose log failed says so, and followers stand in turn
/// without waiting for its silence. *Unfit*: a leader whose disk is stuck hands over by itself, and
/// resigns if its writer does not even stop; an unfit follower stands last.
///
/// *Who takes part* is in the log too: from the record of a [Membership] on, committed or not, its
/// voters make the quorums (Ongaro's thesis, 4.1). A leader changes one voter at a time, through a
/// learner that has caught up, when the change before and a record of its own epoch are committed.
/// A replica remembers the last few changes beside its log, written before the record is, and
/// recognizes by epoch and LSN which of them its log holds after a crash.
///
/// *A replica that lost its disk* comes back on the same node as another [ReplicaId] and is a
/// stranger: what its former self promised is not asked of it, and what that had acknowledged is
/// not counted for it. A leader that has not heard the former self for long makes it a learner,
/// then a voter, then removes the former self: see [Succession].
///
/// *A leader whose process is gone* is told of by the shell ([Event.NodeLost]): then its followers
/// do not wait for its silence either. The word may be wrong: who still hears the leader refuses
/// who believes it.
///
/// *A node whose disk was put back to an older state* is told by what the others remember of it
/// that it has forgotten something, and goes on as one that lost its disk: see [Recognition].
///
/// *Records that all are done with are deleted*, by each replica on its own and only if they are
/// committed. Whoever lacks what the leader has not any more is made a [Message.Offer]: to drop its
/// whole log and begin behind a committed record, with those as members that took part then; the
/// rest follows as ever. What was built from the records before is the matter of who built it: a
/// learner that says it lacks that ([Event.ReadinessChanged]) does not become a voter.
///
/// *A follower without room* drops what it cannot append and says how far it is
/// ([Event.NotReceived]); it is sent the rest again until there is room. Who had been elected for
/// records that it turns out not to have leaves office at once: nothing can have been committed by
/// it, as the first record that it would count comes behind them.
///
/// Followers do not wait by chance but in turn, beginning behind the last leader in the list of
/// voters; only candidates that failed try again by chance.
///
/// A follower bears the silence of a leader longer if lately leaders were silent for long and well
/// all the same, see [Rhythm]; a leader waits three times as long for a quorum to answer. Each tick
/// says which nodes are heard ([NodeWatch]): a replica whose node is there is busy rather than
/// gone, and its silence is borne eight times as long; where all are there, leaders speak a third
/// as often. So a node with a thousand partitions does not hold elections because it has much to
/// do. What is left to that long patience is a replica that says nothing on a node that is well.
///
/// What is slow is not made slower: a candidate that is not elected tries again later each time,
/// and a leader sends again after as long as answers take lately, doubled each time it has to.
///
/// *A group without work rests* ([Message.Rest]): when everybody has everything durably, and knows
/// that it is committed, and nothing happens for a while, the leader bids its followers rest, and
/// rests when all of them do. From then on nobody says anything and nobody needs ticks, so a node
/// may have thousands of such groups. What a leader's heartbeats told its followers their nodes
/// tell each other, once for all groups ([NodeWatch]): when a node falls silent, or another process
/// runs there, that is [Event.NodeLost]. Whatever else happens wakes who it happens to, and what
/// that one says wakes the others. Should somebody rest whose leader does not, as no message is
/// certain, it finds out by itself, because it is [stirred][Event.Stirred] now and then and asks. A
/// leader with a member that is not there does not rest. Rest is about the silence of leaders only,
/// and what stands against that is as before.
///
/// `src/main/tla` says the same as a TLA+ model, with what disks do to it;
/// `replication/protocol/tla` has TLC check it, see the README there for what it found and which
/// message is what in the model.
package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;
