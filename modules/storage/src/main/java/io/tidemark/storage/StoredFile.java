package io.tidemark.storage;

import java.nio.ByteBuffer;

/// An open file.
///
/// Contract, held by every implementation:
/// - [#write] puts all bytes or throws; after it threw, the bytes in the range are unknown.
/// - What was written survives a power cut only after a [#sync] that began later returned. Until
///   then any subset of the written sectors may survive.
/// - After one failed [#sync] every later one fails as well: the kernel forgets the failed pages
///   and would answer a second attempt with success (RELIABILITY fact 1). Open the file anew
///   instead.
/// - One thread writes and syncs; any number may read at the same time.
public interface StoredFile extends AutoCloseable {
  /// For messages: which file this is.
  String describe();

  /// Length in bytes.
  long lengthBytes();

  /// Reads into `target` from `position` until it is full or the file ends; returns the bytes read.
  int read(ByteBuffer target, long position);

  /// Writes all that remains of `source` at `position`, growing the file if need be.
  void write(ByteBuffer source, long position);

  /// Returns when all that was written before is on the disk.
  void sync();

  @Override
  void close();
}
