package io.tidemark.log.journal;

import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.util.List;

/// A directory whose files are synced through a journal. Names are changed as ever; before one is,
/// the journal forgets it.
final class JournaledDirectory implements Directory {
  private final Journal journal;
  private final String path;
  private final Directory base;

  JournaledDirectory(Journal journal, String path, Directory base) {
    this.journal = journal;
    this.path = path;
    this.base = base;
  }

  private JournaledFile.Path path(String name) {
    return JournaledFile.Path.of(path + "/" + name);
  }

  @Override
  public String describe() {
    return base.describe();
  }

  @Override
  public List<String> list() {
    return base.list();
  }

  @Override
  public List<String> children() {
    return base.children();
  }

  /// Not through the journal: a new file is filled first, and has then another name, or is gone.
  @Override
  public StoredFile create(String name, Access access) {
    return base.create(name, access);
  }

  @Override
  public StoredFile open(String name, Access access) {
    if (access == Access.BUFFERED) {
      return journal.opened(new JournaledFile(journal, path(name), base.open(name, access)));
    }
    journal.forget(path(name));
    return base.open(name, access);
  }

  @Override
  public void rename(String from, String to) {
    journal.forget(path(from));
    journal.forget(path(to));
    base.rename(from, to);
  }

  @Override
  public void delete(String name) {
    journal.forget(path(name));
    base.delete(name);
  }

  @Override
  public void sync() {
    base.sync();
  }

  @Override
  public Directory child(String name) {
    return new JournaledDirectory(journal, path + "/" + name, base.child(name));
  }

  /// Never: what the journal holds of the files in there would be written to others.
  @Override
  public void renameChild(String from, String to) {
    throw new StorageException(
        Category.REFUSED, "rename failed: in a journal: " + describe() + "/" + from);
  }

  @Override
  public Lock lock() {
    return base.lock();
  }
}
