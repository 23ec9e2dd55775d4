/// Real nodes, real faults, and the judges of what came of it.
///
/// Clients write down what they did and saw ([io.tidemark.testkit.history]); afterwards the judges
/// of [io.tidemark.testkit.check] say whether any right store could have answered so, and whether
/// the files of the nodes hold what was promised. Nothing here knows how a node works inside: it is
/// asked over HTTP, hurt as a process, and its files are read by the log's second decoder.
package io.tidemark.testkit;
