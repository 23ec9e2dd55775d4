package io.tidemark.benchmarks.replicated.member;

/// One process of a side: a server that may have a producer inside, or a client of the servers.
interface Member {
  /// Whether its producer would be heard now, and by the leader without a way round.
  boolean leads() throws Exception;

  /// The fastest way in that this side offers a program in this process.
  ///
  /// @param outcomes told of every record that was handed over
  Producer producer(Outcomes outcomes) throws Exception;
}
