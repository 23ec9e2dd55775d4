/// The laws of replication, each an [Invariant] that can be seen to be broken.
///
/// A [Checker] is told what happens, by the simulator and never by the code under test: what was
/// handed to which log, which sync returned, which ballot is on which disk, what was put on the
/// wire. From that the [Mirrors] know, without reading a disk, what every log must hold; the
/// checkers compare. After each restart, and at the end, the mirrors are compared with the disks.
///
/// A broken law is a [Violation]: it ends the run at the event that broke it, and is one line with
/// the seed, the law's number and name, what was seen and when. Each costs little per event,
/// because it looks only at what the event changed.
///
/// | number | law | seen by |
/// | --- | --- | --- |
/// | 1 | one leader in an epoch | [OneLeaderPerEpoch] |
/// | 2 | what is committed is equal everywhere | [CommittedRecords], [LogsAgree] |
/// | 3 | a leader has all that is committed | [LeaderHasCommitted] |
/// | 4 | acknowledged: there once, at that LSN; each answer is given once | [AcknowledgedStays], [OneAnswer] |
/// | 5 | nothing is invented | [NothingInvented] |
/// | 6 | LSNs are dense, and shown so | [LsnsDense], [SubscribersSeeOnce] |
/// | 7 | reads never shrink, nor run past the commit | [ReadsAdvance] |
/// | 8 | epoch and vote never go back, and bind | [PromisesStay], [Fenced] |
/// | 9 | durable is what the disk keeps in every crash | [ForcedIsOnDisk], [LocalStays] |
/// | 10 | committed is durable on a quorum; watermarks advance | [QuorumDurable], [WatermarksAdvance] |
/// | 11 | after a failed sync a life says nothing more | [SilentAfterFailedSync] |
/// | 12 | what is damaged is neither refused as absent nor counted | [DamageIsNotTheEnd] |
/// | 13 | truncation above the commit, on the leader's word | [CommittedStays] |
/// | 14 | what is served is sound | [ServedIsSound] |
/// | 15 | reads are linearizable | [ReadsAreCurrent] |
/// | 17 | replay gives the same state, and a state in its place is that | [ReplayIsIdentical] |
/// | 18 | only what is committed and was seen is trimmed | [TrimsWhatIsCommitted], [NothingMissed] |
/// | 18 | who begins anew begins where all agree | [OffersWhatIsCommitted], [BeginsAsOffered] |
/// | 19 | one change of members at a time, quorums overlap | [OneChangeAtATime], [MembersAsLogged] |
/// | 20 | who is no voter counts for nothing | [OnlyVotersElect], and [QuorumDurable] counts voters only |
/// | 21 | queues are bounded | [QueuesAreBounded] |
/// | 22 | nothing stays open | [NothingLeaks]; files and mappings, threads there are none |
/// | 23 | after healing all come to rest, and stay so | `Rest` in the simulator |
/// | 24 | what has one good copy is repaired | `Rest`; where there is none, `NamedStop` |
/// | 24 | who has it gives it, and nothing is given up that is needed | [WhoHasItGivesIt], [GivenUpWhenNotNeeded] |
/// | 25 | the same seed gives the same trace | a test, and each fiftieth seed of `./tidemark-sim` |
/// | 26 | no decision reads a wall clock | a test: other clocks, the same trace |
///
/// Not here, and why:
///
/// - 15 for a key-value store: it is not simulated. The state that is read is the log; a store that
///   is a function of the log reads as well as the log does, and 17 says that it is one.
/// - 16 (a retry gets the same LSN): the simulated writer has no producers with sequences.
/// - 27 (foreign data is refused) and 28 (nothing leaks in plain text): of the runtime, and of an
///   encryption that does not exist.
package io.tidemark.simulator.check;
