package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.journal.Journal;
import io.tidemark.log.journal.JournalConfig;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A node's data directory: locked, and known to belong to this node of this cluster.
///
/// The file `node` is text, so that a person can tell whose directory this is:
///
/// ```
/// tidemark-format=1
/// node=a
/// cluster=[a, b, c]/8/3
/// crc32c=0123abcd        of everything before this line
/// ```
///
/// Beside it are `age` and `ages` ([AgeStore]), the journal, and a directory `partition-0003` for
/// each partition. Of a node that found its data older than what others remember of it there is
/// `rolled-back-18-partition-0003`: as it was found by the node that was then of age 18, and not
/// used any more. Of a replica that was damaged for good there is
/// `damaged-77c0ffee-partition-0003`, as it was found, named after the incarnation of the one that
/// came in its place. Of a replica that was removed there is `removed-1f3c09e2-partition-0003`,
/// named after its incarnation, and empty but for a lock when its files are deleted. These stay: a
/// node that has one does not begin that partition, which goes on elsewhere. Crash story: the
/// founders of a partition gave it away one after the other, deleted it, started again with
/// nothing, found each other as new as they were, and began it once more.
final class DataDirectory implements AutoCloseable {
  private static final String NODE_FILE = "node";
  private static final String FORMAT = "tidemark-format=1";
  private static final String PARTITION = "partition-";
  private static final String ASIDE = "rolled-back-";
  private static final String DAMAGED = "damaged-";
  private static final String REMOVED = "removed-";
  private static final int MAX_NODE_FILE_BYTES = 1 << 16;

  private final Directory root;
  private final Directory.Lock lock;
  private final ExecutorService background;
  private final Optional<Journal> journal;

  private DataDirectory(
      Directory root, Directory.Lock lock, ExecutorService background, Optional<Journal> journal) {
    this.root = root;
    this.lock = lock;
    this.background = background;
    this.journal = journal;
  }

