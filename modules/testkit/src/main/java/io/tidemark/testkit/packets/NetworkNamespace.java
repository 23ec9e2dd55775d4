package io.tidemark.testkit.packets;

import java.nio.file.Path;

/// Where sockets live that a thread opens.
public final class NetworkNamespace {
  private static final int CLONE_NEWNET = 0x40000000;

  private NetworkNamespace() {}

  /// Moves the calling thread, a platform thread that will not be used for anything else, into the
  /// namespace of that file; throws [IllegalStateException] if that cannot be.
  public static void enter(Path namespace) {
    int file = Libc.open(namespace.toString());
    int entered = file < 0 ? file : Libc.setns(file, CLONE_NEWNET);
    Libc.close(file);
    if (entered < 0) {
      throw new IllegalStateException("no way into " + namespace);
    }
  }
}
