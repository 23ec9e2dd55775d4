package io.tidemark.node.cli;

import java.util.Optional;

/// What the libraries need of the JVM, checked before anything starts: without it they fail
/// half-way and the process hangs.
final class JvmFlags {
  private static final String OPENED = "jdk.internal.misc";

  private JvmFlags() {}

  /// What is missing, in one line.
  static Optional<String> missing() {
    Module base = Object.class.getModule();
    return base.isOpen(OPENED, JvmFlags.class.getModule())
        ? Optional.empty()
        : Optional.of(
            "start the JVM with --add-opens java.base/"
                + OPENED
                + "=ALL-UNNAMED (./tidemark does)");
  }
}
