/// The main job: three node processes, real input, the kill of a leader, and a verification.
///
/// - [DemoCluster] and [NodeProcess] run the nodes; [Demo] tells the story.
/// - [Loader] appends the lines and remembers what it was told; [Subscriber] follows the
///   partitions.
/// - [SegmentReader] reads the files with a decoder that shares no code with the log: what wrote
///   them cannot vouch for them. [Verification] compares what was told with what is there.
package io.tidemark.node.demo;
