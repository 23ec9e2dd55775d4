package io.tidemark.node.tools;

import io.tidemark.log.Stamp;
import io.tidemark.log.verify.BatchSeen;
import io.tidemark.log.verify.ChainEnd;
import io.tidemark.log.verify.Header;
import io.tidemark.log.verify.RecordSeen;
import io.tidemark.log.verify.Visitor;
import io.tidemark.storage.FileSystemDirectory;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.zip.CRC32C;

/// Writes the records of a log as [DumpLines]. One thread.
///
/// A damaged log is dumped as far as it is sound, and then it is an error: the dump has no last
/// line, so nobody takes it for a whole one.
public final class Dump implements Visitor {
  private static final String[] CODECS = {"none", "lz4", "zstd"};

  private final DumpLines lines;
  private final Filter filter;
  private boolean begun;
  private long records;
  private long batches;

  private Dump(OutputStream out, Filter filter) {
    this.lines = new DumpLines(out);
    this.filter = filter;
  }

  /// Dumps what `filter` wants to `out`; returns the number of records.
  public static long write(LogPlace place, Filter filter, OutputStream out) {
    Dump dump = new Dump(out, filter);
    Verdict.judge(place.visit(dump));
    dump.lines.end(dump.records, dump.batches);
    return dump.records;
  }

  /// The same to a new file, which is there when it is whole and durable.
  public static long toFile(LogPlace place, Filter filter, Path file) throws IOException {
    Path target = file.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new ToolRefusedException(target + " is there already");
    }
    Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
    try {
      long records;
      try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
        records = write(place, filter, out);
        out.getFD().sync();
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      FileSystemDirectory.at(target.getParent()).sync();
      return records;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  @Override
  public void segment(Header header) {
    if (begun) {
      return;
    }
    begun = true;
    ChainEnd before = header.previous();
    lines.line(
        ("{\"dump\":%d,\"log\":\"%016x\",\"partition\":%d,\"firstLsn\":%d,\"checksum\":\"%08x\","
                + "\"epoch\":%d,\"time\":%d,\"whole\":%b}")
            .formatted(
                DumpLines.FORMAT,
                header.logId(),
                header.partition(),
                header.baseLsn(),
                before.checksum(),
                before.epoch(),
                before.timeMicros(),
                filter.equals(Filter.ALL)));
  }

  @Override
  public void batch(BatchSeen batch) {
    if (!filter.wants(batch)) {
      return;
    }
    batches++;
    lines.line(
        "{\"batch\":%d,\"records\":%d,\"epoch\":%d,\"time\":%d,\"codec\":\"%s\"}"
            .formatted(
                batch.baseLsn(),
                batch.recordCount(),
                batch.epoch(),
                batch.timeMicros(),
                CODECS[batch.codec()]));
    RecordSeen record = batch.records();
    while (record.next()) {
      if (filter.wants(record)) {
        record(batch, record);
      }
    }
  }

  /// Producer and sequence, as producers write them.
  static String stamp(RecordSeen record) {
    return new Stamp(record.producer(), record.sequence()).toString();
  }

  private void record(BatchSeen batch, RecordSeen record) {
    records++;
    ByteBuffer payload = record.payload();
    CRC32C crc = new CRC32C();
    crc.update(payload.duplicate());
    ByteBuffer base64 = Base64.getEncoder().encode(payload);
    StringBuilder line = new StringBuilder(120 + base64.remaining());
    line.append("{\"lsn\":").append(record.lsn()).append(",\"epoch\":").append(batch.epoch());
    line.append(",\"time\":").append(batch.timeMicros()).append(",\"type\":").append(record.type());
    line.append(",\"optional\":").append(record.optional()).append(",\"key\":");
    line.append(record.keyed() ? Long.toString(record.key()) : "null");
    if (record.stamped()) {
      line.append(",\"producer\":\"").append(stamp(record)).append('"');
    }
    line.append(",\"value\":\"");
    line.append(StandardCharsets.ISO_8859_1.decode(base64)).append("\",\"crc32c\":\"");
    line.append("%08x".formatted((int) crc.getValue())).append("\"}");
    lines.line(line.toString());
  }
}
