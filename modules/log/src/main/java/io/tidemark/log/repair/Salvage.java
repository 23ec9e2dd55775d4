package io.tidemark.log.repair;

import io.tidemark.log.Batch;
import io.tidemark.log.BatchRun;
import io.tidemark.storage.Directory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The whole batches of a damaged log, for others that lack them.
final class Salvage {
  private final Directory directory;
  private List<BatchRun> runs;

  /// What follows the last answer, which is likely to be asked for next.
  private Optional<BatchRun> rest = Optional.empty();

  Salvage(Directory directory, List<BatchRun> runs) {
    this.directory = directory;
    this.runs = List.copyOf(runs);
  }

  /// `made` takes the place of what was in its files, and in `gone`.
  void replaced(List<String> gone, List<BatchRun> made) {
    List<BatchRun> now = new ArrayList<>(made);
    runs.stream()
        .filter(run -> !gone.contains(run.file()))
        .filter(run -> made.stream().noneMatch(one -> one.file().equals(run.file())))
        .forEach(now::add);
    runs = List.copyOf(now);
    rest = Optional.empty();
  }

  /// See [Repair#read].
  List<Batch> read(long fromLsn, long uptoLsn, int maxBytes) {
    Optional<BatchRun> run =
        rest.filter(one -> one.holds(fromLsn))
            .or(() -> runs.stream().filter(one -> one.holds(fromLsn)).findFirst());
    return run.map(one -> read(one, fromLsn, uptoLsn, maxBytes)).orElse(List.of());
  }

  private List<Batch> read(BatchRun run, long fromLsn, long uptoLsn, int maxBytes) {
    List<Batch> found = new ArrayList<>();
    long bytes = 0;
    try (BatchRun.Reader reader = run.in(directory)) {
      BatchRun before = run;
      for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
        Batch batch = next.get();
        bytes += batch.lastLsn() < fromLsn ? 0 : batch.sizeBytes();
        if (batch.baseLsn() > uptoLsn || bytes > maxBytes) {
          rest = Optional.of(before);
          break;
        }
        if (batch.lastLsn() >= fromLsn) {
          found.add(batch);
        }
        before = reader.rest();
      }
    }
    return found;
  }
}
