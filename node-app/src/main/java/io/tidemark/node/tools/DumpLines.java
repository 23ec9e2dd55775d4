package io.tidemark.node.tools;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// The form of a dump: JSON, one object a line, fields always in this order.
///
/// ```
/// {"dump":1,"log":"00000000deadbeef","partition":3,"firstLsn":1,"checksum":"00000000","epoch":0,"time":0,"whole":true}
/// {"batch":1,"records":2,"epoch":1,"time":1700000000000000,"codec":"none"}
/// {"lsn":1,"epoch":1,"time":...,"type":1,"optional":false,"key":null,"value":"aGlnaA==","crc32c":"0123abcd"}
/// ...
/// {"end":2,"batches":1,"crc32c":"0123abcd"}
/// ```
///
/// A record that its producer stamped has `"producer":"ID/SEQUENCE"` behind its key.
///
/// The first line has whose log it is, and checksum, epoch and time of the batch before `firstLsn`;
/// `whole` is false where records were selected, and such a dump makes no log. The last line has
/// the number of records, and the CRC32C of all lines before it, ends of lines included.
final class DumpLines {
  static final int FORMAT = 1;

  private final OutputStream out;
  private final CRC32C crc = new CRC32C();

  DumpLines(OutputStream out) {
    this.out = new BufferedOutputStream(out, 1 << 16);
  }

  void line(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    crc.update(bytes);
    write(bytes);
  }

  void end(long records, long batches) {
    String line = endLine(records, batches, (int) crc.getValue());
    write((line + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String endLine(long records, long batches, int crc) {
    return "{\"end\":%d,\"batches\":%d,\"crc32c\":\"%08x\"}".formatted(records, batches, crc);
  }

  private void write(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
