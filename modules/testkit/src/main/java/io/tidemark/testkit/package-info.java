/// Real nodes, real faults, and the judges of what came of it. In reading order:
///
/// - [io.tidemark.testkit.history]: what clients did and saw, a line each
/// - [io.tidemark.testkit.check]: whether any right store could have answered so, and whether the
///   files of the nodes hold what was promised
/// - [io.tidemark.testkit.cluster]: nodes as processes, on networks and disks of their own
/// - [io.tidemark.testkit.packets] and [io.tidemark.testkit.damage]: packets and files that are not
///   what they were
/// - [io.tidemark.testkit.load]: clients and readers, and the judgement of what they saw
/// - [io.tidemark.testkit.junit]: all that around a test
/// - [io.tidemark.testkit.chaos]: random faults from a seed, `./tidemark-chaos`
///
/// Nothing here knows how a node works inside: it is asked over HTTP, hurt as a process, and its
/// files are read by the log's second decoder.
package io.tidemark.testkit;
