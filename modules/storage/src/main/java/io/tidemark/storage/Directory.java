package io.tidemark.storage;

import io.tidemark.foundation.Check;
import java.util.List;

/// One directory and the files in it, by simple name.
///
/// Contract, held by every implementation:
/// - A name made, changed or removed by [#create], [#rename], [#delete], [#child] or [#renameChild]
///   survives a power cut only after [#sync] of this directory returned.
/// - Nothing here retries. An error is a [StorageException]; after an error of [#sync] nobody knows
///   which names are durable, and the owner must stop using the directory.
/// - A name is one step of a path, not empty, `.` or `..`, and not [#LOCK_NAME]; any other is an
///   [IllegalArgumentException].
/// - Methods may be called by several threads as long as each works on names of its own; [#list]
///   may or may not show what others do meanwhile.
public interface Directory {
  /// The name that [#lock] keeps for itself; never listed.
  String LOCK_NAME = "lock";

  /// Throws unless `name` can be the name of a file or child.
  static void checkName(String name) {
    Check.argument(
        !name.isEmpty() && name.indexOf('/') < 0 && !name.equals(".") && !name.equals(".."),
        "not a simple name: '%s'",
        name);
    Check.argument(!name.equals(LOCK_NAME), "the name of the lock is taken: '%s'", name);
  }

  /// Where this is, for messages only.
  String describe();

  /// The names of the files in this directory (not of its children), sorted.
  List<String> list();

  /// The names of the directories in this directory, sorted.
  List<String> children();

  /// A new empty file; [StorageException.Category#EXISTS] if the name is taken,
  /// [StorageException.Category#REFUSED] if it cannot be accessed so.
  StoredFile create(String name, Access access);

  /// A new empty file, [Access#BUFFERED].
  default StoredFile create(String name) {
    return create(name, Access.BUFFERED);
  }

  /// An existing file; [StorageException.Category#MISSING] if there is none,
  /// [StorageException.Category#REFUSED] if it cannot be accessed so.
  StoredFile open(String name, Access access);

  /// An existing file, [Access#BUFFERED].
  default StoredFile open(String name) {
    return open(name, Access.BUFFERED);
  }

  /// Gives the file `from` the name `to`, replacing atomically the file that had it;
  /// [StorageException.Category#MISSING] if there is no `from`.
  void rename(String from, String to);

  /// Removes the file; [StorageException.Category#MISSING] if there is none.
  void delete(String name);

  /// Makes every earlier change of names in this directory durable.
  void sync();

  /// The directory called `name` in this one, made if it is not there.
  Directory child(String name);

  /// Gives the directory `from` in this one the name `to`: [StorageException.Category#MISSING] if
  /// there is no `from`, [StorageException.Category#EXISTS] if `to` is taken. Nobody uses it
  /// meanwhile, and what was had of it before is not used any more.
  void renameChild(String from, String to);

  /// Takes the directory for this process until the lock is closed;
  /// [StorageException.Category#IN_USE] if another process, or this one, has it.
  Lock lock();

  /// A taken directory; closing it twice is harmless.
  interface Lock extends AutoCloseable {
    @Override
    void close();
  }
}
