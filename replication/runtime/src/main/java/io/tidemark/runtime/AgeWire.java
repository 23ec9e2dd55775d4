package io.tidemark.runtime;

import io.tidemark.protocol.Age;
import java.nio.charset.StandardCharsets;

/// What nodes say to each other about the ages of their data, as text: `TELLS 17.0123456789abcdef`.
///
/// @param age the speaker's own, or what it remembers of the one it speaks to
record AgeWire(Kind kind, Age age) {
  /// Longer is nothing that was written here.
  private static final int MAX_BYTES = 64;

  /// Why it is said.
  enum Kind {
    /// Of this age is who speaks; asks for a [#KNOWS]. Of number 0: has none yet.
    TELLS,
    /// Answers a [#TELLS]: this is remembered durably, or nothing (number 0).
    KNOWS
  }

  byte[] encode() {
    return (kind + " " + age).getBytes(StandardCharsets.US_ASCII);
  }

  /// Throws [WireException] if it is none.
  static AgeWire decode(byte[] payload) {
    if (payload.length > MAX_BYTES) {
      throw new WireException("an age of " + payload.length + " bytes");
    }
    String text = new String(payload, StandardCharsets.US_ASCII);
    int blank = text.indexOf(' ');
    try {
      return new AgeWire(
          Kind.valueOf(text.substring(0, Math.max(blank, 0))),
          Age.parse(text.substring(blank + 1)));
    } catch (IllegalArgumentException e) {
      throw new WireException("not an age: '" + text + "'");
    }
  }
}
