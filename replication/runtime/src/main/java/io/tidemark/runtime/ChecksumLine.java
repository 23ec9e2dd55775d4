package io.tidemark.runtime;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// The last line of a node's text files, `crc32c=0123abcd`: the checksum of everything before it.
final class ChecksumLine {
  private static final String NAME = "crc32c=";

  private ChecksumLine() {}

  static String appendedTo(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return body + NAME + "%08x\n".formatted((int) crc.getValue());
  }

  /// What stands before it in `text`, whether it is right or not; empty if there is none. It is
  /// right if `text` is that with the line [#appendedTo] it.
  static String bodyOf(String text) {
    return text.substring(0, Math.max(0, text.lastIndexOf(NAME)));
  }
}
