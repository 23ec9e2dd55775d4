package io.tidemark.partition;

import io.tidemark.log.LogCursor;
import io.tidemark.log.LogDamagedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.stage.GraphStageLogic;

/// What a cursor shows of the committed records, a few at a time.
///
/// Demand-driven, and asleep at the committed watermark until that rises. A search for something
/// rare lets others have the thread every now and then.
final class SelectedRecords extends Committed<List<CommittedRecord>> {
  private static final int MOST_RECORDS = 256;
  private static final int MOST_BYTES = 1 << 18;
  private static final int LSNS_AT_ONCE = 1 << 16;

  private final Supplier<LogCursor> open;

  SelectedRecords(Supplier<LogCursor> open, Watermarks watermarks) {
    super(watermarks);
    this.open = open;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Selected();
  }

  private final class Selected extends Logic {
    private LogCursor cursor;
    private Optional<RuntimeException> failure = Optional.empty();

    @Override
    public void preStart() {
      cursor = open.get();
      super.preStart();
    }

    @Override
    void emitUpTo(long committed) {
      // What is mended may be so by now, and who says so may have said it while nobody asked.
      failure = failure.filter(it -> !(it instanceof LogDamagedException e && e.isBeingMended()));
      long next = cursor.nextLsn();
      boolean far = committed - next > LSNS_AT_ONCE;
      cursor.stopAfter(far ? next + LSNS_AT_ONCE : committed);
      List<CommittedRecord> some = readSome();
      if (!some.isEmpty()) {
        push(some);
      } else if (failure.isPresent() && failure.get() instanceof LogDamagedException damage) {
        damaged(damage);
      } else if (failure.isPresent()) {
        fail(failure.get());
      } else if (cursor.isEnded()) {
        complete();
      } else if (far) {
        lookAgain();
      }
    }

    /// What is sound in front of damage is shown before the damage is told.
    private List<CommittedRecord> readSome() {
      List<CommittedRecord> some = new ArrayList<>();
      int bytes = 0;
      try {
        while (failure.isEmpty()
            && some.size() < MOST_RECORDS
            && bytes < MOST_BYTES
            && cursor.next()) {
          some.add(CommittedRecord.at(cursor));
          bytes += cursor.payloadBytes();
        }
      } catch (RuntimeException e) {
        failure = Optional.of(e);
      }
      return some;
    }
  }
}
