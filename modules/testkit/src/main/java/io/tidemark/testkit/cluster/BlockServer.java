package io.tidemark.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Serves the blocks of a file as a block device that fails or stalls as it is told: nbdkit serves
/// them, nbdfuse makes a file of that, and a loop device a disk of the file.
public final class BlockServer {
  private static final Duration START = Duration.ofSeconds(30);

  private final Path directory;
  private final Path served;
  private final Undo undo;
  private final List<Process> servers = new ArrayList<>();
  private String device = "";
  private boolean stalled;

  private BlockServer(Path directory, Undo undo) throws IOException {
    this.directory = directory;
    this.undo = undo;
    this.served = Files.createDirectory(directory.resolve("served"));
  }

  static BlockServer start(Path directory, Path image, Undo undo) throws IOException {
    BlockServer server = new BlockServer(directory, undo);
    undo.add(server::end);
    String path = Undertaker.word(server.served);
    undo.afterKill("fusermount3 -u %s || fusermount3 -u -z %s", path, path);
    server.serve(image);
    undo.afterKill("losetup -d %s", server.device);
    return server;
  }

  private void serve(Path image) throws IOException {
    Path socket = directory.resolve("blocks");
    serveUntilThere(
        socket,
        "nbdkit",
        "--foreground",
        "--unix=" + socket,
        "--filter=pause",
        "--filter=error",
        "file",
        image.toString(),
        "pause-control=" + directory.resolve("pause"),
        "error-pwrite=EIO",
        "error-pwrite-rate=100%",
        "error-pwrite-file=" + failing());
    Path file = served.resolve("disk");
    serveUntilThere(file, "nbdfuse", file.toString(), "--unix", socket.toString());
    device = Tool.must("losetup", "-f", "--show", file.toString());
  }

  /// In a session of its own: an interrupt from the keyboard is not for them, they are needed until
  /// the file system is unmounted.
  private void serveUntilThere(Path file, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of("setsid"));
    all.addAll(List.of(command));
    Process server =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    servers.add(server);
    undo.afterKill("kill -KILL %d", server.pid());
    Await.until(
        file + " of " + command[0],
        START,
        () -> {
          if (!server.isAlive()) {
            throw new IllegalStateException(command[0] + " does not work here");
          }
          return Files.exists(file);
        });
  }

  /// Before what is there already for that case.
  void killAfterKill() {
    for (Process server : servers) {
      undo.afterKill("kill -KILL %d", server.pid());
    }
  }

  private Path failing() {
    return directory.resolve("fail");
  }

  String device() {
    return device;
  }

  /// From now on every write fails.
  public void failWrites() throws IOException {
    Files.createFile(failing());
  }

  /// From now on no request is answered.
  public void stall() throws IOException {
    control('p');
    stalled = true;
  }

  /// What waited is answered, and nothing fails any more.
  public void heal() {
    try {
      Files.deleteIfExists(failing());
      if (stalled) {
        control('r');
        stalled = false;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void control(char what) throws IOException {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("pause")))) {
      channel.write(ByteBuffer.wrap(new byte[] {(byte) what}));
      channel.read(ByteBuffer.allocate(1));
    }
  }

  /// After the file system was unmounted.
  private void end() {
    if (!device.isEmpty()) {
      Tool.run("losetup", "-d", device);
    }
    if (!Tool.run("fusermount3", "-u", served.toString()).worked()) {
      Tool.run("fusermount3", "-u", "-z", served.toString());
    }
    for (Process server : servers) {
      server.destroy();
      Await.holds(START, () -> !server.isAlive());
      server.destroyForcibly();
    }
  }
}
