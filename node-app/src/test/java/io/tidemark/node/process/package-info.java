/// Nodes as processes: killed, paused, damaged, refused, and what they must still keep.
///
/// A [Load] writes and reads and remembers what it was told; [Disks] compares that with the files
/// of the stopped nodes, which it reads with code of its own.
package io.tidemark.node.process;
