package io.tidemark.testkit.check;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// Where a [Search] has been: sets of operations taken, each with the value after them.
///
/// Nearly all such sets are a prefix and few more: the length of the prefix and 64 bits behind it
/// say all, and lie in a table without objects. The others are kept as they are.
final class Configurations {
  private static final int FIRST_CAPACITY = 64;

  private long[] prefixAndValue = new long[FIRST_CAPACITY];
  private long[] behind = new long[FIRST_CAPACITY];
  private int inTable;
  private final Set<Wide> wide = new HashSet<>();

  /// A set that does not fit the table.
  private record Wide(int value, int lowest, long[] words) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Wide that
          && value == that.value
          && lowest == that.lowest
          && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
      return (Arrays.hashCode(words) * 31 + lowest) * 31 + value;
    }
  }

  /// Adds the set whose bits are in `words`, the highest of them in `highestWord`, and the lowest
  /// that is missing is `lowest`; false if it was there with this value.
  boolean add(int value, int lowest, long[] words, int highestWord) {
    int word = lowest >> 6;
    if (highestWord > word + 1
        || (highestWord == word + 1 && words[highestWord] >>> (lowest & 63) != 0)) {
      int from = Math.min(word, highestWord);
      return wide.add(new Wide(value, lowest, Arrays.copyOfRange(words, from, highestWord + 1)));
    }
    long window = words[word] >>> lowest;
    if ((lowest & 63) != 0 && highestWord > word) {
      window |= words[word + 1] << -lowest;
    }
    // One more than the prefix, so that no entry is 0, which is an empty place.
    return addToTable((lowest + 1L) << 32 | value, window);
  }

  private boolean addToTable(long first, long second) {
    if (2 * inTable >= behind.length) {
      grow();
    }
    int place = place(prefixAndValue, behind, first, second);
    if (prefixAndValue[place] != 0) {
      return false;
    }
    prefixAndValue[place] = first;
    behind[place] = second;
    inTable++;
    return true;
  }

  private static int place(long[] firsts, long[] seconds, long first, long second) {
    long mixed = (first * 0x9E3779B97F4A7C15L ^ second) * 0xBF58476D1CE4E5B9L;
    int mask = firsts.length - 1;
    int place = (int) (mixed ^ mixed >>> 32) & mask;
    while (firsts[place] != 0 && (firsts[place] != first || seconds[place] != second)) {
      place = place + 1 & mask;
    }
    return place;
  }

  private void grow() {
    long[] firsts = new long[2 * prefixAndValue.length];
    long[] seconds = new long[firsts.length];
    for (int i = 0; i < prefixAndValue.length; i++) {
      if (prefixAndValue[i] != 0) {
        int place = place(firsts, seconds, prefixAndValue[i], behind[i]);
        firsts[place] = prefixAndValue[i];
        seconds[place] = behind[i];
      }
    }
    prefixAndValue = firsts;
    behind = seconds;
  }

  long size() {
    return inTable + (long) wide.size();
  }
}
