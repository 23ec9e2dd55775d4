package io.tidemark.protocol;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Whether a node's data are the newest that it ever spoke for, by what the others remember of it.
///
/// ```
///   data of age 5 ─── asks ──▶ others remember at most 5 ──▶ is of age 6 ── tells ──▶ they remember 6
///                         └──▶ one remembers 6 or more ────▶ the data are older than what it said
/// ```
///
/// A word that counts, a vote or an acknowledgement, is said only to a node that durably remembers
/// this process's age, see [#mayHear]. So whoever ever counted a word of this node knows better
/// than a copy of its data that is older than that word, but for a copy of the last moments: the
/// age of a copy that is made while a process runs is that of the process, until it is raised
/// again.
///
/// Road not taken: to raise the age at the start, and ask then. A node that is ended again and
/// again before anybody answers would count up to where nobody knows better any more.
public final class Recognition {
  /// What an answer comes to.
  public enum Finding {
    /// It remembers the age of now.
    CONFIRMED,
    /// It remembers less: it has to be told.
    BEHIND,
    /// It remembers more than the data know, and there are none: a higher age has to be taken.
    OVERTAKEN,
    /// It remembers more than the data know.
    ROLLED_BACK
  }

  /// More than one peer ever remembers above another, unless that was away for months: an age is
  /// raised every few seconds at most.
  private static final long UNHEARD = 1L << 20;

  private final Age disk;
  private final Set<NodeId> peers;
  private final Set<NodeId> answered = new TreeSet<>();
  private final Map<NodeId, Age> confirmed = new HashMap<>();
  private Age own;
  private long highest;
  private boolean blank;
  private boolean refuted;

  /// @param disk the age of the data
  /// @param blank whether there are none: nothing was ever promised that they could have forgotten
  /// @param process what tells this process from all others
  /// @param peers all other nodes
  public Recognition(Age disk, boolean blank, long process, Set<NodeId> peers) {
    this.disk = disk;
    this.blank = blank;
    this.peers = Set.copyOf(peers);
    this.own = new Age(0, process);
    this.highest = disk.number();
  }

  /// The age that others are told; of number 0, which only asks, until one was [taken][#take].
  public Age own() {
    return own;
  }

  /// Whether it has an age yet.
  public boolean hasAge() {
    return own.number() > 0;
  }

  /// `from` remembers `remembered` of this node.
  public Finding heard(NodeId from, Age remembered) {
    answered.add(from);
    if (remembered.process() == own.process()) {
      confirmed.merge(from, remembered, Age::later);
      return remembered.equals(own) ? Finding.CONFIRMED : Finding.BEHIND;
    }
    highest = Math.max(highest, remembered.number());
    if (blank ? remembered.number() < own.number() || !hasAge() : remembered.isAtMost(disk)) {
      return Finding.BEHIND;
    }
    refuted |= !blank;
    return blank ? Finding.OVERTAKEN : Finding.ROLLED_BACK;
  }

  /// Whether the first age is to be taken now: somebody answered, and so may be told, and the data
  /// are used, or there are none.
  public boolean needsAge(boolean used) {
    return !hasAge() && !answered.isEmpty() && (used || blank);
  }

  /// Whether nothing more needs to be known before the data are used: nobody is left who could know
  /// better, or there are none, and an age was taken that will tell them from others.
  public boolean isDone() {
    return blank ? hasAge() : answered.containsAll(peers);
  }

  /// The data are set aside.
  public void setAside() {
    blank = true;
  }

  /// Whether another age may be taken. Crash story: data that were known to be older than what had
  /// been said were given an age above all that was remembered, and passed for new at the next
  /// start.
  public boolean mayTake() {
    return blank || !refuted;
  }

  /// The age to take next: higher than any that was heard of, and, of a node that lost its data,
  /// than any that those who have not answered yet may remember. Crash story: a node with an empty
  /// disk heard from one that it had been of age 10, and became of age 11; it started again, heard
  /// from another that it had been of age 12, and set its new data aside as too old.
  public Age next() {
    long above = Math.max(own.number(), highest);
    boolean mayBeMore = blank && highest > own.number() && !answered.containsAll(peers);
    return new Age(1 + above + (mayBeMore ? UNHEARD : 0), own.process());
  }

  /// The data are durably of the age `next`.
  public void take(Age next) {
    Check.that(mayTake(), "data that are older than what was said take another age");
    Check.argument(
        next.process() == own.process() && next.number() > own.number(), "%s after %s", next, own);
    own = next;
  }

  /// Whether a word that counts may be said to `peer`: it remembers the age of now, or the one
  /// before, so that nothing stops while it is told.
  public boolean mayHear(NodeId peer) {
    return hasAge()
        && confirmed.getOrDefault(peer, Age.NONE).number() >= Math.max(1, own.number() - 1);
  }
}
