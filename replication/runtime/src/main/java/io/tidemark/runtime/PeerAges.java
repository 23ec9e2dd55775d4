package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Age;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What this node remembers of the ages of others, and what it is about to: an age is durable here
/// before anybody hears that it is known. Used by one thread; saving is for its owner to do.
final class PeerAges {
  private final Map<NodeId, Age> wanted = new TreeMap<>();
  private Map<NodeId, Age> known;
  private boolean saving;

  /// @param known what is on the disk
  PeerAges(Map<NodeId, Age> known) {
    this.known = Map.copyOf(known);
  }

  /// What is durably known of `node`.
  Age of(NodeId node) {
    return known.getOrDefault(node, Age.NONE);
  }

  /// Whether `age`, which `node` told, is nothing that has to be remembered first.
  boolean isAnswered(NodeId node, Age age) {
    if (Age.later(of(node), age).equals(of(node))) {
      return true;
    }
    wanted.merge(node, age, Age::later);
    return false;
  }

  /// What is to be saved now, if anything is and nothing is being saved.
  Optional<Map<NodeId, Age>> toSave() {
    if (saving || wanted.isEmpty()) {
      return Optional.empty();
    }
    saving = true;
    Map<NodeId, Age> all = new TreeMap<>(known);
    wanted.forEach((node, age) -> all.merge(node, age, Age::later));
    return Optional.of(all);
  }

  /// `all` is durable; returns who told something that is known now.
  List<NodeId> saved(Map<NodeId, Age> all) {
    saving = false;
    known = Map.copyOf(all);
    List<NodeId> answered =
        wanted.entrySet().stream()
            .filter(one -> Age.later(of(one.getKey()), one.getValue()).equals(of(one.getKey())))
            .map(Map.Entry::getKey)
            .toList();
    answered.forEach(wanted::remove);
    return answered;
  }

  /// Nothing became durable, as far as one knows; whoever told something tells it again.
  void notSaved() {
    saving = false;
    wanted.clear();
  }
}
