package io.tidemark.simulator;

import io.tidemark.foundation.Chance;
import io.tidemark.log.Batch;
import io.tidemark.log.Tail;
import io.tidemark.simulator.check.StateDigest;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What the records of one node's log are applied to: a state, kept on its simulated disk from
/// before the records are trimmed, or begun behind, that it was made of.
final class VirtualApplication {
  private static final String FILE = "state";

  /// The state after the batch that ends with `tail`.
  record State(Tail tail, long digest) {
    static final State NONE = new State(Tail.EMPTY, 0);

    long lsn() {
      return tail.lastLsn();
    }

    State after(Batch batch) {
      return new State(tail.after(batch), StateDigest.after(digest, batch));
    }

    /// `lsn checksum epoch time digest`.
    String text() {
      return "%d %d %d %d %d"
          .formatted(tail.lastLsn(), tail.checksum(), tail.epoch(), tail.timeMicros(), digest);
    }

    static State parse(String text) {
      List<Long> fields = Stream.of(text.split(" ", -1)).map(Long::valueOf).toList();
      return new State(
          new Tail(fields.get(0), Math.toIntExact(fields.get(1)), fields.get(2), fields.get(3)),
          fields.get(4));
    }
  }

  private final Directory directory;
  private final TreeMap<Long, State> known = new TreeMap<>();
  private State saved;
  private State now;

  VirtualApplication(Directory directory) {
    this.directory = directory;
    this.saved = load(directory);
    restore(saved);
  }

  private static State load(Directory directory) {
    if (!directory.list().contains(FILE)) {
      return State.NONE;
    }
    try (StoredFile file = directory.open(FILE)) {
      ByteBuffer content = ByteBuffer.allocate((int) file.lengthBytes());
      file.read(content, 0);
      return State.parse(StandardCharsets.UTF_8.decode(content.flip()).toString());
    }
  }

  State now() {
    return now;
  }

  void apply(Batch batch) {
    now = now.after(batch);
    known.put(now.lsn(), now);
  }

  /// Goes on with `state`.
  void restore(State state) {
    now = state;
    known.clear();
    known.put(state.lsn(), state);
  }

  /// Makes `state` durable, unless a later one is.
  void save(State state) {
    if (state.lsn() > saved.lsn()) {
      DurableNames.replace(directory, FILE, StandardCharsets.UTF_8.encode(state.text()));
      saved = state;
    }
  }

  /// Some state behind a record from `fromLsn` to `uptoLsn`; those below are not asked for again.
  Optional<State> any(long fromLsn, long uptoLsn, Chance chance) {
    known.headMap(Math.min(saved.lsn(), fromLsn)).clear();
    List<State> fit =
        fromLsn > uptoLsn
            ? List.of()
            : List.copyOf(known.subMap(fromLsn, true, uptoLsn, true).values());
    return fit.isEmpty() ? Optional.empty() : Optional.of(fit.get(chance.below(fit.size())));
  }
}
