package io.tidemark.simulator;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.protocol.Membership;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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
      String text = StandardCharsets.UTF_8.decode(content.flip()).toString();
      return text.lines().map(Membership::parse).toList();
    }
  }

  /// Forgets what the log does not hold.
  void align(EpochHistory epochs, long lastLsn) {
    if (saved.removeIf(one -> one.lsn() > lastLsn || isOther(one, epochs.epochAt(one.lsn())))) {
      store();
    }
  }

  /// Epoch 0 is trimmed, which only what is committed can be.
  private static boolean isOther(Membership one, long epoch) {
    return epoch != 0 && epoch != one.epoch();
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
    String text = saved.stream().map(Membership::text).collect(Collectors.joining("\n"));
    DurableNames.replace(directory, FILE, StandardCharsets.UTF_8.encode(text));
  }
}
