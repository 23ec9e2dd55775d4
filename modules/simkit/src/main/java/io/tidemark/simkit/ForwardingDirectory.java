package io.tidemark.simkit;

import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.util.List;

/// A directory between a program and `directory`, which does all it is asked for. Whoever extends
/// it overrides what shall go otherwise, [#handOut] for what is done to files.
///
/// Children are those of `directory`, with nothing between.
public abstract class ForwardingDirectory extends Forwarding implements Directory {
  private final Directory directory;

  protected ForwardingDirectory(Directory directory) {
    this.directory = directory;
  }

  /// What the program gets for `file`, just made or opened by the name `name`.
  protected StoredFile handOut(String name, StoredFile file) {
    return file;
  }

  @Override
  public String describe() {
    return directory.describe();
  }

  @Override
  public List<String> list() {
    return ask(directory::list);
  }

  @Override
  public List<String> children() {
    return ask(directory::children);
  }

  @Override
  public StoredFile create(String name, Access access) {
    return handOut(name, ask(() -> directory.create(name, access)));
  }

  @Override
  public StoredFile open(String name, Access access) {
    return handOut(name, ask(() -> directory.open(name, access)));
  }

  @Override
  public void rename(String from, String to) {
    order(() -> directory.rename(from, to));
  }

  @Override
  public void delete(String name) {
    order(() -> directory.delete(name));
  }

  @Override
  public void sync() {
    order(directory::sync);
  }

  @Override
  public Directory child(String name) {
    return ask(() -> directory.child(name));
  }

  @Override
  public void renameChild(String from, String to) {
    order(() -> directory.renameChild(from, to));
  }

  @Override
  public Lock lock() {
    return ask(directory::lock);
  }
}
