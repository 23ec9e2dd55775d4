package io.tidemark.log.journal;

import io.tidemark.foundation.Check;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.Log;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// One sync for many files: what is written to the files of its directories is copied to one log,
/// and that is synced.
///
/// It is opened before anything else in its directory, closed after everything else. All methods
/// may be called by several threads.
public final class Journal implements AutoCloseable {
  static final long LOG_ID = 0x004C414E52554F4AL;

  /// The directory that it lies in.
  public static final String NAME = "journal";

  /// There while its files may lack what it holds.
  private static final String UNSETTLED = "unsettled";

  private static final long EPOCH = 1;
  private static final int SYNCS_BEFORE_RETRY = 256;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final JournaledFile.Path NO_PATH = JournaledFile.Path.of("");

  private final Directory parent;
  private final JournalConfig config;
  private final boolean inline;
  private final long replayed;
  private final Crowd crowd = new Crowd();
  private final LongAdder rounds = new LongAdder();
  private final LongAdder writes = new LongAdder();

  /// Used by who leads a round, until it is done.
  private final Log log;

  // Guarded by this.
  private Round open;
  private Round sealed;
  private BatchBuilder spare;
  private final Map<String, Long> lastWrites = new HashMap<>();
  private final Set<JournaledFile> files = new HashSet<>();

  /// All below it is known, durably, to be in its files.
  private volatile long settledLsn;

  private final Object checkpoints = new Object();

  /// Guarded by `checkpoints`.
  private boolean closed;

  private volatile boolean checkpointing;
  private volatile boolean full;
  private final AtomicInteger syncsWhileFull = new AtomicInteger();
  private volatile Optional<RuntimeException> failure = Optional.empty();

  private Journal(Directory parent, JournalConfig config, boolean inline, Log log) {
    this.parent = parent;
    this.config = config;
    this.inline = inline;
    this.log = log;
    this.replayed = Replay.of(log, parent);
    this.spare = builder();
    this.sealed = new Round(builder(), log.appendedLsn() + 1);
    this.open = new Round(sealed.builder(), log.appendedLsn() + 1);
    sealed.succeed();
    checkpoint();
    checkUsable();
    if (!isUnsettled(parent)) {
      DurableNames.replace(log.directory(), UNSETTLED, NOTHING);
    }
  }

  private BatchBuilder builder() {
    return new BatchBuilder(config.maxRoundBytes(), Codec.NONE);
  }

  /// Opens the journal in the directory `journal` of `parent`, or begins one there, and brings what
  /// the files have lost back to them.
  ///
  /// Throws what [Log#open] throws, and [JournalDamagedException] if a file is gone that it holds
  /// writes of; then nothing was trimmed.
  ///
  /// @param background makes its files
  public static Journal open(Directory parent, JournalConfig config, Executor background) {
    Directory own = DurableNames.child(parent, NAME);
    return over(parent, config, false, Log.open(own, config.log(), background));
  }

  /// The same; who is in the way does it.
  public static Journal open(Directory parent, JournalConfig config) {
    Directory own = DurableNames.child(parent, NAME);
    return over(parent, config, true, Log.open(own, config.log()));
  }

