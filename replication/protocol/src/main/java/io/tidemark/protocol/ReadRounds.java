package io.tidemark.protocol;

import java.util.ArrayList;
import java.util.List;

/// Linearizable reads by read-index (Raft 6.4): a read may be answered from the commit point of the
/// moment it was asked at, once a quorum has confirmed *after that moment* that this is still the
/// leader.
///
/// Reads that arrive while a round is out wait for the next one together, so any number of reads
/// costs one exchange at a time.
final class ReadRounds {
  private final Standing standing;
  private final List<Long> waiting = new ArrayList<>();
  private List<Long> asked = List.of();
  private long askedLsn;
  private long round;

  ReadRounds(Standing standing) {
    this.standing = standing;
  }

  /// The number of the newest round; 0 before the first.
  long round() {
    return round;
  }

  boolean isIdle() {
    return asked.isEmpty() && waiting.isEmpty();
  }

  void request(long id) {
    waiting.add(id);
  }

  /// Starts the next round if there is a need and `ready` says that the commit point is this
  /// epoch's; true if peers must be asked now.
  boolean start(boolean ready) {
    if (!ready || !asked.isEmpty() || waiting.isEmpty()) {
      return false;
    }
    asked = List.copyOf(waiting);
    waiting.clear();
    askedLsn = standing.committed();
    round++;
    return true;
  }

  /// A quorum has confirmed `confirmedRound`.
  void confirmed(long confirmedRound) {
    if (!asked.isEmpty() && confirmedRound >= round) {
      for (long id : asked) {
        standing.emit(new Effect.ReadReady(id, askedLsn));
      }
      asked = List.of();
    }
  }

  void refuseAll() {
    asked.forEach(id -> standing.emit(new Effect.ReadRefused(id)));
    waiting.forEach(id -> standing.emit(new Effect.ReadRefused(id)));
    asked = List.of();
    waiting.clear();
  }
}
