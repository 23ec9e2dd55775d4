package io.tidemark.storage;

import java.nio.ByteBuffer;
import java.util.Optional;

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
/// - An interrupt of a thread that reads or writes spoils nothing for the others.
public interface StoredFile extends AutoCloseable {
  /// For messages: which file this is.
  String describe();

  /// Length in bytes.
  long lengthBytes();

  /// Reads into `target` from `position` until it is full or the file ends; returns the bytes read.
  int read(ByteBuffer target, long position);

  /// What positions, lengths and addresses of writes are multiples of; 1 if nothing is asked.
  int blockBytes();

  /// The first `lengthBytes` as memory, which stays valid when this file is closed; none where it
  /// is not accessed through the page cache.
  Optional<MappedFile> map(long lengthBytes);

  /// Writes all that remains of `source` at `position`, growing the file if need be.
  void write(ByteBuffer source, long position);

  /// Returns when all that was written before is on the disk.
  void sync();

  @Override
  void close();
}
