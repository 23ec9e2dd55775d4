package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What replicas of a partition say to each other before they are members of the same: who they
/// are, and with whom, as far as they know, the partition began.
///
/// As text, in a frame whose sender is the node: `HELLO 1f3c09e2 ?`, with the incarnation, and the
/// founders such as `a.1f3c09e2,b.77c0ffee`, `-` for nobody, `?` as long as that is not agreed.
///
/// @param from the replica that speaks
/// @param founders with whom the partition began, or, from one that came later, the members it
///   knows; nobody if it knows none, empty as long as it is not agreed
record Greeting(Kind kind, ReplicaId from, Optional<List<ReplicaId>> founders) {
  private static final String UNKNOWN = "?";
  private static final String NOBODY = "-";

  /// Why it is said.
  enum Kind {
    /// Asks for an [#ANSWER].
    HELLO,
    /// Answers a [#HELLO].
    ANSWER,
    /// From a leader, to a node that shall have a replica: asks for a [#HELLO].
    INVITATION,
    /// From a replica that would come in the place of one that is damaged for good: asks its leader
    /// for an [#INVITATION].
    SUCCEEDS
  }

  String text() {
    return "%s %08x %s"
        .formatted(kind, from.incarnation(), founders.map(Greeting::text).orElse(UNKNOWN));
  }

  /// Throws [WireException] if it is none.
  static Greeting parse(NodeId from, String text) {
    String[] words = text.split(" ", -1);
    try {
      ReplicaId replica = new ReplicaId(from, Integer.parseUnsignedInt(words[1], 16));
      Optional<List<ReplicaId>> founders =
          Optional.of(words[2]).filter(word -> !word.equals(UNKNOWN)).map(Greeting::replicas);
      return new Greeting(Kind.valueOf(words[0]), replica, founders);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new WireException("not a greeting: '" + text + "'");
    }
  }

  static String text(List<ReplicaId> replicas) {
    return replicas.isEmpty()
        ? NOBODY
        : replicas.stream().map(ReplicaId::toString).collect(Collectors.joining(","));
  }

  static List<ReplicaId> replicas(String text) {
    return text.equals(NOBODY)
        ? List.of()
        : Stream.of(text.split(",", -1)).map(ReplicaId::parse).toList();
  }
}
