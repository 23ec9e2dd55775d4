package io.tidemark.partition;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.Appender;
import io.tidemark.log.writer.Entrance;
import io.tidemark.log.writer.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/// Records in, and out comes the LSN of each, in order, once it is acknowledged; of a stamped
/// record that was appended before, the LSN it got then.
///
/// Takes the next record as long as the writer has room and less than a number of records wait for
/// their acknowledgement: upstream feels how fast the disk, or the quorum, is.
public final class AppendFlow extends GraphStage<FlowShape<RecordData, Long>> {
  private static final Duration FULL_RETRY = Duration.ofMillis(1);

  private final Inlet<RecordData> in = Inlet.create("AppendFlow.in");
  private final Outlet<Long> out = Outlet.create("AppendFlow.out");
  private final Appends appends;
  private final AckLevel level;
  private final int maxOutstanding;

  private AppendFlow(Appends appends, AckLevel level, int maxOutstanding) {
    this.appends = appends;
    this.level = level;
    this.maxOutstanding = maxOutstanding;
  }

  /// Fails with [AppendFailedException] when a record is refused or its end is unknown, as the next
  /// one is after the end of the leadership. LSNs that came out are safe; of those records that
  /// went in later, some may be there.
  ///
  /// @param maxOutstanding too few: small batches; too many: memory, and more that is unknown after
  ///   a failure
  public static Flow<RecordData, Long, NotUsed> create(
      Appends appends, AckLevel level, int maxOutstanding) {
    Check.argument(maxOutstanding > 0, "maxOutstanding %d", maxOutstanding);
    return Flow.fromGraph(new AppendFlow(appends, level, maxOutstanding));
  }

  @Override
  public FlowShape<RecordData, Long> shape() {
    return FlowShape.of(in, out);
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private final ArrayDeque<Long> outstanding = new ArrayDeque<>();
    private Optional<RecordData> held = Optional.empty();
    private Appender appender;
    private long acknowledgedLsn;

    Logic() {
      super(shape());
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              append(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              completeIfDone();
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              emit();
            }
          });
    }

    @Override
    public void preStart() {
      AsyncCallback<Progress> progress = createAsyncCallback(this::onProgress);
      Optional<Appender> open = appends.appender(level, progress::invoke);
      if (open.isPresent()) {
        appender = open.get();
        pull(in);
      } else {
        fail("the partition takes no records here: " + whyClosed());
      }
    }

    private String whyClosed() {
      Entrance.Gate gate = appends.entrance().gate();
      return gate.reason() + ": " + gate.detail();
    }

    private void append(RecordData record) {
      long lsn = appender.append(record);
      if (lsn == AppendRing.FULL) {
        held = Optional.of(record);
        scheduleOnce("full", FULL_RETRY);
      } else if (lsn < 0) {
        fail(whyNot(lsn, record));
      } else {
        outstanding.addLast(lsn);
        pullIfRoom();
      }
    }

    private String whyNot(long code, RecordData record) {
      if (code == AppendRing.CLOSED) {
        return whyClosed();
      }
      return code == AppendRing.TOO_LARGE
          ? record.payload().remaining() + " bytes are more than a batch holds"
          : (code == Appender.SEQUENCE_GAP ? Refusal.SEQUENCE_GAP : Refusal.SEQUENCE_TOO_OLD)
              + ": "
              + record.stamp().orElseThrow();
    }

    @Override
    public void onTimer(Object key) {
      RecordData record = held.orElseThrow();
      held = Optional.empty();
      append(record);
      completeIfDone();
    }

    private void pullIfRoom() {
      if (held.isEmpty()
          && outstanding.size() < maxOutstanding
          && !hasBeenPulled(in)
          && !isClosed(in)) {
        pull(in);
      }
    }

    private void onProgress(Progress news) {
      switch (news) {
        case Progress.Acknowledged acknowledged -> {
          acknowledgedLsn = Math.max(acknowledgedLsn, acknowledged.uptoLsn());
          if (isAvailable(out)) {
            emit();
          }
        }
        case Progress.Unknown unknown -> fail(unknown.detail());
        case Progress.Refused refused -> {
          // Those before it may still be acknowledged; without any, nothing is left to wait for.
          if (outstanding.stream().anyMatch(lsn -> lsn >= refused.fromLsn())) {
            fail(refused.reason() + ": " + refused.detail());
          }
        }
      }
    }

    private void emit() {
      if (!outstanding.isEmpty() && outstanding.getFirst() <= acknowledgedLsn) {
        push(out, outstanding.removeFirst());
        pullIfRoom();
        completeIfDone();
      }
    }

    private void completeIfDone() {
      if (isClosed(in) && held.isEmpty() && outstanding.isEmpty()) {
        completeStage();
      }
    }

    private void fail(String detail) {
      failStage(new AppendFailedException(acknowledgedLsn, detail));
    }
  }
}
