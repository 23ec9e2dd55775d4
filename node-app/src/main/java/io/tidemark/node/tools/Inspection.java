package io.tidemark.node.tools;

import io.tidemark.log.verify.BatchSeen;
import io.tidemark.log.verify.Footer;
import io.tidemark.log.verify.Header;
import io.tidemark.log.verify.Mark;
import io.tidemark.log.verify.Note;
import io.tidemark.log.verify.RecordSeen;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.SegmentReport;
import io.tidemark.log.verify.Visitor;
import java.io.PrintWriter;

/// Prints what a directory holds, part by part; reads only.
public final class Inspection implements Visitor {
  private final PrintWriter out;
  private final boolean records;

  private Inspection(PrintWriter out, boolean records) {
    this.out = out;
    this.records = records;
  }

  /// Prints the log at `place`; with `records` a line for each mark, batch and record too.
  public static Report print(LogPlace place, boolean records, PrintWriter out) {
    Report report = place.visit(new Inspection(out, records));
    out.printf("floor %d%n", report.floor());
    report.holders().forEach((name, lsn) -> out.printf("holder %s from %d%n", name, lsn));
    for (SegmentReport segment : report.segments()) {
      out.printf(
          "%s LSN %d..%d batches %d records %d bytes %d of %d%s%n",
          segment.file(),
          segment.baseLsn(),
          segment.lastLsn(),
          segment.batches(),
          segment.records(),
          segment.writtenBytes(),
          segment.bytes(),
          segment.sealed() ? " sealed" : "");
    }
    Verdict.text(report).forEach(out::println);
    out.flush();
    return report;
  }

  @Override
  public void segment(Header header) {
    out.printf(
        "%s%n  header log %016x partition %d base %d after segment %d; before it: %s;"
            + " blocks of %d, file of %d, footer of %d bytes%n",
        header.file(),
        header.logId(),
        header.partition(),
        header.baseLsn(),
        header.previousBaseLsn(),
        header.previous(),
        header.blockBytes(),
        header.segmentBytes(),
        header.footerBytes());
  }

  @Override
  public void note(Note note) {
    out.printf(
        "  note %d: synced through %d, end at %d%n",
        note.generation(), note.syncedThrough(), note.endPosition());
  }

  @Override
  public void mark(Mark mark) {
    if (records) {
      out.printf(
          "  %d mark: synced through %d, next %d%n",
          mark.position(), mark.syncedThrough(), mark.nextLsn());
    }
  }

  @Override
  public void batch(BatchSeen batch) {
    if (!records) {
      return;
    }
    out.printf(
        "  %d %s codec %d, %d bytes%n",
        batch.position(), batch, batch.codec(), batch.lengthBytes());
    RecordSeen record = batch.records();
    while (record.next()) {
      out.printf(
          "    %d type %d%s%s %d bytes%n",
          record.lsn(),
          record.type(),
          record.optional() ? " optional" : "",
          (record.keyed() ? " key " + record.key() : "")
              + (record.stamped() ? " producer " + Dump.stamp(record) : ""),
          record.payloadBytes());
    }
  }

  @Override
  public void footer(Footer footer) {
    out.printf(
        "  footer: %d batches, %d records, end at %d: %s; epochs %s, %d noted positions%n",
        footer.batches(),
        footer.records(),
        footer.endPosition(),
        footer.end(),
        footer.epochs(),
        footer.index().size());
  }
}
