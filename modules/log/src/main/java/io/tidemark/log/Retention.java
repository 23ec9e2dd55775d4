package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// Who forbids to trim a log, and what was trimmed. Safe for use by several threads.
public final class Retention {
  private final Directory directory;
  private final Map<String, Long> held = new TreeMap<>();
  private Floor floor;

  Retention(Directory directory, Floor floor) {
    this.directory = directory;
    this.floor = floor;
    held.putAll(floor.holders());
  }

  /// From the return of this call on no record from `lsn` on is trimmed, not after a restart
  /// either, until `name` holds something higher or [#release]s. A checkpoint, a reader, a replica,
  /// an archive.
  ///
  /// Only the first call of a name writes to the disk, with two syncs; after a restart the LSN may
  /// be an older one of its.
  public synchronized void hold(String name, long lsn) {
    Check.argument(
        !name.isEmpty() && name.getBytes(StandardCharsets.UTF_8).length <= Floor.MAX_NAME_BYTES,
        "a holder's name of 1 to %d bytes, not '%s'",
        Floor.MAX_NAME_BYTES,
        name);
    Check.argument(
        held.containsKey(name) || held.size() < Floor.MAX_HOLDERS,
        "there are %d holders already",
        held.size());
    boolean known = floor.holders().containsKey(name) && floor.holders().get(name) <= lsn;
    held.put(name, lsn);
    if (!known) {
      write(floor.with(held));
    }
  }

  /// `name` forbids nothing any more, not after a restart either.
  public synchronized void release(String name) {
    if (held.remove(name) != null) {
      write(floor.with(held));
    }
  }

  /// Who holds what.
  public synchronized Map<String, Long> holders() {
    return Map.copyOf(held);
  }

  /// The lowest LSN that somebody holds; the highest there is if nobody does.
  public synchronized long heldLsn() {
    return held.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
  }

  /// Notes that everything below `lsn` may go; durable on return.
  synchronized void raise(long lsn) {
    if (lsn > floor.floor()) {
      write(floor.with(held).at(lsn));
    }
  }

  /// Notes that the log begins anew at `lsn`, which may be lower than where it began; durable on
  /// return.
  synchronized void beginAt(long lsn) {
    write(floor.with(held).at(lsn));
  }

  private void write(Floor next) {
    DurableNames.replace(directory, Floor.FILE, next.encode());
    floor = next;
  }
}
