package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.Tail;
import io.tidemark.protocol.Ballot;
import io.tidemark.simkit.DurableView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/// What a sync is said to have made durable is in what the disk keeps in every crash, the same
/// bytes, in the order of the log; what a quorum has ([QuorumDurable]) is counted in such syncs.
///
/// The image is looked at, not the log: a log that forgets to sync a file, or its name, is believed
/// by everybody but the disk.
public final class ForcedIsOnDisk implements Invariant {
  private static final String LOG = "log";

  /// Up to where the image was compared, and behind which byte of which file that ended.
  private record Place(long lsn, String file, long position) {
    static Place startOf(LogMirror log) {
      return new Place(log.firstLsn() - 1, "", 0);
    }
  }

  private final Mirrors mirrors;
  private final Function<ReplicaId, DurableView> disks;
  private final Map<ReplicaId, Place> places = new HashMap<>();

  public ForcedIsOnDisk(Mirrors mirrors, Function<ReplicaId, DurableView> disks) {
    this.mirrors = mirrors;
    this.disks = disks;
  }

  @Override
  public int number() {
    return 9;
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    places.put(node, Place.startOf(mirrors.of(node)));
    // All that an opened log holds it calls durable.
    synced(node, log.appendedLsn());
  }

  @Override
  public void truncated(ReplicaId node, long lsn) {
    places.put(node, Place.startOf(mirrors.of(node)));
  }

  @Override
  public void began(ReplicaId node, Tail tail) {
    places.put(node, Place.startOf(mirrors.of(node)));
  }

  @Override
  public void synced(ReplicaId node, long lsn) {
    LogMirror log = mirrors.of(node);
    Place place = places.getOrDefault(node, Place.startOf(log));
    while (place.lsn() < lsn) {
      place = next(node, place, log.at(place.lsn() + 1));
    }
    places.put(node, place);
  }

  private Place next(ReplicaId node, Place from, Batch batch) {
    DurableView disk = disks.apply(node);
    OptionalLong here = from.file().isEmpty() ? OptionalLong.empty() : find(disk, from, batch);
    if (here.isPresent()) {
      return behind(from.file(), here.getAsLong(), batch);
    }
    List<String> files =
        disk.names(LOG).stream()
            .filter(name -> name.endsWith(".segment") && name.compareTo(from.file()) > 0)
            .toList();
    for (String file : files) {
      OptionalLong there = find(disk, new Place(from.lsn(), file, 0), batch);
      if (there.isPresent()) {
        return behind(file, there.getAsLong(), batch);
      }
    }
    holds(false, "%s says that %s is durable, its disk would not keep it", node, batch);
    return from;
  }

  private static OptionalLong find(DurableView disk, Place from, Batch batch) {
    return disk.find(LOG, from.file(), batch.bytes(), from.position());
  }

  private static Place behind(String file, long position, Batch batch) {
    return new Place(batch.lastLsn(), file, position + batch.sizeBytes());
  }
}
