/// What a quorum commit costs on three nodes, beside peers: whole processes, on one machine.
package io.tidemark.benchmarks.replicated;
