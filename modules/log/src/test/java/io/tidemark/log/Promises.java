package io.tidemark.log;

import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// What a log promised so far, and what may be there although it did not promise it.
///
/// Between the call of an operation and its return both its old and its new state may be found; so
/// whoever plays a script announces the new one before and settles it after.
final class Promises {
  private record NewLog(Tail tail, byte[] producers) {}

  private final Batches batches = new Batches();
  private List<Batch> most = List.of();
  private long durableLsn;
  private OptionalLong truncatingTo = OptionalLong.empty();
  private Optional<NewLog> beginning = Optional.empty();
  private byte[] producers = {};
  private long firstLsn = 1;
  private long firstLsnAtMost = 1;
  private final Map<String, Long> held = new TreeMap<>();
  private Optional<String> unsettledHolder = Optional.empty();

  /// What is appended, and what comes next.
  Batches batches() {
    return batches;
  }

  /// More may be there from now on.
  void willAppend() {
    most = batches.all();
  }

  /// The log said that it is durable up to here.
  void settleDurable(long lsn) {
    durableLsn = lsn;
  }

  void willTruncate(long lsn) {
    truncatingTo = OptionalLong.of(lsn);
  }

  void settleTruncate(long lsn) {
    truncatingTo = OptionalLong.empty();
    batches.truncateAfter(lsn);
    most = batches.all();
    durableLsn = lsn;
  }

  void willBegin(Tail tail, byte[] withProducers) {
    beginning = Optional.of(new NewLog(tail, withProducers));
  }

  void settleBegin() {
    NewLog begun = beginning.orElseThrow();
    beginning = Optional.empty();
    batches.beginBehind(begun.tail);
    most = List.of();
    producers = begun.producers;
    durableLsn = begun.tail.lastLsn();
    settleTrim(begun.tail.nextLsn());
  }

  void willTrim(long lsn) {
    firstLsnAtMost = Math.max(lsn, firstLsn);
  }

  void settleTrim(long lsn) {
    firstLsn = lsn;
    firstLsnAtMost = lsn;
  }

  void willHold(String name) {
    unsettledHolder = Optional.of(name);
  }

  void settleHold(String name, long lsn) {
    unsettledHolder = Optional.empty();
    held.merge(name, lsn, Math::max);
  }

  void settleRelease(String name) {
    unsettledHolder = Optional.empty();
    held.remove(name);
  }

  /// After a restart all that is there is what was appended, and durable.
  void settleOpened(Log log) {
    batches.truncateAfter(log.appendedLsn());
    most = batches.all();
    durableLsn = log.durableLsn();
  }

  /// Why what is found in a log that was opened again breaks a promise; empty if it does not.
  String broken(Log log, List<Batch> found) {
    long last = log.appendedLsn();
    boolean begun = beginning.isPresent() && isEmptyBehind(beginning.get().tail, log);
    byte[] wantedProducers = begun ? beginning.get().producers : producers;
    if (!Arrays.equals(producersOf(log), wantedProducers)) {
      return "has the producers of another log";
    }
    if (begun) {
      return brokenHold(log.retention().holders());
    }
    if (last < durableLsn && truncatingTo.orElse(-1) != last) {
      return "LSN " + durableLsn + " was durable, the log ends at " + last;
    }
    if (log.durableLsn() != last) {
      return "opened to " + last + ", but durable to " + log.durableLsn();
    }
    if (log.firstLsn() < firstLsn || log.firstLsn() > firstLsnAtMost) {
      return "begins at " + log.firstLsn() + ", not in " + firstLsn + ".." + firstLsnAtMost;
    }
    List<Batch> wanted =
        most.stream()
            .filter(batch -> batch.lastLsn() >= log.firstLsn() && batch.lastLsn() <= last)
            .toList();
    if (!found.equals(wanted)) {
      return "holds " + found + ", not " + wanted;
    }
    return brokenHold(log.retention().holders());
  }

  private static boolean isEmptyBehind(Tail tail, Log log) {
    return log.extent().tail().equals(tail)
        && log.firstLsn() == tail.nextLsn()
        && log.durableLsn() == tail.lastLsn()
        && log.epochs().epochAt(tail.lastLsn()) == tail.epoch()
        && log.epochs().epochAt(tail.lastLsn() - 1) == 0;
  }

  private static byte[] producersOf(Log log) {
    if (!log.directory().list().contains(LogCopy.PRODUCERS_FILE)) {
      return new byte[0];
    }
    try (StoredFile file = log.directory().open(LogCopy.PRODUCERS_FILE)) {
      byte[] bytes = new byte[(int) file.lengthBytes()];
      file.read(ByteBuffer.wrap(bytes), 0);
      return bytes;
    }
  }

  /// The batch that was to follow what is in `log`.
  Optional<Batch> after(Log log) {
    return most.stream().filter(batch -> log.extent().tail().refusal(batch).isEmpty()).findFirst();
  }

  private String brokenHold(Map<String, Long> holders) {
    for (Map.Entry<String, Long> hold : held.entrySet()) {
      boolean settled = !unsettledHolder.equals(Optional.of(hold.getKey()));
      if (settled && holders.getOrDefault(hold.getKey(), Long.MAX_VALUE) > hold.getValue()) {
        return "forgot that " + hold + " is held, knows " + holders;
      }
    }
    boolean known =
        holders.keySet().stream()
            .allMatch(name -> held.containsKey(name) || unsettledHolder.equals(Optional.of(name)));
    return known ? "" : "holders that let go: " + holders;
  }
}
