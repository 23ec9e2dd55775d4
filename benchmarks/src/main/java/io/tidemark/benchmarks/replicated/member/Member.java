package io.tidemark.benchmarks.replicated.member;

import java.util.Optional;

/// One process of a side: a server that may have a producer inside, or a client of the servers.
interface Member {
  /// Whether it is a server that leads, and whose producer, if it has one, would be heard now.
  default boolean leads() throws Exception {
    return false;
  }

  /// How many partitions it leads, of those that a producer made now appends to.
  default int led() throws Exception {
    return leads() ? 1 : 0;
  }

  /// How far its log is durable here; 0 of who does not tell.
  default long durableLsn() {
    return 0;
  }

  /// The fastest way in that this side offers a program in this process; none where that is the
  /// matter of a client.
  ///
  /// @param outcomes told of every record that was handed over
  default Optional<Producer> producer(Outcomes outcomes) throws Exception {
    return Optional.empty();
  }
}
