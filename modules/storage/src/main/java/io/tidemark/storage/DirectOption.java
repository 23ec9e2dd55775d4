package io.tidemark.storage;

import java.nio.file.OpenOption;
import java.util.Optional;

/// The JDK's option to go past the page cache. It is in the module `jdk.unsupported` and not known
/// to the compiler when it compiles for a release, so it is looked up by name.
final class DirectOption {
  private static final String NAME = "com.sun.nio.file.ExtendedOpenOption";

  private static final Optional<OpenOption> FOUND = find();

  private DirectOption() {}

  /// Throws [UnsupportedOperationException] in a JDK that has none.
  static OpenOption get() {
    return FOUND.orElseThrow(() -> new UnsupportedOperationException("no " + NAME + " here"));
  }

  private static Optional<OpenOption> find() {
    try {
      for (Object option : Class.forName(NAME).getEnumConstants()) {
        if (option.toString().equals("DIRECT") && option instanceof OpenOption direct) {
          return Optional.of(direct);
        }
      }
    } catch (ClassNotFoundException e) {
      // Then there is none.
    }
    return Optional.empty();
  }
}
