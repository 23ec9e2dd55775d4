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

  /// Throws [DamagedLogException] if something is damaged, [ToolRefusedException] if all that is
  /// wrong is that files are of another log or a later release.
  public static void judge(Report report) {
    for (Finding found : report.damage()) {
      if (!found.isRefusal()) {
        throw new DamagedLogException(found.toString());
      }
    }
    for (Finding found : report.damage()) {
      throw new ToolRefusedException(found.toString());
    }
  }

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
      fields.put("findings", all(segment.findings()));
      lines.add(json(fields));
    }
    Map<String, Object> all = identity(report);
    all.put("inUse", report.inUse());
    all.put("floor", report.floor());
    all.put("holders", report.holders());
    report.beginningBehind().ifPresent(lsn -> all.put("beginningBehind", lsn));
    report.truncatingAfter().ifPresent(lsn -> all.put("truncatingAfter", lsn));
    all.put("rewriting", report.rewriting());
    all.put("segments", report.segments().size());
    all.put("records", report.records());
    all.put("bytes", report.bytes());
    all.put("sound", report.isSound());
    all.put("torn", report.tornTail().isPresent());
    all.put("findings", all(report.findings()));
    lines.add(json(all));
    return lines;
  }

  /// JSON, one object a line: one for each log that was made, then one for the repair.
  public static List<String> jsonLines(Repair.Result result) {
    List<String> lines = new ArrayList<>();
    for (Repair.Piece piece : result.pieces()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("directory", piece.directory());
      fields.put("firstLsn", piece.firstLsn());
      fields.put("lastLsn", piece.lastLsn());
      fields.put("appendable", piece.appendable());
      fields.put("epochBeforeKnown", piece.epochBeforeKnown());
      lines.add(json(fields));
    }
    Map<String, Object> all = identity(result.report());
    all.put("policy", lowerCase(result.policy()));
    all.put("pieces", result.pieces().size());
    all.put(
        "givenUp",
        result.givenUp().stream()
            .map(lost -> Map.of("from", lost.from(), "upto", lost.upto()))
            .toList());
    all.put("sound", result.report().isSound());
    all.put("findings", all(result.report().allFindings()));
    lines.add(json(all));
    return lines;
  }

  /// The same for a person.
  public static List<String> text(Repair.Result result) {
    List<String> lines = new ArrayList<>();
    result.report().allFindings().forEach(found -> lines.add(found.toString()));
    for (Repair.Piece piece : result.pieces()) {
      lines.add(
          "%s: LSN %d to %d, %s%s"
              .formatted(
                  piece.directory(),
                  piece.firstLsn(),
                  piece.lastLsn(),
                  piece.appendable()
                      ? "may be appended to"
                      : "must not be appended to: the LSNs behind it are taken",
                  piece.epochBeforeKnown() ? "" : "; the epoch before it is a lower bound"));
    }
    result
        .givenUp()
        .forEach(lost -> lines.add("given up: LSN %d to %d".formatted(lost.from(), lost.upto())));
    if (result.pieces().isEmpty()) {
      lines.add("nothing is damaged, nothing was done");
    }
    return lines;
  }

  private static Map<String, Object> identity(Report report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("log", "%016x".formatted(report.logId()));
    fields.put("partition", report.partition());
    return fields;
  }

  private static List<Map<String, Object>> all(List<Finding> findings) {
    return findings.stream().map(Verdict::fields).toList();
  }

  private static Map<String, Object> fields(Finding finding) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("file", finding.file());
    fields.put("position", finding.position());
    fields.put("kind", lowerCase(finding.kind()));
    fields.put("damage", finding.isDamage());
    fields.put("expected", finding.expected());
    fields.put("found", finding.found());
    return fields;
  }

  private static String lowerCase(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String json(Object tree) {
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
    report
        .allFindings()
        .forEach(finding -> lines.add((finding.isDamage() ? "" : "no damage: ") + finding));
    report
        .beginningBehind()
        .ifPresent(lsn -> lines.add("opening drops all and begins anew behind LSN " + lsn));
    report
        .truncatingAfter()
        .ifPresent(lsn -> lines.add("opening finishes a truncation after LSN " + lsn));
    if (report.rewriting()) {
      lines.add("opening writes the last write once more, from its copy");
    }
    lines.add(report.isSound() ? "sound" : "damaged: " + report.damage().size() + " findings");
    return lines;
  }
}
