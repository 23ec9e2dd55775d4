package io.tidemark.log;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A real ext4 on a block device that fails, stalls or crawls as it is told: a program serves the
/// blocks of a file, and a loop device makes a disk of that (RELIABILITY 3.5).
final class FaultyDisk implements AutoCloseable {
  private static final int MEBIBYTES = 64;
  private static final Duration MOST = Duration.ofSeconds(30);

  private final Path directory;
  private final Path served;
  private final List<Process> servers = new ArrayList<>();
  private final Thread atTheEnd = new Thread(this::end);
  private String device = "";
  private LoopDisk disk;
  private boolean stalled;

  /// One in `directory` whose every write takes `writeMillis` longer.
  FaultyDisk(Path directory, int writeMillis) throws IOException {
    LoopDisk.needs("nbdfuse", "--version");
    LoopDisk.needs("nbdkit", "--filter=pause", "--filter=error", "null", "--version");
    Path image = LoopDisk.made(directory, "ext4", MEBIBYTES, "-F");
    this.served = Files.createDirectory(directory.resolve("served"));
    this.directory = directory;
    Runtime.getRuntime().addShutdownHook(atTheEnd);
    try {
      serve(image, writeMillis);
      Path file = served.resolve("disk");
      started("nbdfuse", file.toString(), "--unix", directory.resolve("blocks").toString());
      await().atMost(MOST).until(() -> Files.exists(file));
      this.device = Tool.must("losetup", "-f", "--show", file.toString());
      this.disk = LoopDisk.on(device, directory);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void serve(Path image, int writeMillis) throws IOException {
    Path socket = directory.resolve("blocks");
    started(
        "nbdkit",
        "--foreground",
        "--unix=" + socket,
        "--filter=pause",
        "--filter=error",
        "--filter=delay",
        "file",
        image.toString(),
        "pause-control=" + directory.resolve("pause"),
        "error-pwrite=EIO",
        "error-pwrite-rate=100%",
        "error-pwrite-file=" + directory.resolve("fail"),
        "wdelay=" + writeMillis + "ms");
    await().atMost(MOST).until(() -> Files.exists(socket));
  }

  private void started(String... command) throws IOException {
    servers.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  Path path() {
    return disk.path();
  }

  void failWrites() throws IOException {
    Files.createFile(directory.resolve("fail"));
  }

  void heal() throws IOException {
    Files.delete(directory.resolve("fail"));
  }

  /// From now on no request is answered.
  void stall() throws IOException {
    control('p');
    stalled = true;
  }

  /// All that waited are answered.
  void goOn() throws IOException {
    control('r');
    stalled = false;
  }

  private void control(char what) throws IOException {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("pause")))) {
      channel.write(ByteBuffer.wrap(new byte[] {(byte) what}));
      channel.read(ByteBuffer.allocate(1));
    }
  }

  /// Forgets what is only in the page cache.
  void mountAgain() {
    disk.mountAgain();
  }

  private synchronized void end() {
    try {
      Files.deleteIfExists(directory.resolve("fail"));
      if (stalled) {
        goOn();
      }
    } catch (IOException e) {
      System.out.println("the faulty disk is not asked any more: " + e);
    }
    if (disk != null) {
      disk.unmount();
    }
    if (!device.isEmpty()) {
      Tool.run("losetup", "-d", device);
      device = "";
    }
    Tool.run("fusermount3", "-u", served.toString());
    for (Process server : servers) {
      server.destroy();
      server.onExit().join();
    }
  }

  @Override
  public void close() {
    end();
    if (disk != null) {
      disk.close();
    }
    Runtime.getRuntime().removeShutdownHook(atTheEnd);
  }
}
