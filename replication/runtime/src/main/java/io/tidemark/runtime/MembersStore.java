package io.tidemark.runtime;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.RecordData;
import io.tidemark.partition.Writer;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Who one replica is, with whom its partition began, and the last changes of members that it has
/// in its log, in a text file that is replaced as a whole.
///
/// ```
/// tidemark-members=2
/// self a.1f3c09e2
/// founders a.1f3c09e2,b.77c0ffee,c.0badcafe    not there until they are agreed; nobody: it came later
/// 17 2 a.1f3c09e2,b.77c0ffee,c.0badcafe/d.5    from record 17, of epoch 2, on: three voters, a learner
/// crc32c=0123abcd                              of everything before this line
/// ```
///
/// It is written before the record that it speaks of: what the log holds is here. What is here and
/// not in the log, because of a crash in between, is recognized by its epoch when both are opened,
/// and forgotten then. So opening a replica needs not search its log. Used by the replica's writer,
/// in the order of the log.
final class MembersStore {
  static final String NAME = "members";

  private static final String ANY_FORMAT = "tidemark-members=";
  private static final String FORMAT = ANY_FORMAT + "2\n";
  private static final String SELF = "self ";
  private static final String FOUNDERS = "founders ";

  /// More than can be uncommitted at once.
  private static final int KEPT = 8;

  private final Directory directory;
  private final ReplicaId self;
  private final List<Membership> saved;
  private Optional<List<ReplicaId>> founders;

  private MembersStore(
      Directory directory,
      ReplicaId self,
      Optional<List<ReplicaId>> founders,
      List<Membership> saved) {
    this.directory = directory;
    this.self = self;
    this.founders = founders;
    this.saved = new ArrayList<>(saved);
  }

  /// That of the partition in `directory`; a new one, for the replica `fresh`, if that is empty.
  /// Opened before the ballots.
  ///
  /// Throws [BallotDamagedException] if the file is not as it was written, or gone: who does not
  /// know the members may not vote. Throws [DataRefusedException] if it is of another version.
  static MembersStore open(Directory directory, ReplicaId fresh) {
    List<String> names = directory.list();
    if (names.stream().allMatch(name -> name.equals(NAME + ".new"))) {
      MembersStore none = new MembersStore(directory, fresh, Optional.empty(), List.of());
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
      return parse(directory, file.describe(), content.flip());
    }
  }

  private static MembersStore parse(Directory directory, String file, ByteBuffer content) {
    String text = StandardCharsets.UTF_8.decode(content).toString();
    String body = ChecksumLine.bodyOf(text);
    if (!text.equals(ChecksumLine.appendedTo(body)) || !body.startsWith(ANY_FORMAT)) {
      throw new BallotDamagedException(
          "%s: expected '%s', '%s', found '%s'"
              .formatted(
                  file,
                  FORMAT.strip(),
                  ChecksumLine.appendedTo(body).substring(body.length()).strip(),
                  text.substring(body.length()).strip()));
    }
    if (!body.startsWith(FORMAT)) {
      throw new DataRefusedException(
          "%s: expected '%s', found '%s', of another version"
              .formatted(file, FORMAT.strip(), body.lines().findFirst().orElseThrow()));
    }
    ReplicaId self =
        ReplicaId.parse(body.lines().skip(1).findFirst().orElseThrow().substring(SELF.length()));
    Optional<List<ReplicaId>> founders =
        body.lines()
            .filter(line -> line.startsWith(FOUNDERS))
            .findFirst()
            .map(line -> Greeting.replicas(line.substring(FOUNDERS.length())));
    List<Membership> saved =
        body.lines().skip(founders.isPresent() ? 3 : 2).map(Membership::parse).toList();
    return new MembersStore(directory, self, founders, saved);
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

  /// Who the replica is whose directory this is.
  ReplicaId self() {
    return self;
  }

  /// With whom the partition began: nobody if this replica was not among them; empty while that is
  /// not agreed.
  Optional<List<ReplicaId>> founders() {
    return founders;
  }

  /// Makes it durable with whom the partition began.
  void agree(List<ReplicaId> with) {
    founders = Optional.of(List.copyOf(with));
    store();
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

  /// Tells the writer of a leader to append the record from which on the members are others; they
  /// are saved here before it is appended.
  Writer.Command append(Effect.AppendMembers effect) {
    Members next = effect.members();
    return new Writer.AppendAlone(
        effect.epoch(),
        RecordData.of(RecordData.MEMBERS, next.text().getBytes(StandardCharsets.UTF_8)),
        lsn -> save(new Membership(lsn, effect.epoch(), next)),
        this::truncatedAfter);
  }

  /// The log ends with `lsn` now.
  void truncatedAfter(long lsn) {
    if (saved.removeIf(one -> one.lsn() > lsn)) {
      store();
    }
  }

  private void store() {
    StringBuilder body = new StringBuilder(FORMAT).append(SELF).append(self).append('\n');
    founders.ifPresent(all -> body.append(FOUNDERS).append(Greeting.text(all)).append('\n'));
    saved.forEach(one -> body.append(one.text()).append('\n'));
    DurableNames.replace(
        directory, NAME, StandardCharsets.UTF_8.encode(ChecksumLine.appendedTo(body.toString())));
  }
}
