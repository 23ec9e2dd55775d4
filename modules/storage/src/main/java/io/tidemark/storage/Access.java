package io.tidemark.storage;

/// How the bytes of a file go between the program and the disk.
public enum Access {
  /// Through the page cache: any position and length, fast to read again.
  BUFFERED,
  /// Past the page cache: it does not grow. Writes begin and end on a multiple of
  /// [StoredFile#blockBytes], from memory aligned alike; a directory that cannot do that says so
  /// when the file is opened, and never falls back to [#BUFFERED].
  DIRECT
}
