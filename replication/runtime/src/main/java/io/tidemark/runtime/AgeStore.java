package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Age;
import io.tidemark.storage.Directory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The ages that a node has on its disk, in two text files of its data directory: `age`, that of
/// its own data, and `ages`, what it remembers of the others.
///
/// ```
/// tidemark-age=1                    tidemark-ages=1
/// 17.0123456789abcdef               b 12.00112233445566ff
/// crc32c=0123abcd                   c 31.8899aabbccddeeff
///                                   crc32c=0123abcd
/// ```
///
/// One that is lost is nothing known: of its own data, then they are older than whatever somebody
/// remembers of them; of others, then these may be rolled back unnoticed until they speak again,
/// and they speak only after they were remembered anew. Used by one thread at a time for each file.
final class AgeStore {
  private static final String OWN = "age";
  private static final String OTHERS = "ages";

  private final CheckedText own;
  private final CheckedText others;

  AgeStore(Directory root) {
    this.own = new CheckedText(root, OWN, "tidemark-age=");
    this.others = new CheckedText(root, OTHERS, "tidemark-ages=");
  }

  /// That of the data.
  Age own() {
    return own.read().map(lines -> Age.parse(lines.getFirst())).orElse(Age.NONE);
  }

  void saveOwn(Age age) {
    own.replace(List.of(age.toString()));
  }

  /// Of each node that ever told.
  Map<NodeId, Age> others() {
    Map<NodeId, Age> ages = new TreeMap<>();
    for (String line : others.read().orElse(List.of())) {
      int blank = line.indexOf(' ');
      ages.put(new NodeId(line.substring(0, blank)), Age.parse(line.substring(blank + 1)));
    }
    return ages;
  }

  void saveOthers(Map<NodeId, Age> ages) {
    others.replace(
        ages.entrySet().stream().map(one -> one.getKey() + " " + one.getValue()).toList());
  }
}
