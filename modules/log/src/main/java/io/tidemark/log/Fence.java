package io.tidemark.log;

import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.util.Optional;

/// After the first failure nothing more is done to a log. The writing thread's.
final class Fence {
  private Optional<RuntimeException> cause = Optional.empty();

  /// Throws [LogFencedException] if something failed before.
  void check() {
    cause.ifPresent(
        failure -> {
          throw new LogFencedException(failure);
        });
  }

  boolean isUp() {
    return cause.isPresent();
  }

  /// Runs `step`; if it fails the log is fenced.
  ///
  /// Crash story: no descriptors were left, a class of the error handling could not be loaded, and
  /// the log took the next batch behind a write that had failed. So an [Error] fences, too.
  void guard(Runnable step) {
    check();
    try {
      step.run();
    } catch (RuntimeException e) {
      throw raise(e);
    } catch (Error e) {
      raise(new IllegalStateException(e.toString(), e));
      throw e;
    }
  }

  /// Runs a change of names that fails with `FULL` only while nothing of it holds: then what it
  /// left behind is removed, and the log stays usable. Any other failure fences.
  void guardNames(Directory directory, Runnable change) {
    check();
    try {
      change.run();
    } catch (StorageException e) {
      if (e.category() != Category.FULL) {
        throw raise(e);
      }
      guard(() -> DurableNames.deleteUnfinished(directory));
      throw e;
    } catch (RuntimeException e) {
      throw raise(e);
    } catch (Error e) {
      raise(new IllegalStateException(e.toString(), e));
      throw e;
    }
  }

  private LogFencedException raise(RuntimeException failure) {
    if (cause.isEmpty()) {
      cause = Optional.of(failure);
    }
    return new LogFencedException(cause.get());
  }
}
