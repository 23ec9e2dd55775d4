package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.simkit.DiskLies;
import io.tidemark.simkit.DurableView;
import io.tidemark.simulator.check.Checkers;
import io.tidemark.simulator.check.GoodCopies;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Which stored bytes may be spoilt so that the cluster must still come to rest.
///
/// Each record that is spoilt is committed, and another node has it whole. And the log can tell: a
/// mark or a later segment says that it had been synced. Without that a spoilt record is the same
/// as a torn write, and a disk that loses the last write it acknowledged the same as one that
/// forgets; no replica can know, and no majority that counts it is one. So a lie about such a write
/// is not told in the end: the disk stores it before it comes to light.
///
/// What others have trimmed, or may drop for an offer, nobody could give: it is spoilt nowhere. But
/// they may trim it afterwards: then another replica comes in the place of the damaged one.
///
/// [#ruin] leaves the first rule out, never the second: then replicas may stop and say so, and
/// nobody may show anything wrong.
final class Budget {
  private static final String SUFFIX = ".segment";

  /// Where `batch` is on a disk; from `front` on is what stands between it and the batch before, or
  /// the beginning of the file.
  record Place(Batch batch, String file, long front, long from, long to) {
    /// Whether the batch can not be read if these bytes are spoilt. Crash story: bits turned in a
    /// mark, which is no batch; nobody was said to be damaged, nor looked whether he was.
    boolean overlaps(String other, long start, long end) {
      return file.equals(other) && start < to && front < end;
    }
  }

  private final Checkers checkers;
  private final GoodCopies copies;
  private final List<ReplicaId> nodes;
  private final Tally tally;
  private boolean ruined;

  /// @param nodes who is there, always as of now
  Budget(Checkers checkers, List<ReplicaId> nodes, Tally tally) {
    this.checkers = checkers;
    this.copies = checkers.copies();
    this.nodes = nodes;
    this.tally = tally;
  }

  /// The durable segment files of `machine`, the oldest first.
  static List<String> segments(Machine machine) {
    return machine.disk().durable().names(SimulatedReplica.LOG).stream()
        .filter(name -> name.endsWith(SUFFIX))
        .toList();
  }

  /// What may be spoilt of its log, batch by batch.
  List<Place> spare(Machine machine) {
    List<Place> all = places(machine);
    return all.stream()
        .filter(one -> isCovered(machine, all, one.file(), one.to()))
        .filter(one -> isHeldByAll(machine, one.file()))
        .filter(one -> copies.canSpare(machine.id(), one.batch(), nodes))
        .toList();
  }

  /// What of its log could be told from a tear if it were spoilt, whoever else has it.
  List<Place> covered(Machine machine) {
    List<Place> all = places(machine);
    return all.stream()
        .filter(one -> isCovered(machine, all, one.file(), one.to()))
        .filter(one -> copies.isCommitted(one.batch()))
        .toList();
  }

  /// Whether these bytes may be spoilt, whatever they are.
  boolean allows(Machine machine, String file, long from, long to) {
    List<Place> all = places(machine);
    return isCovered(machine, all, file, to)
        && isHeldByAll(machine, file)
        && all.stream()
            .filter(one -> one.overlaps(file, from, to))
            .allMatch(one -> copies.canSpare(machine.id(), one.batch(), nodes));
  }

  /// Whether no other node has trimmed any record of `file`.
  boolean isHeldByAll(Machine machine, String file) {
    long baseLsn = Long.parseLong(file.substring(0, file.indexOf('.')));
    return nodes.stream()
        .filter(other -> !other.equals(machine.id()))
        .allMatch(other -> copies.firstLsn(other) <= baseLsn);
  }

  private boolean isCovered(Machine machine, List<Place> all, String file, long to) {
    List<String> files = segments(machine);
    if (!files.contains(file)) {
      return false;
    }
    return !file.equals(files.getLast())
        || all.stream()
            .filter(one -> one.file().equals(file))
            .anyMatch(
                one -> to <= one.to() && one.batch().lastLsn() <= copies.coveredLsn(machine.id()));
  }

  private List<Place> places(Machine machine) {
    List<String> files = segments(machine);
    DurableView disk = machine.disk().durable();
    List<Place> places = new ArrayList<>();
    int at = 0;
    long position = 0;
    for (Batch batch : copies.durable(machine.id())) {
      OptionalLong found = find(disk, files, at, batch, position);
      for (; found.isEmpty() && at + 1 < files.size(); found = find(disk, files, at, batch, 0)) {
        at++;
        position = 0;
      }
      if (found.isEmpty()) {
        return places;
      }
      long to = found.getAsLong() + batch.sizeBytes();
      places.add(new Place(batch, files.get(at), position, found.getAsLong(), to));
      position = to;
    }
    return places;
  }

  private static OptionalLong find(
      DurableView disk, List<String> files, int at, Batch batch, long position) {
    ByteBuffer bytes = batch.bytes();
    return at < files.size()
        ? disk.find(SimulatedReplica.LOG, files.get(at), bytes, position)
        : OptionalLong.empty();
  }

  /// These bytes of its log are spoilt now.
  void spoils(Machine machine, String file, long from, long to) {
    for (Place one : places(machine)) {
      if (one.overlaps(file, from, to)) {
        checkers.tell(checker -> checker.spoilt(machine.id(), one.batch()));
      }
    }
  }

  /// The power of `machine` goes: what its disk said it had stored and has not is lost, as far as
  /// that may be.
  void comesToLight(Machine machine) {
    for (DiskLies.Claim claim : machine.disk().lies().claims()) {
      String file = claim.path().substring(claim.path().indexOf('/') + 1);
      if (allows(machine, file, claim.from(), claim.to())) {
        tally.count(Happening.LIE_CAME_TO_LIGHT);
        machine.note("never stored " + claim);
        spoils(machine, file, claim.from(), claim.to());
      } else {
        machine.note("stored late " + claim);
        machine.disk().lies().honour(claim);
      }
    }
  }

  /// Whether some of what is stored on `machine` is spoilt, and it has not noticed or not mended
  /// it.
  boolean isSpoilt(Machine machine) {
    return copies.isSpoilt(machine.id());
  }

  /// From now on records may have no good copy left.
  void ruin() {
    ruined = true;
  }

  boolean isRuined() {
    return ruined;
  }
}
