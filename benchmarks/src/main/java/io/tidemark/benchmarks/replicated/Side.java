package io.tidemark.benchmarks.replicated;

import static io.tidemark.benchmarks.replicated.member.MemberKind.AERON;
import static io.tidemark.benchmarks.replicated.member.MemberKind.HTTP;
import static io.tidemark.benchmarks.replicated.member.MemberKind.HTTP_CLIENT;
import static io.tidemark.benchmarks.replicated.member.MemberKind.JRAFT;
import static io.tidemark.benchmarks.replicated.member.MemberKind.RATIS;
import static io.tidemark.benchmarks.replicated.member.MemberKind.RATIS_CLIENT;
import static io.tidemark.benchmarks.replicated.member.MemberKind.TIDEMARK;
import static io.tidemark.benchmarks.replicated.member.MemberKind.TIDEMARK_DIRECT;

import io.tidemark.benchmarks.replicated.member.MemberKind;
import java.util.List;
import java.util.Optional;

/// One who is compared.
///
/// @param name in the tables
/// @param peer whether it is another system
/// @param server what its three servers are
/// @param client what its client is; none if the producer is inside the leader
/// @param libraries directories of jars that come before all others
record Side(
    String name,
    boolean peer,
    MemberKind server,
    Optional<MemberKind> client,
    List<String> libraries) {

  private static final List<Side> ALL =
      List.of(
          new Side("SOFAJRaft", true, JRAFT, Optional.empty(), List.of("lib-jraft")),
          new Side("Apache Ratis", true, RATIS, Optional.of(RATIS_CLIENT), List.of()),
          new Side("Aeron Cluster", true, AERON, Optional.empty(), List.of()),
          new Side("Tidemark, embedded", false, TIDEMARK, Optional.empty(), List.of()),
          new Side("Tidemark, direct I/O", false, TIDEMARK_DIRECT, Optional.empty(), List.of()),
          new Side("Tidemark, HTTP", false, HTTP, Optional.of(HTTP_CLIENT), List.of()));

  /// All of them, peers first.
  static List<Side> all() {
    return ALL;
  }
}
