package io.tidemark.node.kv;

/// A snapshot that is damaged, of something else, or of a later release. Another one is needed.
public final class SnapshotRefusedException extends RuntimeException {
  SnapshotRefusedException(String file, long position, Object expected, Object found) {
    super("%s at position %d: expected %s, found %s".formatted(file, position, expected, found));
  }
}
