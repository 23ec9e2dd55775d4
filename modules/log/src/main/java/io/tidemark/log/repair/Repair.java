package io.tidemark.log.repair;

import io.tidemark.log.Batch;
import io.tidemark.log.BatchRun;
import io.tidemark.log.DamagedSegment;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.LogRemains;
import io.tidemark.log.SegmentRemains;
import io.tidemark.log.Tail;
import io.tidemark.storage.Directory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// One damaged log while it is repaired; its owner holds the lock of the directory and opens the
/// log when it [#isDone]. One thread at a time.
public final class Repair implements AutoCloseable {
  /// What to ask the others for next.
  public record Wanted(long fromLsn, long uptoLsn) {}

  private final Directory directory;
  private final LogConfig config;
  private final LogRemains remains;
  private final List<Gap> gaps;
  private final Salvage salvage;
  private final Deque<Stretch> due;
  private final List<Spool> spools = new ArrayList<>();
  private Optional<Chain> chain = Optional.empty();
  private Optional<Gap> gap = Optional.empty();

  private Repair(Directory directory, LogConfig config, LogRemains remains) {
    this.directory = directory;
    this.config = config;
    this.remains = remains;
    this.salvage =
        new Salvage(
            directory, remains.segments().stream().flatMap(one -> one.runs().stream()).toList());
    List<Stretch> unsound =
        Stretch.of(remains).stream().filter(stretch -> !stretch.isSound()).toList();
    this.due = new ArrayDeque<>(unsound);
    this.gaps = unsound.stream().flatMap(stretch -> gapsIn(stretch).stream()).toList();
  }

  /// Finds out what is missing in `directory`, of whose log [io.tidemark.log.Log#open] says that it
  /// is damaged; changes nothing.
  ///
  /// Throws [LogDamagedException], which says why, if it cannot be repaired exactly.
  public static Repair of(Directory directory, LogConfig config) {
    return new Repair(directory, config, LogRemains.of(directory, config));
  }

  /// The same of one segment of an open log; for its writing thread, as all that follows.
  public static Repair of(DamagedSegment segment) {
    return new Repair(segment.directory(), segment.config(), segment.remains());
  }

  /// Deletes what repairs kept of damaged files.
  public static void tidy(Directory directory) {
    directory.list().stream()
        .filter(name -> name.endsWith(Replacement.DAMAGED))
        .forEach(directory::delete);
  }

  private List<Gap> gapsIn(Stretch stretch) {
    List<Gap> found = new ArrayList<>();
    Chain looking = new Chain(stretch);
    Optional<Gap> next = looking.advance().map(this::checked);
    while (next.filter(Gap::hasEnd).isPresent()) {
      found.add(next.get());
      looking.pass(next.get().uptoLsn());
      next = looking.advance();
    }
    return found;
  }

  private Gap checked(Gap found) {
    if (!found.hasEnd()) {
      throw remains.unmendable(
          "nothing here says which record had LSN %d or a later one".formatted(found.fromLsn()));
    }
    return found;
  }

  /// What is missing, as it looked at first; nothing where all that is damaged can be made again
  /// from what is here.
  public List<Gap> gaps() {
    return gaps;
  }

  /// Does what can be done without others. Where this or [#offer] throws, nothing is lost, and the
  /// repair is begun again from [#of].
  public void begin() {
    while (gap.isEmpty() && !due.isEmpty()) {
      Stretch stretch = due.getFirst();
      Chain along = chain.orElseGet(() -> new Chain(stretch));
      chain = Optional.of(along);
      gap = along.advance().map(this::checked);
      if (gap.isPresent()) {
        spools.add(new Spool(directory, along.end()));
      } else {
        replace(stretch, along.pieces());
        due.removeFirst();
        chain = Optional.empty();
        close();
      }
    }
  }

  private void replace(Stretch stretch, List<BatchRun> pieces) {
    List<String> gone = stretch.files().stream().map(SegmentRemains::file).toList();
    List<BatchRun> made = new Replacement(directory, config, stretch, pieces).make();
    salvage.replaced(stretch.keepsHead() ? gone.subList(1, gone.size()) : gone, made);
  }

  /// Whether the log can be opened.
  public boolean isDone() {
    return due.isEmpty();
  }

  /// What is missing next; nothing if [#isDone].
  public Optional<Wanted> wanted() {
    return gap.map(
        _ -> {
          Tail end = spools.getLast().end();
          return new Wanted(end.nextLsn(), chain.orElseThrow().nearestEnd(end));
        });
  }

  /// Takes `batches` for what is [#wanted], as far as they go, and repairs what is complete then.
  /// Returns why they are not what was here, empty if they may be: then all that was taken for this
  /// gap is forgotten.
  public String offer(List<Batch> batches) {
    if (gap.isEmpty()) {
      return "";
    }
    Spool spool = spools.getLast();
    Chain along = chain.orElseThrow();
    for (Batch batch : batches) {
      String refusal = spool.end().refusal(batch);
      if (!refusal.isEmpty()) {
        return refused(spool, refusal);
      }
      spool.add(batch);
      if (along.proves(spool.end())) {
        along.add(spool.run());
        gap = Optional.empty();
        begin();
        return "";
      }
      if (!along.mayProveAfter(spool.end())) {
        return refused(spool, "a chain that leads to nothing that was here");
      }
    }
    return "";
  }

  private static String refused(Spool spool, String why) {
    long lsn = spool.end().nextLsn();
    spool.rewind();
    return "LSN " + lsn + ": " + why;
  }

  /// The whole batches here from the one with `fromLsn` up to that with `uptoLsn`, as many as
  /// `maxBytes` holds; none if the first is not here.
  public List<Batch> read(long fromLsn, long uptoLsn, int maxBytes) {
    return salvage.read(fromLsn, uptoLsn, maxBytes);
  }

  /// Gives up what was gathered.
  @Override
  public void close() {
    spools.forEach(Spool::close);
    spools.clear();
  }
}