  /// Takes the directory; throws [DataRefusedException] if it is somebody else's, and
  /// [io.tidemark.storage.StorageException] if it is in use.
  ///
  /// @param journal for the logs, if they shall have one
  static DataDirectory take(
      Directory root, NodeId self, String clusterId, Optional<JournalConfig> journal) {
    Directory.Lock lock = root.lock();
    ExecutorService background =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("journal").daemon().factory());
    try {
      String expected = content(self, clusterId);
      if (root.list().contains(NODE_FILE)) {
        check(root, expected);
        DurableNames.deleteUnfinished(root);
      } else if (!isNew(root)) {
        throw new DataRefusedException(
            root.describe() + " holds something, but not the data of a Tidemark node");
      } else {
        DurableNames.replace(
            root, NODE_FILE, ByteBuffer.wrap(expected.getBytes(StandardCharsets.UTF_8)));
      }
      Optional<Journal> opened = open(root, journal, background);
      root.children().stream()
          .filter(name -> name.startsWith(REMOVED))
          .forEach(name -> deleteAll(root.child(name)));
      return new DataDirectory(root, lock, background, opened);
    } catch (RuntimeException e) {
      background.shutdown();
      lock.close();
      throw e;
    }
  }

  /// One that is not wanted any more is opened once more, if the logs may lack what it holds.
  private static Optional<Journal> open(
      Directory root, Optional<JournalConfig> wanted, Executor background) {
    if (wanted.isEmpty() && Journal.isUnsettled(root)) {
      Journal.open(root, JournalConfig.defaults(), background).close();
    }
    return wanted.map(config -> Journal.open(root, config, background));
  }

  /// Empty, but for what an interrupted first start left. Nothing of a stranger's is touched.
  private static boolean isNew(Directory root) {
    return root.children().isEmpty()
        && root.list().stream().allMatch(name -> name.equals(NODE_FILE + ".new"));
  }

  private static String content(NodeId self, String clusterId) {
    String body = FORMAT + "\nnode=" + self + "\ncluster=" + clusterId + "\n";
    return ChecksumLine.appendedTo(body);
  }

  private static void check(Directory root, String expected) {
    String found = read(root);
    String file = root.describe() + "/" + NODE_FILE;
    if (!found.equals(ChecksumLine.appendedTo(ChecksumLine.bodyOf(found)))) {
      throw new NodeFileDamagedException(file + " is damaged: its checksum does not match");
    }
    String[] foundLines = found.split("\n", -1);
    String[] expectedLines = expected.split("\n", -1);
    for (int i = 0; i < expectedLines.length; i++) {
      if (i >= foundLines.length || !expectedLines[i].equals(foundLines[i])) {
        throw new DataRefusedException(
            "%s: expected '%s', found '%s'"
                .formatted(file, expectedLines[i], i < foundLines.length ? foundLines[i] : ""));
      }
    }
  }

  private static String read(Directory root) {
    try (StoredFile file = root.open(NODE_FILE)) {
      ByteBuffer bytes =
          ByteBuffer.allocate((int) Math.min(file.lengthBytes(), MAX_NODE_FILE_BYTES));
      file.read(bytes, 0);
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
  }

  /// The directory of one partition, made if need be.
  Directory partition(int partition) {
    String name = nameOf(partition);
    return journal.map(one -> one.directory(name)).orElseGet(() -> DurableNames.child(root, name));
  }

  /// Whether there is one.
  boolean holds(int partition) {
    return root.children().contains(nameOf(partition));
  }

  /// Whether a replica of it belongs here: there is one, or one was set aside in whose place
  /// another is to come.
  boolean hosts(int partition) {
    return holds(partition) || (isThere(DAMAGED, partition) && !isThere(REMOVED, partition));
  }

  private static String nameOf(int partition) {
    return PARTITION + "%04d".formatted(partition);
  }

  /// Whether a replica of it was here before the one that is, or is to come: then the partition has
  /// begun.
  boolean hadPredecessor(int partition) {
    return isThere(REMOVED, partition) || isThere(DAMAGED, partition);
  }

  private boolean isThere(String prefix, int partition) {
    return root.children().stream()
        .anyMatch(name -> name.startsWith(prefix) && name.endsWith("-" + nameOf(partition)));
  }

  /// Gives the files of `partition`, which are all closed and damaged for good, another name,
  /// durably. They stay there for people.
  ///
  /// @param successor the incarnation of the replica that comes in its place
  void setAside(int partition, int successor) {
    String name = nameOf(partition);
    journal.ifPresent(one -> one.release(name));
    root.renameChild(name, "%s%08x-%s".formatted(DAMAGED, successor, name));
    root.sync();
  }

  /// Deletes the files of the replica `incarnation` of `partition`, which are all closed. They get
  /// another name first, durably: after a crash in between nobody takes what is left for a replica,
  /// and the next start deletes it.
  void remove(int partition, int incarnation) {
    String name = nameOf(partition);
    String removed = "%s%08x-%s".formatted(REMOVED, incarnation, name);
    // Else it would look for files that are gone, after a crash.
    journal.ifPresent(one -> one.release(name));
    root.renameChild(name, removed);
    root.sync();
    deleteAll(root.child(removed));
  }

  private static void deleteAll(Directory removed) {
    removed.list().forEach(removed::delete);
    removed.sync();
  }

  /// Whether there is none, of any partition.
  boolean isBlank() {
    return partitions().isEmpty();
  }

  private List<String> partitions() {
    return root.children().stream().filter(name -> name.startsWith(PARTITION)).toList();
  }

  /// The ages of nodes that are known here.
  AgeStore ages() {
    return new AgeStore(root);
  }

  /// Gives the directories of all partitions other names, durably: of a node that is to be of the
  /// age `number`. Before any of them is used: what a journal holds of them was brought to their
  /// files, and settled, when it was opened. A start that was interrupted here does the rest.
  ///
  /// Returns the new names.
  List<String> setAside(long number) {
    List<String> aside = new ArrayList<>();
    for (String name : partitions()) {
      aside.add(freeName("%s%d-%s".formatted(ASIDE, number, name)));
      root.renameChild(name, aside.getLast());
    }
    root.sync();
    return aside;
  }

  /// Crash story: a node had set its data aside and ended before what it began instead was of any
  /// age; the next time it could not set that aside, because the name was taken, and never started.
  private String freeName(String wanted) {
    String name = wanted;
    for (int i = 2; root.children().contains(name); i++) {
      name = wanted + "-" + i;
    }
    return name;
  }

  Optional<Journal> journal() {
    return journal;
  }

  /// After all logs are closed.
  @Override
  public void close() {
    try {
      journal.ifPresent(Journal::close);
    } finally {
      background.shutdown();
      lock.close();
    }
  }
}
