package io.tidemark.storage;

import java.util.List;

/// One directory and the files in it, by simple name.
///
/// Contract, held by every implementation:
/// - A name made, changed or removed by [#create], [#rename], [#delete] or [#child] survives a
///   power cut only after [#sync] of this directory returned.
/// - Nothing here retries. An error is a [StorageException]; after an error of [#sync] nobody knows
///   which names are durable, and the owner must stop using the directory.
/// - Methods may be called by one thread at a time; the files may be used by others meanwhile.
public interface Directory {
  /// Where this is, for messages only.
  String describe();

  /// The names of the files in this directory (not of its children), sorted.
  List<String> list();

  /// The names of the directories in this directory, sorted.
  List<String> children();

  /// A new empty file; [StorageException.Category#EXISTS] if the name is taken.
  StoredFile create(String name);

  /// An existing file; [StorageException.Category#MISSING] if there is none.
  StoredFile open(String name);

  /// Gives `from` the name `to`, replacing atomically what had it.
  void rename(String from, String to);

  /// Removes the file; [StorageException.Category#MISSING] if there is none.
  void delete(String name);

  /// Makes every earlier change of names in this directory durable.
  void sync();

  /// The directory called `name` in this one, made if it is not there.
  Directory child(String name);

  /// Takes the directory for this process until the lock is closed;
  /// [StorageException.Category#IN_USE] if another process, or this one, has it.
  Lock lock();

  /// A taken directory.
  interface Lock extends AutoCloseable {
    @Override
    void close();
  }
}
