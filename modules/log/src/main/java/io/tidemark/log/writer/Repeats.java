package io.tidemark.log.writer;

import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.log.producers.Producers;
import io.tidemark.log.producers.Verdict;
import io.tidemark.log.ring.AppendRing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lets a stamped record into a ring once. Any thread appends, the writer's takes and closes.
///
/// A record has its LSN when it is in the ring, so there it is decided whether it gets one; the
/// lock makes decision and LSN one step. What is known of the log ([Producers]) comes to that only
/// when a batch is written; of what is in the ring until then this keeps account itself, and
/// forgets it with the ring.
///
/// **The road not taken** is to decide when the ring is drained: without a lock, but every repeat
/// and every refusal would have an LSN by then, and leave a record in the log that nobody wants.
final class Repeats {
  /// Who appended again what is there, or will be, as number `lsn`.
  record Repeated(Waiting waiting, long lsn) {}

  private record InRing(Stamp stamp, long lsn) {}

  private final AppendRing ring;
  private final Producers producers;

  // All guarded by this.
  private final ArrayDeque<InRing> inRing = new ArrayDeque<>();
  private final Map<Stamp, Long> lsns = new HashMap<>();
  private final Map<Long, Long> lastSequences = new HashMap<>();
  private final List<Repeated> repeated = new ArrayList<>();
  private boolean closed;

  /// Whether something is in [#repeated]: asked for each batch, without the lock.
  private volatile boolean someRepeated;

  Repeats(AppendRing ring, Producers producers) {
    this.ring = ring;
    this.producers = producers;
  }

  /// Appends `record`, which has a stamp, with `attachment`, or says what it is instead; of a
  /// repeat, `attachment` will be told to the writer if it waits for something.
  synchronized StampedAppend append(RecordData record, Object attachment) {
    if (closed) {
      return new StampedAppend.NotTaken(AppendRing.CLOSED);
    }
    Stamp stamp = record.stamp().orElseThrow();
    return switch (look(stamp)) {
      case Verdict.Fresh _ -> {
        long lsn = ring.append(record, attachment);
        if (lsn > 0) {
          inRing.addLast(new InRing(stamp, lsn));
          lsns.put(stamp, lsn);
          lastSequences.put(stamp.producer(), stamp.sequence());
          yield new StampedAppend.Taken(lsn);
        }
        yield new StampedAppend.NotTaken(lsn);
      }
      case Verdict.Repeat(long lsn) -> {
        if (attachment instanceof Waiting waiting) {
          repeated.add(new Repeated(waiting, lsn));
          someRepeated = true;
        }
        yield new StampedAppend.Repeat(lsn);
      }
      case Verdict.TooOld _ -> new StampedAppend.TooOld();
      case Verdict.Gap(long expected) -> new StampedAppend.Gap(expected);
    };
  }

  private Verdict look(Stamp stamp) {
    forgetWritten();
    Long lsn = lsns.get(stamp);
    if (lsn != null) {
      return new Verdict.Repeat(lsn);
    }
    Verdict ofLog = producers.look(stamp);
    Optional<Long> last = Optional.ofNullable(lastSequences.get(stamp.producer()));
    if (last.isEmpty() || ofLog instanceof Verdict.Repeat) {
      return ofLog;
    }
    if (stamp.sequence() <= last.get()) {
      return new Verdict.TooOld();
    }
    return stamp.sequence() == last.get() + 1
        ? new Verdict.Fresh()
        : new Verdict.Gap(last.get() + 1);
  }

  /// Of what is written the fold knows, and knows it first.
  private void forgetWritten() {
    long written = producers.newestLsn();
    while (!inRing.isEmpty() && inRing.getFirst().lsn() <= written) {
      Stamp stamp = inRing.removeFirst().stamp();
      lsns.remove(stamp);
      lastSequences.remove(stamp.producer(), stamp.sequence());
    }
  }

  /// Takes those whose first attempt is at or below `appendedLsn`, and so in the log.
  List<Repeated> take(long appendedLsn) {
    return someRepeated ? takeNow(appendedLsn) : List.of();
  }

  private synchronized List<Repeated> takeNow(long appendedLsn) {
    List<Repeated> there = repeated.stream().filter(one -> one.lsn() <= appendedLsn).toList();
    repeated.removeIf(one -> one.lsn() <= appendedLsn);
    someRepeated = !repeated.isEmpty();
    return there;
  }

  /// Nothing is appended any more, nor known again. Returns who is left.
  synchronized List<Repeated> close() {
    closed = true;
    someRepeated = false;
    List<Repeated> left = List.copyOf(repeated);
    repeated.clear();
    return left;
  }
}
