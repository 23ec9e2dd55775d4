package io.tidemark.simulator;

import io.tidemark.protocol.MembersFormat;
import io.tidemark.protocol.Membership;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The changes of members of one node on its simulated disk. Used by its writer, in the order of
/// the log, so that what the log holds was saved before.
final class VirtualMembers {
  private static final String FILE = "members";
  private static final int KEPT = 8;

  private final Directory directory;
  private final List<Membership> saved;

  VirtualMembers(Directory directory) {
    this.directory = directory;
    this.saved = new ArrayList<>(load(directory));
  }

  private static List<Membership> load(Directory directory) {
    if (!directory.list().contains(FILE)) {
      return List.of();
    }
    try (StoredFile file = directory.open(FILE)) {
      ByteBuffer content = ByteBuffer.allocate((int) file.lengthBytes());
      file.read(content, 0);
      return MembersFormat.decodeFile(content.flip());
    }
  }

  List<Membership> saved() {
    return List.copyOf(saved);
  }

  /// What was saved for this record or a later one is not in the log.
  void save(Membership next) {
    saved.removeIf(one -> one.lsn() >= next.lsn());
    saved.add(next);
    if (saved.size() > KEPT) {
      saved.removeFirst();
    }
    store();
  }

  /// The log ends with `lsn` now.
  void truncatedAfter(long lsn) {
    if (saved.removeIf(one -> one.lsn() > lsn)) {
      store();
    }
  }

  private void store() {
    DurableNames.replace(directory, FILE, MembersFormat.encode(saved));
  }
}
