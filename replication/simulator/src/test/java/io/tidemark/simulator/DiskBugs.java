package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.simkit.ForwardingDirectory;
import io.tidemark.simkit.ForwardingFile;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;

/// Those of the [Bugs] that are about the disk: what stands between a node and its own leaves
/// something out.
final class DiskBugs {
  private static final int SELDOM = 40;

  private DiskBugs() {}

  /// What may be left out; each does the whole by default.
  interface Lapse {
    default boolean syncs(String file) {
      return true;
    }

    default boolean syncsNames(String directory) {
      return true;
    }

    default boolean closes() {
      return true;
    }

    default boolean writes(String file) {
      return true;
    }

    default boolean hears(StorageException failure) {
      return true;
    }
  }

  private record Lapsing(Lapse lapse) implements Meddler {
    @Override
    public Directory disk(ReplicaId node, Directory disk) {
      return new Between("", disk, lapse);
    }
  }

  static Meddler syncNothing() {
    return new Lapsing(
        new Lapse() {
          @Override
          public boolean syncs(String file) {
            return !file.endsWith(".segment");
          }
        });
  }

  static Meddler syncNoNames() {
    return new Lapsing(
        new Lapse() {
          @Override
          public boolean syncsNames(String directory) {
            return !directory.equals("log");
          }
        });
  }

  static Meddler syncNoBallot() {
    return new Lapsing(
        new Lapse() {
          @Override
          public boolean syncs(String file) {
            return !file.startsWith("ballot");
          }
        });
  }

  static Meddler syncNoState() {
    return new Lapsing(
        new Lapse() {
          @Override
          public boolean syncs(String file) {
            return !file.startsWith("state");
          }
        });
  }

  static Meddler syncNoNameOfBallot() {
    return new Lapsing(
        new Lapse() {
          @Override
          public boolean syncsNames(String directory) {
            return !directory.isEmpty();
          }
        });
  }

  static Meddler syncNoMendedSegment() {
    return new Lapsing(
        new Lapse() {
          @Override
          public boolean syncs(String file) {
            return !file.endsWith(".segment.new");
          }
        });
  }

  static Meddler syncNowAndThen() {
    return new Lapsing(
        new Lapse() {
          private int asked;

          @Override
          public boolean syncs(String file) {
            return !file.endsWith(".segment") || ++asked % SELDOM != 0;
          }
        });
  }

  static Meddler swallowFailures() {
    return new Lapsing(
        new Lapse() {
          @Override
          public boolean hears(StorageException failure) {
            return failure.category() != StorageException.Category.SYNC_FAILED;
          }
        });
  }

  static Meddler swallowFailedWrites() {
    return new Lapsing(
        new Lapse() {
          @Override
          public boolean hears(StorageException failure) {
            return failure.category() != StorageException.Category.WRITE_FAILED;
          }
        });
  }

  static Meddler swallowFull() {
    return new Lapsing(
        new Lapse() {
          @Override
          public boolean hears(StorageException failure) {
            return failure.category() != StorageException.Category.FULL;
          }
        });
  }

  static Meddler loseWrites() {
    return new Lapsing(
        new Lapse() {
          private int asked;

          @Override
          public boolean writes(String file) {
            return !file.endsWith(".segment") || ++asked % SELDOM != 0;
          }
        });
  }

  static Meddler closeNothing() {
    return new Lapsing(
        new Lapse() {
          @Override
          public boolean closes() {
            return false;
          }
        });
  }

  private static final class Between extends ForwardingDirectory {
    private final String name;
    private final Lapse lapse;

    Between(String name, Directory directory, Lapse lapse) {
      super(directory);
      this.name = name;
      this.lapse = lapse;
    }

    @Override
    protected StoredFile handOut(String file, StoredFile real) {
      return new BetweenFile(file, real, lapse);
    }

    @Override
    public Directory child(String child) {
      return new Between(child, super.child(child), lapse);
    }

    @Override
    public void sync() {
      if (lapse.syncsNames(name)) {
        super.sync();
      }
    }
  }

  private static final class BetweenFile extends ForwardingFile {
    private final String name;
    private final Lapse lapse;

    BetweenFile(String name, StoredFile real, Lapse lapse) {
      super(real);
      this.name = name;
      this.lapse = lapse;
    }

    @Override
    public void sync() {
      if (lapse.syncs(name)) {
        attempt(super::sync);
      }
    }

    @Override
    public void write(ByteBuffer source, long position) {
      if (lapse.writes(name)) {
        attempt(() -> super.write(source, position));
      } else {
        source.position(source.limit());
      }
    }

    private void attempt(Runnable step) {
      try {
        step.run();
      } catch (StorageException e) {
        if (lapse.hears(e)) {
          throw e;
        }
      }
    }

    @Override
    public void close() {
      if (lapse.closes()) {
        super.close();
      }
    }
  }
}
