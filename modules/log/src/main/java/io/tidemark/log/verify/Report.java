package io.tidemark.log.verify;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What a directory holds.
///
/// @param inUse whether somebody had its lock
/// @param logId of the first sound segment; 0 if there is none
/// @param floor below it segments may be missing
/// @param holders who forbids to trim what
/// @param truncatingAfter an interrupted truncation is to be finished
/// @param segments in the order of their names
/// @param findings those that are not in a segment
public record Report(
    boolean inUse,
    long logId,
    int partition,
    long floor,
    Map<String, Long> holders,
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

  /// Whether nothing is wrong.
  public boolean isSound() {
    return findings.isEmpty() && segments.stream().allMatch(s -> s.findings().isEmpty());
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
