package io.tidemark.benchmarks.replicated.member;

import java.util.Optional;

/// One process of a side: a server that may have a producer inside, or a client of the servers.
interface Member {
  /// Whether it is a server that leads, and whose producer, if it has one, would be heard now.
  default boolean leads() throws Exception {
    return false;
  }

  /// The fastest way in that this side offers a program in this process; none where that is the
  /// matter of a client.
  ///
  /// @param outcomes told of every record that was handed over
  default Optional<Producer> producer(Outcomes outcomes) throws Exception {
    return Optional.empty();
  }
}
