package io.tidemark.protocol;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Who takes part in a partition.
///
/// @param voters of whom a majority decides; the first is the preferred first leader
/// @param learners get everything and decide nothing
public record Members(List<NodeId> voters, List<NodeId> learners) {
  /// Nobody: what a replica knows that is to join and was not reached yet.
  public static final Members NONE = of(List.of());

  public Members {
    voters = List.copyOf(voters);
    learners = List.copyOf(learners);
    List<NodeId> all = new ArrayList<>(voters);
    all.addAll(learners);
    Check.argument(
        all.stream().distinct().count() == all.size(),
        "a member twice in %s, %s",
        voters,
        learners);
  }

  /// Voters only.
  public static Members of(List<NodeId> voters) {
    return new Members(voters, List.of());
  }

  /// Voters, then learners.
  public List<NodeId> all() {
    List<NodeId> all = new ArrayList<>(voters);
    all.addAll(learners);
    return List.copyOf(all);
  }

  public boolean contains(NodeId node) {
    return isVoter(node) || isLearner(node);
  }

  public boolean isVoter(NodeId node) {
    return voters.contains(node);
  }

  public boolean isLearner(NodeId node) {
    return learners.contains(node);
  }

  /// How many voters make a quorum.
  public int quorum() {
    return voters.size() / 2 + 1;
  }

  /// Whether there is a quorum among `nodes`, in which none is twice.
  boolean isQuorum(Collection<NodeId> nodes) {
    return nodes.stream().filter(this::isVoter).count() >= quorum();
  }

  /// These after `change`, which concerns at most one voter: each quorum of these has a member in
  /// common with each of those.
  public Members after(MemberChange change) {
    List<NodeId> nextVoters = new ArrayList<>(voters);
    List<NodeId> nextLearners = new ArrayList<>(learners);
    switch (change) {
      case MemberChange.AddLearner(NodeId node) -> nextLearners.add(node);
      case MemberChange.Promote(NodeId node) -> {
        nextLearners.remove(node);
        nextVoters.add(node);
      }
      case MemberChange.Remove(NodeId node) -> {
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

  private static String names(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::name).collect(Collectors.joining(","));
  }

  /// Those of which `text` is the [#text]; [IllegalArgumentException] if it is that of none.
  public static Members parse(String text) {
    int slash = text.indexOf('/');
    Check.argument(slash >= 0, "voters/learners expected, found '%s'", text);
    return new Members(nodes(text.substring(0, slash)), nodes(text.substring(slash + 1)));
  }

  private static List<NodeId> nodes(String names) {
    return names.isEmpty() ? List.of() : Stream.of(names.split(",", -1)).map(NodeId::new).toList();
  }

  @Override
  public String toString() {
    return text();
  }
}
