package io.tidemark.log.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What a directory holds.
///
/// @param inUse whether somebody had its lock
/// @param logId of the first sound segment, or of what is to be begun anew; 0 if there is none
/// @param floor below it segments may be missing
/// @param holders who forbids to trim what
/// @param beginningBehind the log is to be begun anew behind this LSN, and all else to go
/// @param truncatingAfter an interrupted truncation is to be finished
/// @param segments in the order of their names
/// @param findings those that are not in a segment
public record Report(
    boolean inUse,
    long logId,
    int partition,
    long floor,
    Map<String, Long> holders,
    OptionalLong beginningBehind,
    OptionalLong truncatingAfter,
    boolean rewriting,
    List<SegmentReport> segments,
    List<Finding> findings) {
  /// All findings, those in segments last.
  public List<Finding> allFindings() {
    return Stream.concat(
            findings.stream(), segments.stream().flatMap(segment -> segment.findings().stream()))
        .toList();
  }

  /// What is wrong: all findings but those of a torn write at the end.
  public List<Finding> damage() {
    return allFindings().stream().filter(Finding::isDamage).toList();
  }

  /// The write that the end of the process or of the power tore, if there was one: no loss, and
  /// opening cuts it.
  public Optional<Finding> tornTail() {
    return allFindings().stream().filter(found -> !found.isDamage()).findFirst();
  }

  /// Whether nothing is damaged.
  public boolean isSound() {
    return damage().isEmpty();
  }

  /// Records in all segments.
  public long records() {
    return segments.stream().mapToLong(SegmentReport::records).sum();
  }

  /// Length of all segments.
  public long bytes() {
    return segments.stream().mapToLong(SegmentReport::bytes).sum();
  }
}
