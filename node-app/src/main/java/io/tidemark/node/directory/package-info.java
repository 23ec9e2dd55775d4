/// The directory partition on a node: which nodes there are is a log like any other.
///
/// ```
///  add-node, remove-node ──▶ any node ──▶ Registrar of its leader ──append──▶ directory partition
///                                                                                  │ committed
///  News: one node asks another  ◀── roster ── every holder's Registrar ◀───────────┘
///                                                  │
///  Steward of the leader: look ──▶ Balance ──▶ facts (a move begins, ends), steps (learn, vote, go)
///                                └─▶ Spread ──▶ steps (lead)
/// ```
///
/// - [Registrar] applies the facts, tells the node what they come to, and appends new ones.
/// - [Steward] does where the directory is led what [io.tidemark.runtime.directory.Balance] and
///   [io.tidemark.runtime.directory.Spread] say, of what [Sighting] sees.
/// - [News] brings rosters to nodes that hold no replica of it.
/// - [Leftovers] deletes on each node the replicas that have moved away, which [Remains] tells.
package io.tidemark.node.directory;
