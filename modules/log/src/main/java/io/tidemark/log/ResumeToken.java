package io.tidemark.log;

import io.tidemark.foundation.Check;
import java.util.HexFormat;
import java.util.Locale;

/// Where a reader stopped, such that it can be told later whether it may go on there.
///
/// In text: log id, partition, LSN and checksum in hexadecimal, with `-` between them.
///
/// @param lsn the last record that was read; 0 if none was
/// @param checksum of the batch that holds it
public record ResumeToken(long logId, int partition, long lsn, int checksum) {
  private static final int PARTS = 4;

  /// Reads what [#toString] wrote; [IllegalArgumentException] if it is something else.
  public static ResumeToken parse(String text) {
    String[] parts = text.split("-", -1);
    Check.argument(parts.length == PARTS, "not a resume token: '%s'", text);
    try {
      return new ResumeToken(
          HexFormat.fromHexDigitsToLong(parts[0]),
          HexFormat.fromHexDigits(parts[1]),
          HexFormat.fromHexDigitsToLong(parts[2]),
          HexFormat.fromHexDigits(parts[3]));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a resume token: '" + text + "'", e);
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%016x-%08x-%016x-%08x", logId, partition, lsn, checksum);
  }
}
