/// What a quorum commit costs on three nodes, beside peers: whole processes, on one machine.
///
/// ```
///  ReplicatedBenchmarks ── rounds ──▶ Cluster ── lines ──▶ Child ═══ MemberProgram, a server
///     │  Side, Work                     │ kill -9            Child ═══ MemberProgram, a server
///     ▼                                 ▼                    Child ═══ MemberProgram, a server
///  Figures ──▶ Table             milliseconds               (Child ═══ MemberProgram, a client)
/// ```
///
/// | to read | for |
/// | --- | --- |
/// | `Side` | who is compared, and what its processes are |
/// | `Work` | what they are asked to do |
/// | `Cluster` | how they are started, driven, lose their leader |
/// | `Fault`, `Faults` | what is done to followers, and what it costs |
/// | `member` | what runs in the processes |
/// | `Figures`, `Table`, `Conditions` | what a program reads, what a person reads |
///
/// # Who drives
///
/// A log that is embedded is fastest from inside: no request crosses a process before it is
/// replicated. Where a side has such a way in, the producer is in the leader's process, and it is
/// driven by the same loop, [io.tidemark.benchmarks.replicated.member]'s `Drive`, as all others.
/// The servers of one side have a class path of their own where they need another version of a
/// library than its neighbours.
///
/// # Why the sides do not run beside each other
///
/// Fifteen processes on two cores would have elections because of each other, and agents that poll
/// cost something even when they have nothing to do. So each side is started afresh in each round,
/// and what disturbs one does not disturb its neighbour: the ratios are wider than those of
/// [io.tidemark.benchmarks].
package io.tidemark.benchmarks.replicated;
