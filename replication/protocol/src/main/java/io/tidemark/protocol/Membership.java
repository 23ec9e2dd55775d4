package io.tidemark.protocol;

import io.tidemark.foundation.Check;

/// From record `lsn`, written in `epoch`, on these are the members; LSN 0 is before the first
/// record. It holds as soon as that record is in the log, committed or not (Ongaro's thesis, 4.1).
public record Membership(long lsn, long epoch, Members members) {
  /// As a line of text: `lsn epoch members`.
  public String text() {
    return lsn + " " + epoch + " " + members.text();
  }

  /// That of which `line` is the [#text]; [IllegalArgumentException] if it is that of none.
  public static Membership parse(String line) {
    String[] words = line.split(" ", -1);
    Check.argument(words.length == 3, "LSN, epoch and members expected, found '%s'", line);
    return new Membership(
        Long.parseLong(words[0]), Long.parseLong(words[1]), Members.parse(words[2]));
  }
}
