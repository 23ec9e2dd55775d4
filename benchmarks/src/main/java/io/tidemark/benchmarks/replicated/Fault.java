package io.tidemark.benchmarks.replicated;

import java.io.IOException;
import java.time.Duration;

/// What is done to a server, and undone.
enum Fault {
  /// SIGKILL, and a new start.
  DEAD {
    @Override
    void begin(Child server) {
      server.kill();
    }

    @Override
    void end(Child server) throws IOException {
      server.close();
      server.start();
    }
  },

  /// SIGSTOP, and SIGCONT.
  PAUSED {
    @Override
    void begin(Child server) throws IOException, InterruptedException {
      server.pause();
    }

    @Override
    void end(Child server) throws IOException, InterruptedException {
      server.resume();
    }
  },

  /// Its disk takes [#SYNC_DELAY] more for each sync.
  SLOW_DISK {
    @Override
    void begin(Child server) throws InterruptedException {
      server.slow(SYNC_DELAY);
    }

    @Override
    void end(Child server) throws InterruptedException {
      server.slow(Duration.ZERO);
    }
  };

  private static final Duration SYNC_DELAY = Duration.ofMillis(200);

  abstract void begin(Child server) throws IOException, InterruptedException;

  /// Returns before it has caught up.
  abstract void end(Child server) throws IOException, InterruptedException;
}
