/// Whole clusters in one thread, from one seed: the production protocol core and the production log
/// on simulated disks, a simulated network and virtual time.
///
/// ```
///                      Simulation (seed)
///          ┌───────────────┼──────────────────┐
///        Storm         Producers             Rest              faults; appends, reads; liveness
///          │               │                  │
///   ┌──────▼───────────────▼──────────────────▼──────┐
///   │ Machine: disk, clock, lives, pauses            │  × 3 or 5
///   │   SimulatedReplica: one life                   │
///   │     ReplicaCore ◀─ events ── effects ─▶        │
///   │     Outgoing    VirtualBallots  VirtualWriter  │──▶ Log on SimulatedDisk
///   └──────┬─────────────────────────────────┬───────┘
///   SimulatedNetwork                      Checkers            told of everything, fail at once
/// ```
///
/// What is simulated is the shell, and it keeps the contract of [io.tidemark.protocol.Effect] to
/// the letter, in the same order of steps as the runtime's `RunningReplica` and the partition's
/// `Writer`; what production does on other threads happens here later in virtual time. So the core
/// hears late of its own disk, a ballot is on the disk before anybody knows, and a node dies
/// between any two steps, or inside one.
///
/// **A seed is a world.** Each draws a [Temper]: which faults exist, how slow disks and ballots
/// are, how small frames and windows. Then the storm, in which all happens at once, and after every
/// step the checkers look ([io.tidemark.simulator.check]). Then the calm, in which the cluster must
/// come to rest within a bounded time: one leader, a new record commits, all logs equal.
///
/// **To look for failures** for a while: `./tidemark-sim --minutes 10` at the root of the
/// repository runs seeds that nobody ran before. **To replay one**: it is one line, `seed 4711
/// nodes 3: invariant 13 CommittedStays: ...`; run `./tidemark-sim --trace 4711`. The same seed
/// gives the same trace in every run of the same code, to which a test holds it. Add the seed to
/// `regression-seeds.txt`: it will probably mean something else after the next change, which costs
/// nothing.
///
/// **The checkers themselves are tested** by planted bugs: a [Meddler] between core and world, in
/// the tests only, that for instance sends before the ballot is durable, or forgets a sync. What no
/// checker finds is no bug, or shows what is missing here: that a leader must stay when all is
/// calm, and worlds with two leaders for a while, came of bugs that were not found.
///
/// **What goes wrong** is a [Fault]. The network: loss, delay, duplicates, another order, splits in
/// two, one-way and between two only, clogs that end in a burst, flipped bits, which cost the frame
/// and must not pass the batch's own checksum either. The disk: the power goes between any two of
/// its operations and tears what was not synced, a sync or a write fails, it crawls, it stalls with
/// or without the node noticing, it is full; a leader then refuses until there is room, and hands
/// over, a follower drops what it is sent and is sent it again later. Processes stand still or die,
/// clocks differ by half.
///
/// **What is stored is spoilt, too**: bits turn, sectors cannot be read for a while, writes are
/// lost or misdirected, syncs lie. Who finds its log damaged mends it ([SimulatedMending], around
/// the production's repair) and takes no part until then. Who reads damage in an open log only
/// counts it: what the runtime does about that (`LiveMending`) is not simulated. The [Budget] says
/// what may be spoilt: committed records that another node has whole, and of which the log can
/// tell, by a mark or a later segment, that they had been synced. It leaves out, on purpose, the
/// last write before a crash: a disk that loses what it acknowledged last looks like a disk that
/// tore it, or was rolled back, and the format promises nothing there (`io.tidemark.log`, "Torn, or
/// damaged"). In a few worlds a record is spoilt on every disk ([Fault#RUIN]): then the right end
/// is a [NamedStop], and no law is relaxed. A log that is damaged while a truncation is unfinished
/// is not mended but named, here as in the runtime, and [Rest] does without that node.
///
/// **Logs are trimmed** ([Fault#TRIM]), each on its own, as far as its replica knows that they are
/// committed and its application ([VirtualApplication]) has made its state durable. Who lacks what
/// the leader has trimmed is offered to begin behind a record, with the state that all records up
/// to there give; a node may fall at each step of that ([Fault#STRIKE_BEGINNER]), and comes up with
/// the whole old log or the empty new one.
///
/// **Disks are put back to copies** ([Fault#ROLL_BACK]) of a former start or of a moment in a life.
/// So each node asks the others before it opens anything, as in production ([SimulatedAdmission],
/// around the production's recognition), and no letter of a core passes between two that have not
/// told each other their ages. Who hears that its data are older sets them aside and is another
/// replica from then on, like one that lost its disk. [Memories] says which copies may be put back,
/// and leaves out the two limits of the protocol: a copy too young for anybody to know better, and
/// nobody there who does. Whoever sets aside data without a cause has failed.
///
/// **Replicas are damaged for good**: what one promised is spoilt ([Fault#SPOIL_PROMISE]), nothing
/// says how its log ended, or all others have trimmed what it lost. Then another one comes in its
/// place ([SimulatedSuccessor], [Incarnations]), if a leader is there, and not before a majority
/// without it has all that is committed. Runs in which most voters are gone for good end there.
///
/// Not simulated: a list of members that is spoilt (as good as a spoilt promise), damage that is
/// mended in a log that is open, producers that are known by what they appended, more than one
/// partition, the lease that lets a leader acknowledge `LOCAL` appends.
package io.tidemark.simulator;
