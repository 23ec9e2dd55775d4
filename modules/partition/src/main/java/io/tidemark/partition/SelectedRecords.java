package io.tidemark.partition;

import io.tidemark.log.LogCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/// What a cursor shows of the committed records, a few at a time.
///
/// Demand-driven, and asleep at the committed watermark until that rises. A search for something
/// rare lets others have the thread every now and then.
final class SelectedRecords extends GraphStage<SourceShape<List<CommittedRecord>>> {
  private static final int MOST_RECORDS = 256;
  private static final int MOST_BYTES = 1 << 18;
  private static final int LSNS_AT_ONCE = 1 << 16;

  private final Outlet<List<CommittedRecord>> out = Outlet.create("SelectedRecords.out");
  private final Supplier<LogCursor> open;
  private final Watermarks watermarks;

  SelectedRecords(Supplier<LogCursor> open, Watermarks watermarks) {
    this.open = open;
    this.watermarks = watermarks;
  }

  @Override
  public SourceShape<List<CommittedRecord>> shape() {
    return SourceShape.of(out);
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private AutoCloseable watch = () -> {};
    private LogCursor cursor;
    private Optional<RuntimeException> failure = Optional.empty();
    private Runnable again;

    Logic() {
      super(shape());
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              emitNext();
            }
          });
    }

    @Override
    public void preStart() {
      cursor = open.get();
      AsyncCallback<Boolean> look =
          createAsyncCallback(
              _ -> {
                if (isAvailable(out)) {
                  emitNext();
                }
              });
      again = () -> look.invoke(true);
      watch = watermarks.watchCommitted(again);
    }

    @Override
    public void postStop() throws Exception {
      watch.close();
    }

    private void emitNext() {
      long committed = watermarks.committed();
      long next = cursor.nextLsn();
      boolean far = committed - next > LSNS_AT_ONCE;
      cursor.stopAfter(far ? next + LSNS_AT_ONCE : committed);
      List<CommittedRecord> some = readSome();
      if (!some.isEmpty()) {
        push(out, some);
      } else if (failure.isPresent()) {
        fail(out, failure.get());
      } else if (cursor.isEnded()) {
        complete(out);
      } else if (far) {
        again.run();
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
