package io.tidemark.node.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.log.verify.Finding;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.SegmentReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A [Report] as text, for a program and for a person.
public final class Verdict {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Verdict() {}

  /// JSON, one object a line: one for each segment, then one for the directory.
  public static List<String> jsonLines(Report report) {
    List<String> lines = new ArrayList<>();
    for (SegmentReport segment : report.segments()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("file", segment.file());
      fields.put("baseLsn", segment.baseLsn());
      fields.put("lastLsn", segment.lastLsn());
      fields.put("batches", segment.batches());
      fields.put("records", segment.records());
      fields.put("bytes", segment.bytes());
      fields.put("writtenBytes", segment.writtenBytes());
      fields.put("sealed", segment.sealed());
      fields.put("findings", segment.findings().stream().map(Verdict::fields).toList());
      lines.add(json(fields));
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("log", "%016x".formatted(report.logId()));
    all.put("partition", report.partition());
    all.put("inUse", report.inUse());
    all.put("floor", report.floor());
    all.put("holders", report.holders());
    report.truncatingAfter().ifPresent(lsn -> all.put("truncatingAfter", lsn));
    all.put("segments", report.segments().size());
    all.put("records", report.records());
    all.put("bytes", report.bytes());
    all.put("sound", report.isSound());
    all.put("findings", report.findings().stream().map(Verdict::fields).toList());
    lines.add(json(all));
    return lines;
  }

  static Map<String, Object> fields(Finding finding) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("file", finding.file());
    fields.put("position", finding.position());
    fields.put("kind", finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    fields.put("expected", finding.expected());
    fields.put("found", finding.found());
    return fields;
  }

  /// JSON of a tree of maps, lists, texts and numbers.
  public static String json(Object tree) {
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A few lines: what is there, and every finding.
  public static List<String> text(Report report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "log %016x partition %d: %d segments, %,d records, %,d bytes%s"
            .formatted(
                report.logId(),
                report.partition(),
                report.segments().size(),
                report.records(),
                report.bytes(),
                report.inUse() ? ", in use" : ""));
    report.allFindings().forEach(finding -> lines.add(finding.toString()));
    lines.add(report.isSound() ? "sound" : report.allFindings().size() + " findings");
    return lines;
  }
}
