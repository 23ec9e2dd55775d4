package io.tidemark.benchmarks.replicated.member;

/// What a process can be.
public enum MemberKind {
  /// A node of Tidemark with the producer inside.
  TIDEMARK(layout -> new TidemarkMember(layout, "")),
  /// The same past the page cache.
  TIDEMARK_DIRECT(layout -> new TidemarkMember(layout, "tidemark.log.access = direct")),
  /// A node of Tidemark that serves HTTP.
  HTTP(HttpMember::new),
  /// A client of such nodes.
  HTTP_CLIENT(HttpClientMember::new),
  /// A server of SOFAJRaft with the producer inside.
  JRAFT(JRaftMember::new),
  /// A server of Apache Ratis.
  RATIS(RatisMember::new),
  /// A client of Apache Ratis.
  RATIS_CLIENT(RatisClientMember::new),
  /// A member of an Aeron Cluster with the producer inside.
  AERON(AeronMember::new);

  @FunctionalInterface
  private interface Opening {
    Member open(Layout layout) throws Exception;
  }

  private final Opening opening;

  MemberKind(Opening opening) {
    this.opening = opening;
  }

  Member open(Layout layout) throws Exception {
    return opening.open(layout);
  }
}
