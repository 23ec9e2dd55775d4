package io.tidemark.protocol;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.ReplicaId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Who takes part in a partition.
///
/// @param voters of whom a majority decides; the first is the preferred first leader
/// @param learners get everything and decide nothing
public record Members(List<ReplicaId> voters, List<ReplicaId> learners) {
  /// Nobody: what a replica knows that is to join and was not reached yet.
  public static final Members NONE = of(List.of());

  public Members {
    voters = List.copyOf(voters);
    learners = List.copyOf(learners);
    List<ReplicaId> all = new ArrayList<>(voters);
    all.addAll(learners);
    Check.argument(
        all.stream().distinct().count() == all.size(),
        "a member twice in %s, %s",
        voters,
        learners);
  }

  /// Voters only.
  public static Members of(List<ReplicaId> voters) {
    return new Members(voters, List.of());
  }

  /// Voters, then learners.
  public List<ReplicaId> all() {
    List<ReplicaId> all = new ArrayList<>(voters);
    all.addAll(learners);
    return List.copyOf(all);
  }

  public boolean contains(ReplicaId node) {
    return isVoter(node) || isLearner(node);
  }

  public boolean isVoter(ReplicaId node) {
    return voters.contains(node);
  }

  public boolean isLearner(ReplicaId node) {
    return learners.contains(node);
  }

  /// How many voters make a quorum.
  public int quorum() {
    return voters.size() / 2 + 1;
  }

  /// Whether there is a quorum among `nodes`, in which none is twice.
  boolean isQuorum(Collection<ReplicaId> nodes) {
    return nodes.stream().filter(this::isVoter).count() >= quorum();
  }

  /// These after `change`, which concerns at most one voter: each quorum of these has a member in
  /// common with each of those.
  public Members after(MemberChange change) {
    List<ReplicaId> nextVoters = new ArrayList<>(voters);
    List<ReplicaId> nextLearners = new ArrayList<>(learners);
    switch (change) {
      case MemberChange.AddLearner(ReplicaId node) -> nextLearners.add(node);
      case MemberChange.Promote(ReplicaId node) -> {
        nextLearners.remove(node);
        nextVoters.add(node);
      }
      case MemberChange.Remove(ReplicaId node) -> {
        nextLearners.remove(node);
        nextVoters.remove(node);
      }
    }
    return new Members(nextVoters, nextLearners);
  }

  /// As text, for a record or a file: voters, then learners, such as `a,b,c/d`.
  public String text() {
    return names(voters) + "/" + names(learners);
  }

  private static String names(List<ReplicaId> nodes) {
    return nodes.stream().map(ReplicaId::toString).collect(Collectors.joining(","));
  }

  /// Those of which `text` is the [#text]; [IllegalArgumentException] if it is that of none.
  public static Members parse(String text) {
    int slash = text.indexOf('/');
    Check.argument(slash >= 0, "voters/learners expected, found '%s'", text);
    return new Members(nodes(text.substring(0, slash)), nodes(text.substring(slash + 1)));
  }

  private static List<ReplicaId> nodes(String names) {
    return names.isEmpty()
        ? List.of()
        : Stream.of(names.split(",", -1)).map(ReplicaId::parse).toList();
  }

  @Override
  public String toString() {
    return text();
  }
}
