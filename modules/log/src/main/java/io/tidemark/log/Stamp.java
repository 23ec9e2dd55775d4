package io.tidemark.log;

/// By what a record is known again when its producer, who heard nothing, appends it once more.
///
/// @param producer who appends; any number but the same one for as long as it retries, and nobody
///   else's: a random one does
/// @param sequence which of its records this is: of each partition, one more than the one before
public record Stamp(long producer, long sequence) {
  /// The next record of the same producer.
  public Stamp next() {
    return new Stamp(producer, sequence + 1);
  }

  /// The stamp that [#toString] gave. [IllegalArgumentException] if `text` is none.
  public static Stamp parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("expected PRODUCER/SEQUENCE, found '" + text + "'");
    }
    return new Stamp(
        Long.parseUnsignedLong(text.substring(0, slash)),
        Long.parseLong(text.substring(slash + 1)));
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(producer) + "/" + sequence;
  }
}
