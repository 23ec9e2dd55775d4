package io.tidemark.node.http;

import io.tidemark.log.RecordData;
import io.tidemark.log.Selection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which records a reader asks for, from the parameters of its request.
///
/// @param from the first LSN; nothing: the first there is
/// @param limit how many lines at most
/// @param system whether the log's own records are wanted too; with them, LSNs are dense
record RecordQuery(Optional<Long> from, long limit, boolean system, Selection selection) {
  private static final Set<String> NAMES =
      Set.of("from", "limit", "system", "type", "key", "since", "until");
  private static final long DEFAULT_LIMIT = 100;
  private static final long MAX_LIMIT = 10_000;

  /// Throws [IllegalArgumentException], which names the parameter and what it may be.
  static RecordQuery of(Map<String, String> parameters) {
    for (String name : parameters.keySet()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException("no parameter is called '" + name + "'");
      }
    }
    Parameters in = new Parameters(parameters);
    Selection selection =
        Selection.ALL.between(
            in.number("since", 0, Long.MAX_VALUE).orElse(0L),
            in.number("until", 0, Long.MAX_VALUE).orElse(Long.MAX_VALUE));
    Optional<Long> type = in.number("type", 1, RecordData.LAST_TYPE);
    Optional<Long> key = in.number("key", Long.MIN_VALUE, Long.MAX_VALUE);
    if (type.isPresent()) {
      selection = selection.ofType(type.get().intValue());
    }
    if (key.isPresent()) {
      selection = selection.ofStream(key.get());
    }
    return new RecordQuery(
        in.number("from", 1, Long.MAX_VALUE),
        in.number("limit", 0, MAX_LIMIT).orElse(DEFAULT_LIMIT),
        in.isOn("system"),
        selection);
  }

  private record Parameters(Map<String, String> texts) {
    boolean isOn(String name) {
      String text = texts.getOrDefault(name, "off");
      if (!text.equals("on") && !text.equals("off")) {
        throw new IllegalArgumentException(name + " is on or off, not '" + text + "'");
      }
      return text.equals("on");
    }

    Optional<Long> number(String name, long low, long high) {
      return Optional.ofNullable(texts.get(name))
          .map(text -> RecordQuery.number(name, text, low, high));
    }
  }

  /// The same from `lsn` on, if there is one: what a reader saw last counts more than what it asked
  /// for at first.
  RecordQuery resumedAt(Optional<Long> lsn) {
    return new RecordQuery(lsn.or(() -> from), limit, system, selection);
  }

  static long number(String name, String text, long low, long high) {
    try {
      long value = Long.parseLong(text);
      if (value >= low && value <= high) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Said below, with the number that is out of range.
    }
    throw new IllegalArgumentException(
        name + " is a number from " + low + " to " + high + ", not '" + text + "'");
  }
}
