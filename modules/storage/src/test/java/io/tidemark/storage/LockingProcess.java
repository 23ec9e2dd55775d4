package io.tidemark.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A JVM of its own that tries to take the lock of a directory, says how it went, and holds it
/// until it is closed.
final class LockingProcess implements AutoCloseable {
  static final String TAKEN = "TAKEN";

  private final Process process;
  private final BufferedReader output;

  private LockingProcess(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  static LockingProcess start(Path directory) throws IOException {
    return new LockingProcess(
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LockingProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /// [#TAKEN], or the category of the refusal.
  String answer() throws IOException {
    return output.readLine();
  }

  /// Kills it as the kernel would.
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /// The other process; it ends when its input does.
  public static void main(String[] arguments) {
    try {
      Directory.Lock lock = FileSystemDirectory.at(Path.of(arguments[0])).lock();
      System.out.println(TAKEN);
      int end = System.in.read();
      while (end >= 0) {
        end = System.in.read();
      }
      lock.close();
    } catch (StorageException e) {
      System.out.println(e.category());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
