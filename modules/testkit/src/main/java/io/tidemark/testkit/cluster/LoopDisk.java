package io.tidemark.testkit.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A real ext4 of its own in a file: it can be filled, and its power can be cut. On a [BlockServer]
/// it also fails and stalls.
public final class LoopDisk implements Disk {
  private static final int MEBIBYTES = 3072;
  private static final int LEAST_BYTES = 1 << 16;

  private final Path image;
  private final Path mounted;
  private final Optional<BlockServer> server;

  private LoopDisk(Path directory, Optional<BlockServer> server, Undo undo) throws IOException {
    this.image = image(directory);
    this.server = server;
    this.mounted = Files.createDirectory(directory.resolve("mounted"));
    undo.add(this::unmount);
    String path = Undertaker.word(mounted);
    undo.afterKill("umount %s || umount -l %s", path, path);
    // What waits for a disk that is stalled would keep it mounted.
    server.ifPresent(BlockServer::killAfterKill);
    mount();
  }

  private static Path image(Path directory) {
    return directory.resolve("image");
  }

  /// A new one in `directory`.
  ///
  /// @param faulty whether it shall be able to fail and to stall
  static LoopDisk create(Path directory, boolean faulty, Undo undo) throws IOException {
    Path image = image(directory);
    Tool.must("truncate", "-s", MEBIBYTES + "M", image.toString());
    Tool.must("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=1", image.toString());
    Optional<BlockServer> server =
        faulty ? Optional.of(BlockServer.start(directory, image, undo)) : Optional.empty();
    return new LoopDisk(directory, server, undo);
  }

  private void mount() {
    String source = server.map(BlockServer::device).orElse(image.toString());
    String options = server.isPresent() ? "noatime" : "loop,noatime";
    Tool.must("mount", "-o", options, source, mounted.toString());
  }

  @Override
  public Path path() {
    return mounted;
  }

  private Path filler() {
    return mounted.resolve("filler");
  }

  /// Takes all room that is left.
  public void fill() throws IOException {
    long room = Files.getFileStore(mounted).getUsableSpace() / LEAST_BYTES * LEAST_BYTES;
    if (room > 0) {
      Tool.run("fallocate", "-l", Long.toString(room), filler().toString());
    }
    try (OutputStream rest = Files.newOutputStream(mounted.resolve("filler-rest"))) {
      while (true) {
        rest.write(new byte[LEAST_BYTES]);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /// Gives it back.
  public void drain() throws IOException {
    Files.deleteIfExists(filler());
    Files.deleteIfExists(mounted.resolve("filler-rest"));
  }

  /// Drops all that is not on the disk. Whoever writes here must have been stopped before: a sync
  /// in flight would be answered with success by what is no disk any more.
  public void cutPower() {
    Tool.must("xfs_io", "-x", "-c", "shutdown", mounted.toString());
  }

  /// Mounts it again, as after a start of the machine: nothing is remembered but what is on the
  /// disk. Nobody may have a file open.
  public void mountAgain() {
    Tool.must("umount", mounted.toString());
    mount();
  }

  /// What fails and stalls; empty if this disk cannot.
  public Optional<BlockServer> server() {
    return server;
  }

  /// What is still open in it does not keep it.
  private void unmount() {
    server.ifPresent(BlockServer::heal);
    if (!Tool.run("umount", mounted.toString()).worked()) {
      Tool.run("umount", "-l", mounted.toString());
    }
  }
}
