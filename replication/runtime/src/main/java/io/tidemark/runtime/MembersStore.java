package io.tidemark.runtime;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.protocol.Membership;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// The last changes of members that one replica has in its log, in a text file that is replaced as
/// a whole.
///
/// ```
/// tidemark-members=1
/// 17 2 a,b,c/d           from record 17, of epoch 2, on: voters a, b and c, learner d
/// 42 2 a,b,c,d/
/// crc32c=0123abcd        of everything before this line
/// ```
///
/// It is written before the record that it speaks of: what the log holds is here. What is here and
/// not in the log, because of a crash in between, is recognized by its epoch when both are opened,
/// and forgotten then. So opening a replica needs not search its log. Used by the replica's writer,
/// in the order of the log.
final class MembersStore {
  static final String NAME = "members";

  private static final String FORMAT = "tidemark-members=1\n";
  private static final String CRC = "crc32c=";

  /// More than can be uncommitted at once.
  private static final int KEPT = 8;

  private final Directory directory;
  private final List<Membership> saved;

  private MembersStore(Directory directory, List<Membership> saved) {
    this.directory = directory;
    this.saved = new ArrayList<>(saved);
  }

  /// Those of the partition in `directory`; none yet if that is empty. Opened before the ballots.
  ///
  /// Throws [BallotDamagedException] if the file is not as it was written, or gone: who does not
  /// know the members may not vote.
  static MembersStore open(Directory directory) {
    List<String> names = directory.list();
    if (names.stream().allMatch(name -> name.equals(NAME + ".new"))) {
      MembersStore none = new MembersStore(directory, List.of());
      none.store();
      return none;
    }
    if (!names.contains(NAME)) {
      throw new BallotDamagedException(
          "%s: expected a file '%s' beside %s, found none"
              .formatted(directory.describe(), NAME, names));
    }
    try (StoredFile file = directory.open(NAME)) {
      ByteBuffer content = ByteBuffer.allocate((int) file.lengthBytes());
      file.read(content, 0);
      return new MembersStore(directory, parse(file.describe(), content.flip()));
    }
  }

  private static List<Membership> parse(String file, ByteBuffer content) {
    String text = StandardCharsets.UTF_8.decode(content).toString();
    int crcAt = Math.max(0, text.lastIndexOf(CRC));
    String body = text.substring(0, crcAt);
    if (!text.equals(whole(body)) || !body.startsWith(FORMAT)) {
      throw new BallotDamagedException(
          "%s: expected '%s', '%s', found '%s'"
              .formatted(
                  file,
                  FORMAT.strip(),
                  whole(body).substring(crcAt).strip(),
                  text.substring(crcAt).strip()));
    }
    return body.lines().skip(1).map(Membership::parse).toList();
  }

  private static String whole(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return body + CRC + "%08x\n".formatted((int) crc.getValue());
  }

  /// Forgets what the log, which ends with `lastLsn` and has `epochs`, does not hold: before
  /// anything is appended to it, because later that may not be seen any more.
  void align(EpochHistory epochs, long lastLsn) {
    if (saved.removeIf(one -> one.lsn() > lastLsn || isOther(one, epochs.epochAt(one.lsn())))) {
      store();
    }
  }

  /// Epoch 0 is trimmed.
  private static boolean isOther(Membership one, long epoch) {
    return epoch != 0 && epoch != one.epoch();
  }

  List<Membership> saved() {
    return List.copyOf(saved);
  }

  /// Makes `next` durable. What was saved for its record or a later one is not in the log.
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
    StringBuilder body = new StringBuilder(FORMAT);
    saved.forEach(one -> body.append(one.text()).append('\n'));
    DurableNames.replace(directory, NAME, StandardCharsets.UTF_8.encode(whole(body.toString())));
  }
}
