/// The node as a program: key-value store, HTTP, command line.
///
/// - [io.tidemark.node.kv]: a pure state machine over committed records, one a partition.
/// - [Gateway] is what other nodes talk to; [Router] finds the leader and keeps the three outcomes
///   apart.
/// - [io.tidemark.node.http]: the API, the same on every node.
/// - [io.tidemark.node.cli]: `tidemark node`, `tidemark demo`.
/// - [io.tidemark.node.demo]: three processes, a kill, and a verification by a reader of its own.
package io.tidemark.node;
