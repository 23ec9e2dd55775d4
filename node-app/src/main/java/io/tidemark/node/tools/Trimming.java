package io.tidemark.node.tools;

import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.producers.ProducersFile;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.Verification;
import io.tidemark.runtime.LogSettings;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Trims a log that no node has open.
///
/// All of it is verified first: of a damaged log even the oldest segments may be what a repair
/// needs.
public final class Trimming {
  private Trimming() {}

  /// Deletes the oldest segments of the log at `place`, whose lock it takes, as far as all their
  /// records are below `lsn` and no holder needs them. Says what came of it, in a few lines.
  public static List<String> run(LogPlace place, long lsn) {
    try (Directory.Lock _ = place.lock()) {
      Report report = Verification.of(place.directory(), false);
      Verdict.judge(report);
      LogConfig config = LogConfig.defaults(report.logId(), report.partition());
      try (Log log = Log.open(FileSystemDirectory.at(place.directory()), config)) {
        long before = log.firstLsn();
        List<String> lines = new ArrayList<>();
        long first = before;
        if (ProducersFile.saveBase(
            log, log.startAfterTrim(lsn), LogSettings.defaults().writer().producers())) {
          first = log.trimBelow(lsn);
        } else {
          lines.add("no room to keep what the oldest records tell of their producers");
        }
        log.retention().holders().entrySet().stream()
            .filter(hold -> hold.getValue() < lsn)
            .sorted(Map.Entry.comparingByKey())
            .forEach(
                hold ->
                    lines.add(
                        "held by %s from LSN %d on".formatted(hold.getKey(), hold.getValue())));
        lines.add(
            first == before
                ? "nothing to trim: the log begins with LSN " + first
                : "trimmed LSN %d to %d: the log begins with LSN %d"
                    .formatted(before, first - 1, first));
        return lines;
      }
    }
  }
}
