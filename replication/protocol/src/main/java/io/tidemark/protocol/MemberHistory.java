package io.tidemark.protocol;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.EpochHistory;
import java.util.ArrayDeque;
import java.util.List;

/// Who took part from which record of one log on: the last few changes, of which all but the newest
/// are committed.
final class MemberHistory {
  /// More than can be uncommitted, and so truncated, at once.
  private static final int KEPT = 8;

  private final ArrayDeque<Membership> known = new ArrayDeque<>();

  /// Those of `saved` whose records are in the log that ends with `lastLsn` and has `epochs`, after
  /// `first`, with which everything began.
  MemberHistory(Members first, List<Membership> saved, EpochHistory epochs, long lastLsn) {
    known.addLast(new Membership(0, 0, first));
    for (Membership one : saved) {
      long epoch = epochs.epochAt(one.lsn());
      // 0: trimmed, which only what is committed can be.
      if (one.lsn() == 0) {
        // Those with whom everything began, told to one who came later.
        beginWith(one);
      } else if (one.lsn() <= lastLsn && (epoch == one.epoch() || epoch == 0)) {
        add(one);
      }
    }
  }

  Membership newest() {
    return known.getLast();
  }

  /// Those that are known, oldest first; none of the oldest need be known. Who came later does not
  /// know with whom everything began, and nobody is no answer.
  List<Membership> all() {
    return known.stream().filter(one -> !one.members().all().isEmpty()).toList();
  }

  /// The log begins anew, behind a record at which `only` holds.
  void beginWith(Membership only) {
    known.clear();
    known.addLast(only);
  }

  void add(Membership next) {
    Check.that(
        next.lsn() > newest().lsn(),
        "members from record %d on, after those from %d on",
        next.lsn(),
        newest().lsn());
    known.addLast(next);
    if (known.size() > KEPT) {
      known.removeFirst();
    }
  }

  void truncateAfter(long lsn) {
    while (newest().lsn() > lsn) {
      known.removeLast();
    }
  }
}
