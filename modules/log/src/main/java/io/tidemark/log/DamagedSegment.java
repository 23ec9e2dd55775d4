package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.storage.Directory;
import java.util.List;
import java.util.Optional;

/// A segment of an open log in which a reader found damage, and that is to be made anew while the
/// log goes on. The log's writing thread's.
///
/// An open log has in memory how each segment begins and ends: the checksum of the batch before it,
/// and that of its last. So what belongs in between can always be recognised, unlike in a log that
/// is closed. The segment that is written to is sealed first: then its end is as fixed as that of
/// the others, and nothing is written to the file while it is replaced.
public final class DamagedSegment {
  private final Log log;
  private final Segment segment;
  private final SegmentHeader next;
  private final long changes;

  private DamagedSegment(Log log, Segment segment, SegmentHeader next) {
    this.log = log;
    this.segment = segment;
    this.next = next;
    this.changes = log.extent().changes();
  }

  /// The segment that `damage` is about; none if that is not in `log` any more. Fails as
  /// [Log#roll].
  public static Optional<DamagedSegment> of(Log log, LogDamagedException damage) {
    Optional<Segment> named = named(log, damage.file());
    if (named.filter(one -> one == log.extent().active()).isPresent()) {
      log.roll();
    }
    return named.flatMap(one -> follower(log, one).map(next -> new DamagedSegment(log, one, next)));
  }

  private static Optional<Segment> named(Log log, String file) {
    return log.extent().segments().stream()
        .filter(one -> one.header().fileName().equals(file))
        .findFirst();
  }

  /// None behind a segment without batches, of which nobody can have read any.
  private static Optional<SegmentHeader> follower(Log log, Segment segment) {
    return log.extent().segments().stream()
        .map(Segment::header)
        .filter(one -> one.previousBaseLsn() == segment.header().baseLsn())
        .findFirst();
  }

  /// Whether it is still there as it was found: nothing was truncated, trimmed or begun anew since.
  public boolean isThere() {
    return log.extent().changes() == changes;
  }

  public Directory directory() {
    return log.directory();
  }

  public LogConfig config() {
    return log.config();
  }

  /// What is left of it, read afresh; all of it where the damage was none, or is mended already.
  public LogRemains remains() {
    return LogRemains.of(
        SegmentRemains.sealed(directory(), config(), segment.header(), next.previous()),
        SegmentRemains.following(next));
  }

  /// Readers see the file from now on that has its name now.
  public void replaced() {
    Segment made = Segment.reopened(directory(), config(), segment.header().fileName());
    long baseLsn = made.header().baseLsn();
    boolean fits =
        isThere()
            && made.header().previous().equals(segment.header().previous())
            && made.header().previousBaseLsn() == segment.header().previousBaseLsn()
            && made.content().tail().equals(next.previous());
    Check.that(fits, "the segment from LSN %d was made anew, and is not what it was", baseLsn, 0);
    List<Segment> all = log.extent().segments();
    log.publish(
        all.stream().map(one -> one == segment ? made : one).toList(), log.extent().tail(), 1);
    log.damage().replaced(segment);
  }
}
