/// A world in memory for tests: a disk that forgets, time that jumps, a network that loses.
///
/// A partition is a step function that asks for writes, syncs, messages and ticks. Real ones of
/// these fail rarely and never twice in the same way. The ones here fail as often as a test wants,
/// and for one seed always in the same way, so that a failure found once can be looked at a
/// thousand times. Read them in this order:
///
/// - [SimulatedDisk] implements the contract of `io.tidemark.storage` and keeps two states: what a
///   program sees, and what a power cut leaves. [DiskFaults] says which operation fails, [DiskLies]
///   which one is said to be done and is not; bits turn and sectors become unreadable at rest;
///   [DiskImage] is a whole disk at one moment, to crash it in many ways, or to ask an oracle what
///   would survive; [SimulatedCrash] is how the power goes in the middle of a method.
/// - [ForwardingDirectory] and [ForwardingFile] stand between a program and its disk, for tests
///   that change a part of what a disk does. [GatedDirectory] is one: for programs with threads of
///   their own, whose writes and syncs a test wants to hold up.
/// - [VirtualTime] is the only clock and the only scheduler: a queue of tasks by due time.
/// - [SimulatedNetwork] carries messages on it, late, twice, in another order or not at all, by the
///   [LinkQuality] of each direction, with cuts that may be one-way.
///
/// Rules that make a seed repeatable, for this module and for whoever uses it: chance comes only
/// from a `Chance` that is handed in; nothing reads a clock or starts a thread, but that who waits
/// at a gate gives up after a while; no result depends on the order of a hash map. Two parts that
/// draw from one `Chance` disturb each other's numbers when one of them changes, so give each its
/// own by `Chance.split()`.
///
/// The kit is harder than the machine it stands for, where both are legal: a cut takes what is on
/// its way, a failed sync loses all it was to save, a directory that was not synced vanishes with
/// the synced files in it. What passes here passes there; the reverse was never true. What it does
/// not show is named at [SimulatedDisk].
///
/// All crash states of a step, in the form the tests of this module use:
///
/// ```text
///   prepare, image = disk.copy()
///   for n = 1, 2, ... until the step returns:
///     disk.restore(image), disk.crashAfter(n), run the step, catch SimulatedCrash
///     atTheCrash = disk.copy()
///     for each seed: disk.restore(atTheCrash), disk.crash(new Chance(seed)), look at what is left
/// ```
package io.tidemark.simkit;
