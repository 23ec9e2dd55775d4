package io.tidemark.node.tools;

import io.tidemark.log.Batch;
import io.tidemark.log.LogConfig;
import io.tidemark.log.verify.BatchSeen;
import io.tidemark.log.verify.ChainEnd;
import io.tidemark.log.verify.Finding;
import io.tidemark.log.verify.Footer;
import io.tidemark.log.verify.Header;
import io.tidemark.log.verify.Mark;
import io.tidemark.log.verify.Note;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.Verification;
import io.tidemark.log.verify.Visitor;
import io.tidemark.storage.Directory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Copies what is sound of a damaged log into new directories beside it. The damaged one is only
/// read.
///
/// # What can honestly be kept
///
/// An LSN was promised to one record. So records behind damage keep their LSNs, and a log is dense;
/// therefore what lies behind a gap becomes a log of its own, which begins there (its floor is its
/// first LSN, as after a trim). Batches are copied as they are, with their checksums, so that they
/// are still the batches that other replicas have.
///
/// No log that ends before a gap may ever be appended to: the LSNs behind its end belong to the
/// records that were lost, and other replicas and readers know them. The last log may be appended
/// to only if nothing says that it once was longer: no mark, note or later segment. The result says
/// for each which it is. A replica of a cluster is better thrown away and fed by its peers: that
/// loses nothing.
///
/// The log behind a gap names the batch in front of it: its checksum is known (the first batch
/// repeats it, or a segment's header), its epoch only where a header says it or both sides of the
/// gap are of one epoch. Otherwise the epoch before the gap is written, a lower bound.
public final class Repair {
  /// How much is kept.
  public enum Policy {
    /// Nothing is done where anything is damaged.
    STRICT,
    /// Everything up to the first damage.
    SAFE_PREFIX,
    /// Everything sound, in as many logs as there are gaps and one.
    FORCE
  }

  /// One log that was written.
  ///
  /// @param appendable whether nothing says that its next LSN was ever given to a record
  /// @param epochBeforeKnown whether the epoch of the batch before it is what it was
  public record Piece(
      String directory,
      long firstLsn,
      long lastLsn,
      boolean appendable,
      boolean epochBeforeKnown) {}

  /// LSNs that were given up; `upto` is the last that something tells of.
  public record Lost(long from, long upto) {}

  /// What came of it.
  ///
  /// @param report what the damaged log was found to be
  public record Result(Policy policy, List<Piece> pieces, List<Lost> givenUp, Report report) {}

  private Repair() {}

  /// Repairs the log at `place`, taking its lock. The logs are `target`, and beside it one named
  /// after its first LSN for each gap; they get their names when all are whole. Where nothing is
  /// damaged nothing is done.
  public static Result run(LogPlace place, Path target, Policy policy, long segmentBytes)
      throws IOException {
    try (Directory.Lock _ = place.lock()) {
      Survey survey = new Survey();
      Report report = Verification.of(place.directory(), false, survey);
      if (report.isSound()) {
        return new Result(policy, List.of(), List.of(), report);
      }
      if (policy == Policy.STRICT) {
        throw new DamagedLogException("strict: " + report.damage().getFirst());
      }
      for (Finding found : report.damage()) {
        if (found.isRefusal()) {
          throw new ToolRefusedException("to be put aside first: " + found);
        }
      }
      if (report.beginningBehind().isPresent()) {
        throw new ToolRefusedException("a new beginning is to be finished first: open the log");
      }
      if (report.truncatingAfter().isPresent()) {
        throw new ToolRefusedException("a truncation is to be finished first: open the log");
      }
      if (survey.runs.isEmpty() || report.logId() == 0) {
        throw new DamagedLogException("no batch is sound: " + report.damage().getFirst());
      }
      long first = report.segments().getFirst().baseLsn();
      if (policy == Policy.SAFE_PREFIX && survey.runs.getFirst().firstLsn() > first) {
        throw new DamagedLogException(
            "nothing sound before the first damage: only force keeps any");
      }
      List<Run> kept = policy == Policy.FORCE ? survey.runs : survey.firstOnly();
      try (Copying copying = new Copying(kept, target, report, survey.largestBytes, segmentBytes)) {
        Verification.of(place.directory(), false, copying);
        copying.publish();
      }
      return result(policy, survey, kept, target, report);
    }
  }

  /// Where the log goes that begins with `run`: the first one to `target`.
  private static Path directory(Path target, List<Run> runs, Run run) {
    return run.equals(runs.getFirst())
        ? target
        : target.resolveSibling(target.getFileName() + ".from-" + run.firstLsn());
  }

  private static Result result(
      Policy policy, Survey survey, List<Run> kept, Path target, Report report) {
    List<Piece> pieces = new ArrayList<>();
    List<Lost> lost = new ArrayList<>();
    long first = Math.max(report.segments().getFirst().baseLsn(), 1);
    if (kept.getFirst().firstLsn() > first) {
      lost.add(new Lost(first, kept.getFirst().firstLsn() - 1));
    }
    for (int i = 0; i < kept.size(); i++) {
      Run run = kept.get(i);
      long upto = i + 1 < kept.size() ? kept.get(i + 1).firstLsn() - 1 : survey.highestLsn;
      pieces.add(
          new Piece(
              directory(target, kept, run).toString(),
              run.firstLsn(),
              run.last.lastLsn(),
              upto <= run.last.lastLsn(),
              run.epochBeforeKnown));
      if (upto > run.last.lastLsn()) {
        lost.add(new Lost(run.last.lastLsn() + 1, upto));
      }
    }
    return new Result(policy, pieces, lost, report);
  }

