/// What a cluster knows of itself, and what follows from it: pure, no actors, no files.
///
/// - [Fact] is a record of the directory partition, [Roster] the state after some of them.
/// - [Balance] says from a roster and from where the replicas are what is next: which replica is to
///   move where ([Fact.MoveBegun]), and which [Step] a move that has begun needs now.
/// - [Spread] says which leaderships are to be handed over, [Trials] to whom not.
///
/// A move is a fact before its first step. So a new leader of the directory, which knows only the
/// log, goes on with exactly those that its predecessor began; and replicas that a person moves are
/// nobody's business here. The road not taken is to see from the members alone what is meant: four
/// voters of three may be a move half done, or a person's.
package io.tidemark.runtime.directory;
