/// A key-value store as a state machine: committed records in, state out; the same on every replica
/// and every time.
package io.tidemark.node.kv;