  /// Sound batches that continue each other.
  private static final class Run {
    private final ChainEnd before;
    private final boolean epochBeforeKnown;
    private ChainEnd last;

    Run(ChainEnd before, boolean epochBeforeKnown) {
      this.before = before;
      this.epochBeforeKnown = epochBeforeKnown;
      this.last = before;
    }

    long firstLsn() {
      return before.lastLsn() + 1;
    }
  }

  /// First reading: which runs there are, and the highest LSN that anything tells of.
  private static final class Survey implements Visitor {
    private final List<Run> runs = new ArrayList<>();
    private Optional<Header> header = Optional.empty();
    private int largestBytes;
    private long highestLsn;

    List<Run> firstOnly() {
      return List.of(runs.getFirst());
    }

    @Override
    public void segment(Header begun) {
      header = Optional.of(begun);
      highestLsn = Math.max(highestLsn, begun.baseLsn() - 1);
    }

    @Override
    public void note(Note note) {
      highestLsn = Math.max(highestLsn, note.syncedThrough());
    }

    @Override
    public void mark(Mark mark) {
      highestLsn = Math.max(highestLsn, mark.syncedThrough());
    }

    @Override
    public void footer(Footer footer) {
      highestLsn = Math.max(highestLsn, footer.end().lastLsn());
    }

    @Override
    public void batch(BatchSeen batch) {
      largestBytes =
          Math.max(
              largestBytes,
              Math.max(batch.lengthBytes(), Batch.HEADER_BYTES + batch.uncompressedBytes()));
      ChainEnd before = runs.isEmpty() ? ChainEnd.NONE : runs.getLast().last;
      boolean continues =
          !runs.isEmpty()
              && batch.baseLsn() == before.lastLsn() + 1
              && batch.previousChecksum() == before.checksum();
      if (!continues && batch.baseLsn() <= before.lastLsn()) {
        return;
      }
      if (!continues) {
        runs.add(runBefore(batch, before));
      }
      runs.getLast().last = batch.end();
      highestLsn = Math.max(highestLsn, batch.lastLsn());
    }

    private Run runBefore(BatchSeen batch, ChainEnd before) {
      ChainEnd named = header.orElseThrow().previous();
      if (named.lastLsn() == batch.baseLsn() - 1) {
        return new Run(named, true);
      }
      ChainEnd assumed =
          new ChainEnd(
              batch.baseLsn() - 1,
              batch.previousChecksum(),
              before.epoch(),
              Math.max(before.timeMicros(), 0));
      return new Run(assumed, before.epoch() == batch.epoch());
    }
  }

  /// Second reading: writes each run.
  private static final class Copying implements Visitor, AutoCloseable {
    private final List<Run> runs;
    private final Path target;
    private final Report report;
    private final int largestBytes;
    private final long segmentBytes;
    private final List<NewLog> logs = new ArrayList<>();
    private ChainEnd end = ChainEnd.NONE;

    Copying(List<Run> runs, Path target, Report report, int largestBytes, long segmentBytes) {
      this.runs = runs;
      this.target = target;
      this.report = report;
      this.largestBytes = largestBytes;
      this.segmentBytes = segmentBytes;
    }

    @Override
    public void batch(BatchSeen batch) {
      boolean begins =
          logs.size() < runs.size() && runs.get(logs.size()).firstLsn() == batch.baseLsn();
      if (begins) {
        begin(runs.get(logs.size()));
      }
      boolean inRun =
          !logs.isEmpty()
              && batch.lastLsn() <= runs.get(logs.size() - 1).last.lastLsn()
              && batch.baseLsn() == end.lastLsn() + 1
              && batch.previousChecksum() == end.checksum();
      if (inRun) {
        logs.getLast().append(Batch.decode(batch.bytes(), LogConfig.MAX_BATCH_BYTES));
        end = batch.end();
      }
    }

    private void begin(Run run) {
      finishLast();
      try {
        logs.add(NewLog.at(directory(target, runs, run)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      end = run.before;
      logs.getLast()
          .begin(
              NewLog.config(report.logId(), report.partition(), segmentBytes, largestBytes),
              end.lastLsn(),
              end.checksum(),
              end.epoch(),
              end.timeMicros());
      logs.getLast().hold(report.holders());
    }

    private void finishLast() {
      if (!logs.isEmpty()) {
        logs.getLast().finish();
      }
    }

    void publish() throws IOException {
      finishLast();
      for (NewLog log : logs) {
        log.publish();
      }
    }

    @Override
    public void close() throws IOException {
      for (NewLog log : logs) {
        log.close();
      }
    }
  }
}