  private static Journal over(Directory parent, JournalConfig config, boolean inline, Log log) {
    try {
      return new Journal(parent, config, inline, log);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /// Whether the files in `parent` may lack what a journal there holds. Until that was opened
  /// again, nobody but who uses it may take them for what they are.
  public static boolean isUnsettled(Directory parent) {
    return parent.children().contains(NAME) && parent.child(NAME).list().contains(UNSETTLED);
  }

  /// How many writes were done again when it was opened.
  public long replayed() {
    return replayed;
  }

  /// The directory `name` in that of the journal, made durably if it is not there, with files that
  /// are synced through the journal.
  public Directory directory(String name) {
    return new JournaledDirectory(this, name, DurableNames.child(parent, name));
  }

  /// How often it was synced.
  public long rounds() {
    return rounds.sum();
  }

  /// How many writes to files went through it.
  public long writes() {
    return writes.sum();
  }

  /// Whether a write of so many bytes shall go through it.
  boolean takes(int bytes) {
    return bytes <= config.maxWriteBytes()
        && !full
        && (config.use() == JournalConfig.Use.ALWAYS || crowd.isThere());
  }

  /// `file` is about to be synced.
  void syncs(JournaledFile file) {
    checkUsable();
    crowd.sees(file);
  }

  synchronized JournaledFile opened(JournaledFile file) {
    files.add(file);
    return file;
  }

  synchronized void closed(JournaledFile file) {
    files.remove(file);
  }

  /// Adds an entry; durable when the round is committed that it returns.
  Round add(int type, long number, JournaledFile.Path path, ByteBuffer content) {
    int bytes = Entry.bytes(path.bytes(), content.remaining());
    while (true) {
      Round filled;
      synchronized (this) {
        if (open.hasRoom(bytes)) {
          long lsn = open.add(type, number, path.bytes(), content);
          if (type == Entry.WRITE) {
            lastWrites.put(path.text(), lsn);
            writes.increment();
          }
          return open;
        }
        filled = open;
      }
      commit(filled);
    }
  }

  /// Returns when `round` is on the disk. The first who asks writes it, after the one before.
  void commit(Round round) {
    if (round.lead()) {
      boolean rolled = false;
      try {
        before().awaitEnd();
        rolled = Uninterrupted.get(() -> write(round));
        round.succeed();
      } catch (RuntimeException e) {
        round.fail(fail(e));
      } catch (Error e) {
        round.fail(fail(e));
        throw e;
      }
      if (rolled) {
        startCheckpoint();
      }
    }
    round.await();
  }

  /// In a thread of its own: whoever makes the next segment must never wait behind it, because a
  /// round may wait for that segment, and the end of a checkpoint for that round.
  private void startCheckpoint() {
    if (inline) {
      checkpoint();
      return;
    }
    try {
      Thread.ofPlatform().name("journal-checkpoint").daemon().start(this::checkpoint);
    } catch (Error e) {
      fail(e);
      throw e;
    }
  }

  /// Returns whether what comes goes to a new segment.
  private boolean write(Round round) {
    // Those whom the round before has answered come back now.
    Thread.yield();
    seal(round);
    checkUsable();
    long baseLsn = log.append(round.builder(), EPOCH, 0);
    Check.that(baseLsn == round.baseLsn(), "LSN %d for a round at %d", baseLsn, round.baseLsn());
    log.sync();
    rounds.increment();
    return makeRoom();
  }

  /// Trims what is settled, and rolls in time: it begins a new segment only when that is ready and
  /// the one before this one is settled. Until then only what must be there goes into the rest.
  private boolean makeRoom() {
    boolean low = log.roomBytes() < config.segmentBytes() / 4;
    boolean rolls = false;
    try {
      log.trimBelow(settledLsn);
      if (low && !checkpointing && log.hasRoom()) {
        log.roll();
        rolls = true;
        checkpointing = true;
      }
    } catch (StorageException e) {
      if (e.category() != Category.FULL) {
        throw e;
      }
      // It holds more than it need until there is room again.
    }
    full = low && !rolls;
    return rolls;
  }

  private synchronized Round before() {
    return sealed;
  }

  private synchronized void seal(Round round) {
    open = new Round(spare, round.nextLsn());
    spare = round.builder();
    sealed = round;
  }

  /// Nothing more is durable from now on. Returns `cause` as what is said of it.
  RuntimeException fail(Throwable cause) {
    RuntimeException said =
        cause instanceof RuntimeException e
            ? e
            : new IllegalStateException(cause.toString(), cause);
    if (failure.isEmpty()) {
      failure = Optional.of(said);
    }
    return said;
  }

  boolean isFailed() {
    return failure.isPresent();
  }

  private void checkUsable() {
    failure.ifPresent(
        cause -> {
          throw new StorageException(
              Category.SYNC_FAILED, "the journal failed: " + cause.getMessage(), cause);
        });
  }

  /// What is in the file `path` is on the disk: what the journal holds of it shall not be written
  /// there again.
  void settled(JournaledFile.Path path) {
    if (isHeld(path)) {
      commit(add(Entry.SETTLED, 0, path, NOTHING));
      synchronized (this) {
        lastWrites.remove(path.text());
      }
    } else if (full
        && syncsWhileFull.incrementAndGet() % SYNCS_BEFORE_RETRY == 0
        && log.roomBytes() > config.segmentBytes() / 8) {
      commit(addCheckpoint(settledLsn));
    }
  }

  private synchronized boolean isHeld(JournaledFile.Path path) {
    return lastWrites.getOrDefault(path.text(), -1L) >= settledLsn;
  }

  /// Before its name gets another meaning: after a crash the file with that name is as it was
  /// synced, and what the journal holds is never written to another one.
  void forget(JournaledFile.Path path) {
    checkUsable();
    if (isHeld(path)) {
      openFiles().stream()
          .filter(file -> file.path().text().equals(path.text()))
          .forEach(JournaledFile::settle);
      settled(path);
    }
  }

  /// Before the directory `name`, whose files are closed, gets another name, or is deleted.
  public void release(String name) {
    parent.child(name).list().forEach(file -> forget(JournaledFile.Path.of(name + "/" + file)));
  }

  private synchronized List<JournaledFile> openFiles() {
    return List.copyOf(files);
  }

  /// Syncs all files of which it holds something, so that it can be trimmed.
  private void checkpoint() {
    synchronized (checkpoints) {
      if (!closed && !isFailed()) {
        try {
          settleAll();
        } catch (RuntimeException e) {
          fail(e);
        } catch (Error e) {
          fail(e);
          throw e;
        } finally {
          checkpointing = false;
        }
      }
    }
  }

  private void settleAll() {
    long lsn;
    synchronized (this) {
      // Each entry is in its file, in memory at least, before it is here.
      lsn = open.nextLsn();
    }
    openFiles().forEach(JournaledFile::settle);
    commit(addCheckpoint(lsn));
    synchronized (this) {
      settledLsn = lsn;
      lastWrites.values().removeIf(last -> last < lsn);
    }
  }

  private Round addCheckpoint(long lsn) {
    return add(Entry.CHECKPOINT, lsn, NO_PATH, NOTHING);
  }

  /// Brings everything to its files: nothing is to be done again then, unless it failed, or
  /// somebody still writes. The files of its directories are closed before.
  @Override
  public void close() {
    synchronized (checkpoints) {
      if (closed) {
        return;
      }
      checkpoint();
      closed = true;
    }
    boolean settled = end();
    before().awaitEnd();
    try {
      if (settled) {
        DurableNames.delete(log.directory(), UNSETTLED);
      }
    } finally {
      log.close();
    }
  }

  /// Nothing is added from now on; whether all it held is in its files.
  private synchronized boolean end() {
    boolean settled = !isFailed() && lastWrites.isEmpty();
    fail(new IllegalStateException("it is closed"));
    return settled;
  }
}
