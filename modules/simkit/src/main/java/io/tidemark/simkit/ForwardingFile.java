package io.tidemark.simkit;

import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A file between a program and `file`, which does all it is asked for: what a
/// [ForwardingDirectory] hands out. Whoever extends it overrides what shall go otherwise.
public abstract class ForwardingFile extends Forwarding implements StoredFile {
  private final StoredFile file;

  protected ForwardingFile(StoredFile file) {
    this.file = file;
  }

  @Override
  public String describe() {
    return file.describe();
  }

  @Override
  public long lengthBytes() {
    return ask(file::lengthBytes);
  }

  @Override
  public int read(ByteBuffer target, long position) {
    return ask(() -> file.read(target, position));
  }

  @Override
  public int blockBytes() {
    return file.blockBytes();
  }

  @Override
  public Optional<MappedFile> map(long lengthBytes) {
    return ask(() -> file.map(lengthBytes));
  }

  @Override
  public void write(ByteBuffer source, long position) {
    order(() -> file.write(source, position));
  }

  @Override
  public void sync() {
    order(file::sync);
  }

  @Override
  public void close() {
    order(file::close);
  }
}
