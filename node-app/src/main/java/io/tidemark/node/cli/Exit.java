package io.tidemark.node.cli;

import io.tidemark.log.LogDamagedException;
import io.tidemark.log.LogRefusedException;
import io.tidemark.log.journal.JournalDamagedException;
import io.tidemark.node.tools.DamagedLogException;
import io.tidemark.node.tools.ToolRefusedException;
import io.tidemark.runtime.BallotDamagedException;
import io.tidemark.runtime.DataRefusedException;
import io.tidemark.runtime.NodeFileDamagedException;
import io.tidemark.runtime.RolledBackException;
import io.tidemark.storage.StorageException;

/// Exit codes, by cause.
final class Exit {
  static final int FINE = 0;
  static final int OTHER = 1;
  static final int USAGE = 2;
  static final int DAMAGED = 3;
  static final int REFUSED = 4;

  private Exit() {}

  /// The code for `failure`, by the first cause that says something.
  static int codeOf(Throwable failure) {
    return switch (failure) {
      case LogDamagedException _, BallotDamagedException _, NodeFileDamagedException _ -> DAMAGED;
      case DamagedLogException _, JournalDamagedException _, RolledBackException _ -> DAMAGED;
      case LogRefusedException _, DataRefusedException _, ToolRefusedException _ -> REFUSED;
      case StorageException e when e.category() == StorageException.Category.IN_USE -> REFUSED;
      case null -> OTHER;
      default -> failure.getCause() == null ? OTHER : codeOf(failure.getCause());
    };
  }

  /// Why, in one line, by the same cause.
  static String reason(Throwable failure) {
    Throwable cause = failure;
    while (codeOf(cause) == codeOf(failure) && cause.getCause() != null && !isNamed(cause)) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.replace('\n', ' ');
  }

  private static boolean isNamed(Throwable failure) {
    return failure.getClass().getName().startsWith("io.tidemark.")
        || failure instanceof IllegalStateException;
  }
}
