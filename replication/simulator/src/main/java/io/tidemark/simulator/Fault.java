package io.tidemark.simulator;

import java.util.EnumSet;

/// What a [Storm] may do to a cluster.
enum Fault {
  /// One node loses its power or its process, at any moment.
  CRASH,
  /// The same, but it is a leader.
  CRASH_LEADER,
  /// The next to be elected falls, or is cut off, within a few ticks.
  STRIKE_NEW_LEADER,
  /// The next time a node has made a promise it loses its power, and is soon back.
  STRIKE_VOTER,
  /// All nodes lose their power at once.
  CRASH_ALL,
  /// One node loses its power in the middle of one of its next disk operations.
  CRASH_IN_DISK_OPERATION,
  /// A disk reports that a sync or a write failed.
  DISK_FAILURE,
  /// The network falls into two parts.
  SPLIT,
  /// A leader is cut off from everybody.
  ISOLATE_LEADER,
  /// A node is heard by nobody, or hears nobody.
  ONE_WAY,
  /// Two nodes do not reach each other, all others do.
  NON_TRANSITIVE,
  /// A process stands still, then goes on as if nothing had been.
  PAUSE,
  /// The same, but it is a leader.
  PAUSE_LEADER,
  /// A disk is many times slower.
  SLOW_DISK,
  /// The leadership is handed over, to a node that is named or not.
  HAND_OVER,
  /// Somebody joins, is promoted, or is removed.
  CHANGE_MEMBERS,
  /// A leader gives up at once.
  RESIGN,
  /// Somebody is told that a node is lost, whether it is or not.
  RUMOUR,
  /// The disk of a node is not a leader's for a while.
  UNFIT,
  /// Each node on its own drops its oldest records, now and then for a while.
  TRIM,
  /// The next time a node begins behind an offer it loses its power in the middle of that.
  STRIKE_BEGINNER,
  /// A node loses its disk and comes back with an empty one, while no other has lost its disk.
  WIPE,
  /// A disk is put back to a copy that was made of it a while ago, under the same rule as above,
  /// and while another node should know better ([Memories]).
  ROLL_BACK,
  /// What a node promised cannot be read any more, under the same rule as a lost disk.
  SPOIL_PROMISE,
  /// All links of a node lose and delay much.
  BAD_LINKS,
  /// What is said to a node waits, and then comes all at once.
  CLOG,
  /// Bits flip in what a node sends.
  FLIPPED_BITS,
  /// One disk operation takes very long, and whether the node notices is a matter of luck.
  STALLED_DISK,
  /// A disk has no room for another segment for a while.
  FULL_DISK,
  /// Bits turn in what a disk has stored.
  BIT_ROT,
  /// A sector cannot be read any more.
  LATENT_ERROR,
  /// A write is nowhere, and a sync says that it is on the disk.
  LOST_WRITE,
  /// A write is in another place.
  MISDIRECTED_WRITE,
  /// A sync does nothing and says that it is done.
  LYING_SYNC,
  /// A record is spoilt on all disks.
  RUIN;

  /// What spoils records that were synced; each within the [Budget].
  static final EnumSet<Fault> OF_WHAT_IS_STORED =
      EnumSet.of(BIT_ROT, LATENT_ERROR, LOST_WRITE, MISDIRECTED_WRITE, LYING_SYNC, RUIN);
}
