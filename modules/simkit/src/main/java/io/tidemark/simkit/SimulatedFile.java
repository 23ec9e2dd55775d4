package io.tidemark.simkit;

import io.tidemark.foundation.Check;
import io.tidemark.storage.Access;
import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A file as one incarnation of a program has it open.
final class SimulatedFile implements StoredFile {
  private final SimulatedDisk disk;
  private final long incarnation;
  private final FileNode node;
  private final Access access;
  private boolean closed;
  private boolean syncFailed;

  SimulatedFile(SimulatedDisk disk, long incarnation, FileNode node, Access access) {
    this.disk = disk;
    this.incarnation = incarnation;
    this.node = node;
    this.access = access;
    disk.opened();
  }

  @Override
  public String describe() {
    return "simulated:/" + node.path();
  }

  @Override
  public long lengthBytes() {
    checkOpen();
    return node.lengthBytes();
  }

  @Override
  public int read(ByteBuffer target, long position) {
    checkOpen();
    checkPosition(position);
    disk.beginOrFail(incarnation, DiskOperation.READ, node.path());
    checkReadable(position, target.remaining());
    return node.read(target, position);
  }

  @Override
  public int blockBytes() {
    return access == Access.DIRECT ? SimulatedDisk.SECTOR_BYTES : 1;
  }

  @Override
  public Optional<MappedFile> map(long lengthBytes) {
    checkOpen();
    disk.beginOrFail(incarnation, DiskOperation.READ, node.path());
    checkReadable(0, (int) lengthBytes);
    return access == Access.DIRECT ? Optional.empty() : Optional.of(mapping(lengthBytes));
  }

  private void checkReadable(long position, int count) {
    if (!node.flaws().isReadable(position, count)) {
      throw SimulatedDisk.failure(DiskOperation.READ, node.path());
    }
  }

  private MappedFile mapping(long lengthBytes) {
    ByteBuffer bytes = node.map(lengthBytes);
    disk.opened();
    return new MappedFile() {
      private boolean unmapped;

      @Override
      public ByteBuffer bytes() {
        if (unmapped) {
          throw new IllegalStateException("unmapped: " + node.path());
        }
        return bytes.duplicate();
      }

      @Override
      public void close() {
        if (!unmapped) {
          disk.closed(incarnation);
        }
        unmapped = true;
      }
    };
  }

  @Override
  public void write(ByteBuffer source, long position) {
    checkOpen();
    checkPosition(position);
    Check.argument(
        position % blockBytes() == 0 && source.remaining() % blockBytes() == 0,
        "%d bytes at %d are not whole blocks",
        source.remaining(),
        position);
    int wanted = source.remaining();
    if (disk.begin(incarnation, DiskOperation.WRITE, node.path())) {
      node.write(source, wanted / 2, position, false);
      throw SimulatedDisk.failure(DiskOperation.WRITE, node.path());
    }
    int fitting = fitting(wanted, position);
    node.write(source, fitting, position, goesNowhere(source, fitting));
    if (fitting < wanted) {
      throw new StorageException(Category.FULL, "no room left: write " + node.path());
    }
  }

  private boolean goesNowhere(ByteBuffer source, int count) {
    if (!disk.lies().isToCome()) {
      return false;
    }
    byte[] bytes = new byte[count];
    source.get(source.position(), bytes);
    return disk.lies().liesAtWrite(node.path(), bytes);
  }

  private int fitting(int wanted, long position) {
    long growth = position + wanted - node.lengthBytes();
    long missing = growth - disk.freeBytes();
    return growth <= 0 || missing <= 0 ? wanted : Math.clamp(wanted - missing, 0, wanted);
  }

  @Override
  public void sync() {
    checkOpen();
    boolean strikes = disk.begin(incarnation, DiskOperation.SYNC, node.path());
    if (strikes) {
      node.failSync();
    }
    syncFailed |= strikes;
    if (syncFailed) {
      throw SimulatedDisk.failure(DiskOperation.SYNC, node.path());
    }
    node.sync(disk.lies().liesAtSync(node.path()));
  }

  // Never throws, so that try-with-resources shows the crash and not the close.
  @Override
  public void close() {
    if (!closed) {
      disk.closed(incarnation);
    }
    closed = true;
  }

  private void checkOpen() {
    disk.checkAlive(incarnation, node.path());
    if (closed) {
      throw new StorageException(Category.REFUSED, "closed: " + node.path());
    }
  }

  private static void checkPosition(long position) {
    Check.argument(position >= 0, "negative position: %d", position);
  }
}
