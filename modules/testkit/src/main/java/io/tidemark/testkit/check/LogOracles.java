package io.tidemark.testkit.check;

import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Kind;
import io.tidemark.testkit.history.Operation.Outcome;
import io.tidemark.testkit.history.Operation.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the logs of one partition must be, after what clients did and saw; each answer is a list of
/// sentences, empty if all is as promised, and takes one look at each record.
///
/// They need a load in which no two writes of a key have the same value; deletions, which all look
/// alike, are counted.
public final class LogOracles {
  /// The records that no client sends: those with which a leader begins, and those that say who
  /// takes part.
  private static final Set<Integer> OF_THE_LOG_ITSELF = Set.of(2, 4);

  private static final int MOST_TOLD = 20;

  private final int partition;
  private final List<ReplicaLog> replicas;
  private final long committed;
  private final List<String> faults = new ArrayList<>();

  private LogOracles(int partition, List<ReplicaLog> replicas, long committed) {
    this.partition = partition;
    this.replicas = replicas;
    this.committed = committed;
  }

  /// All of them.
  ///
  /// @param replicas the logs of all replicas of `partition`, when all had caught up
  /// @param committed up to here they had
  public static List<String> faults(
      int partition,
      List<ReplicaLog> replicas,
      long committed,
      List<Operation> history,
      List<LogRead> reads) {
    LogOracles oracles = new LogOracles(partition, replicas, committed);
    if (oracles.isDenseAndReachesCommitted()) {
      oracles.replicasAreEqual();
      oracles.everythingAcknowledgedIsAtItsPlace(history);
      oracles.nothingIsInventedOrTwice(history);
      oracles.readsArePrefixes(reads);
      oracles.readsNeverShrink(reads);
    }
    return oracles.faults;
  }

  private void fault(String format, Object... values) {
    if (faults.size() < MOST_TOLD) {
      faults.add("partition %d: %s".formatted(partition, format.formatted(values)));
    }
  }

  /// The others look records up by their LSN.
  private boolean isDenseAndReachesCommitted() {
    for (ReplicaLog replica : replicas) {
      long expected = 1;
      for (LogRecord record : replica.records()) {
        if (record.lsn() != expected) {
          fault("node %s has LSN %d where %d follows", replica.node(), record.lsn(), expected);
          return false;
        }
        expected++;
      }
      if (replica.lastLsn() < committed) {
        fault(
            "node %s ends at LSN %d, though %d were committed",
            replica.node(), replica.lastLsn(), committed);
      }
    }
    return faults.isEmpty();
  }

  /// Up to what all have they are the same, byte by byte; what one has after that nobody was told
  /// of.
  private void replicasAreEqual() {
    ReplicaLog first = replicas.getFirst();
    for (ReplicaLog other : replicas.subList(1, replicas.size())) {
      long both = Math.min(first.lastLsn(), other.lastLsn());
      for (int i = 0; i < both; i++) {
        LogRecord one = first.records().get(i);
        if (!one.equals(other.records().get(i))) {
          fault(
              "node %s has %s, node %s %s",
              first.node(), one, other.node(), other.records().get(i));
          break;
        }
      }
    }
  }

  private void everythingAcknowledgedIsAtItsPlace(List<Operation> history) {
    for (Operation operation : history) {
      Place place = operation.place().orElse(new Place(-1, 0, 0));
      if (place.partition() == partition && operation.outcome() == Outcome.OK) {
        for (ReplicaLog replica : replicas) {
          isAt(replica, operation, place);
        }
      }
    }
  }

  private void isAt(ReplicaLog replica, Operation operation, Place place) {
    if (place.lsn() < 1 || place.lsn() > replica.lastLsn()) {
      fault("node %s ends at LSN %d: %s", replica.node(), replica.lastLsn(), operation);
      return;
    }
    LogRecord record = replica.records().get((int) place.lsn() - 1);
    boolean sameChange =
        record.type() == KvRecord.TYPE
            && KvRecord.decode(record.payload()).equals(Optional.of(change(operation)));
    boolean sameEpoch = operation.kind() == Kind.READ || record.epoch() == place.epoch();
    if (!sameChange || !sameEpoch) {
      fault(
          "node %s has %s (%s) there: %s",
          replica.node(),
          record,
          KvRecord.decode(record.payload()).map(KvRecord::toString).orElse("no change"),
          operation);
    }
  }

  private static KvRecord change(Operation operation) {
    return new KvRecord(operation.key(), operation.value());
  }

  private void nothingIsInventedOrTwice(List<Operation> history) {
    Map<KvRecord, Integer> allowed = new HashMap<>();
    for (Operation operation : history) {
      if (operation.changes() && operation.outcome() != Outcome.REFUSED) {
        allowed.merge(change(operation), 1, Integer::sum);
      }
    }
    ReplicaLog longest = replicas.getFirst();
    for (ReplicaLog replica : replicas) {
      longest = replica.lastLsn() > longest.lastLsn() ? replica : longest;
    }
    for (LogRecord record : longest.records()) {
      if (OF_THE_LOG_ITSELF.contains(record.type())) {
        continue;
      }
      Optional<KvRecord> change = KvRecord.decode(record.payload());
      if (record.type() != KvRecord.TYPE || change.isEmpty()) {
        fault("node %s has %s, which nobody sent", longest.node(), record);
      } else if (allowed.merge(change.get(), -1, Integer::sum) < 0) {
        fault(
            "node %s has %s (%s), which was refused, never sent, or is there more often than sent",
            longest.node(), record, change.get());
      }
    }
  }

  /// What was read as committed is what is there now.
  private void readsArePrefixes(List<LogRead> reads) {
    ReplicaLog log = replicas.getFirst();
    for (LogRead read : reads) {
      if (read.partition() != partition) {
        continue;
      }
      if (read.throughLsn() > committed) {
        fault("committed only up to LSN %d: %s", committed, read);
        continue;
      }
      RollingDigest digest = new RollingDigest();
      for (long lsn = read.fromLsn(); lsn <= read.throughLsn(); lsn++) {
        digest.add(log.records().get((int) lsn - 1));
      }
      if (digest.value() != read.digest()) {
        fault("other records than node %s has: %s", log.node(), read);
      }
    }
  }

  private record Reader(int reader, String node, int run) {}

  /// One that asks again for the last record it saw gets it, as long as it asks the same process.
  private void readsNeverShrink(List<LogRead> reads) {
    Map<Reader, Long> seen = new HashMap<>();
    for (LogRead read : reads) {
      if (read.partition() != partition) {
        continue;
      }
      Reader reader = new Reader(read.reader(), read.node(), read.run());
      long before = seen.getOrDefault(reader, 0L);
      if (read.fromLsn() <= before && read.throughLsn() < before) {
        fault("LSN %d was there before: %s", before, read);
      }
      seen.merge(reader, read.throughLsn(), Math::max);
    }
  }
}
