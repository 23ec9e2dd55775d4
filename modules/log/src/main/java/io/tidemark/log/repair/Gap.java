package io.tidemark.log.repair;

/// Records that a damaged log does not have any more.
///
/// @param file where they were, or which file shows that they are gone
/// @param position behind the last byte in front of them that is trusted
/// @param fromLsn the first of them
/// @param uptoLsn the last of them, as far as the log itself can tell; 0 if it cannot
/// @param afterChecksum of the batch before them, which the first one's batch repeats
public record Gap(String file, long position, long fromLsn, long uptoLsn, int afterChecksum) {
  /// Whether the log can tell where it ends.
  boolean hasEnd() {
    return uptoLsn >= fromLsn;
  }

  @Override
  public String toString() {
    return "LSN %d..%d, at %d of %s".formatted(fromLsn, uptoLsn, position, file);
  }
}
