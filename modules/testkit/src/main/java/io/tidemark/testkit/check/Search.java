package io.tidemark.testkit.check;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/// The search for an order of the operations of one key (Wing and Gong, JPDC 1993), which remembers
/// where it has been (Lowe, Testing for linearizability, 2017).
///
/// Invocations and returns stand in a list in the order of time. Whatever is invoked before the
/// first return in the list may come next in the order; if the register allows it, it is taken out
/// of the list and the search goes on from the front. A return in front belongs to an operation
/// that should have come already: back to the last choice. What comes after depends only on the set
/// of operations taken and on the value then, so no such pair is looked at twice.
///
/// A read that may come next is no choice: it changes nothing, so an order in which it comes later
/// is one in which it comes now. Only writes are gone back to.
final class Search {
  private static final int HEAD = 0;

  private final KeyHistory history;
  private final long mostConfigurations;

  /// The list. The invocation of operation `i` is event `1 + 2 * i`, its return the one after.
  private final int[] next;

  private final int[] previous;

  /// Place of each event in the list at first.
  private final int[] rank;

  private final int[] taken;
  private final int[] valueBefore;
  private final long[] set;
  private final Configurations seen = new Configurations();
  private int depth;
  private int value;
  private int lowest;
  private int highestWord;
  private int furthest = -1;

  Search(KeyHistory history, long mostConfigurations) {
    this.history = history;
    this.mostConfigurations = mostConfigurations;
    int size = history.size();
    next = new int[2 * size + 1];
    previous = new int[2 * size + 1];
    rank = new int[2 * size + 1];
    taken = new int[size];
    valueBefore = new int[size];
    set = new long[(size >> 6) + 1];
    link();
  }

  /// At equal times invocations come first: what touches is concurrent.
  private void link() {
    int size = history.size();
    Integer[] byReturn = new Integer[size];
    Arrays.setAll(byReturn, i -> i);
    Arrays.sort(byReturn, Comparator.comparingLong(i -> history.returns[i]));
    int last = HEAD;
    int invoked = 0;
    int returned = 0;
    for (int place = 1; place <= 2 * size; place++) {
      boolean invocation =
          invoked < size && history.invokes[invoked] <= history.returns[byReturn[returned]];
      int event = invocation ? 1 + 2 * invoked++ : 2 + 2 * byReturn[returned++];
      rank[event] = place;
      next[last] = event;
      previous[event] = last;
      last = event;
    }
  }

  /// Whether there is an order; empty if that was not found out within the limit.
  Optional<Boolean> run() {
    int event = next[HEAD];
    while (event != HEAD) {
      int operation = (event - 1) >> 1;
      if ((event & 1) == 1) {
        event = take(operation) ? next[HEAD] : next[event];
        if (seen.size() > mostConfigurations) {
          return Optional.empty();
        }
      } else {
        if (furthest < 0 || rank[event] > rank[2 + 2 * furthest]) {
          furthest = operation;
        }
        int choice = backToLastWrite();
        if (choice < 0) {
          return Optional.of(false);
        }
        event = next[1 + 2 * choice];
      }
    }
    return Optional.of(true);
  }

  private boolean take(int operation) {
    boolean write = history.writes[operation];
    if (!write && history.values[operation] != value) {
      return false;
    }
    int lowestBefore = lowest;
    int highestBefore = highestWord;
    set[operation >> 6] |= 1L << operation;
    highestWord = Math.max(highestWord, operation >> 6);
    while (lowest < history.size() && (set[lowest >> 6] & 1L << lowest) != 0) {
      lowest++;
    }
    if (write && !seen.add(history.values[operation], lowest, set, highestWord)) {
      set[operation >> 6] &= ~(1L << operation);
      lowest = lowestBefore;
      highestWord = highestBefore;
      return false;
    }
    taken[depth] = operation;
    valueBefore[depth] = value;
    depth++;
    value = history.values[operation];
    unlink(1 + 2 * operation);
    unlink(2 + 2 * operation);
    return true;
  }

  /// Puts back what was taken up to and including the last write, and says which that was; -1 if
  /// there is none.
  private int backToLastWrite() {
    while (depth > 0) {
      depth--;
      int operation = taken[depth];
      value = valueBefore[depth];
      set[operation >> 6] &= ~(1L << operation);
      lowest = Math.min(lowest, operation);
      while (highestWord > 0 && set[highestWord] == 0) {
        highestWord--;
      }
      relink(2 + 2 * operation);
      relink(1 + 2 * operation);
      if (history.writes[operation]) {
        return operation;
      }
    }
    return -1;
  }

  private void unlink(int event) {
    next[previous[event]] = next[event];
    previous[next[event]] = previous[event];
  }

  private void relink(int event) {
    next[previous[event]] = event;
    previous[next[event]] = event;
  }

  /// States gone through.
  long configurations() {
    return seen.size();
  }

  /// The operation by whose return no order was left, of those the one that returned last. Only
  /// after a search in vain.
  int furthest() {
    return furthest;
  }
}
