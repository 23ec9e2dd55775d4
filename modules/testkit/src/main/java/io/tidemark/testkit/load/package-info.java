/// Clients that write, read and delete on all nodes of a cluster and write down what they see, and
/// readers that follow its logs; afterwards a [io.tidemark.testkit.load.Judgement] of all that.
package io.tidemark.testkit.load;
