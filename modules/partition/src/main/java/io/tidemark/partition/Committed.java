package io.tidemark.partition;

import io.tidemark.log.LogDamagedException;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/// A source of what is committed in one partition: looks for the next element when it is asked for
/// one, and where there is none, sleeps at the committed watermark until that rises. Before
/// something damaged it sleeps until that is mended.
abstract class Committed<T> extends GraphStage<SourceShape<T>> {
  private final Outlet<T> out = Outlet.create(getClass().getSimpleName() + ".out");
  private final Watermarks watermarks;

  Committed(Watermarks watermarks) {
    this.watermarks = watermarks;
  }

  @Override
  public final SourceShape<T> shape() {
    return SourceShape.of(out);
  }

  /// One materialization.
  abstract class Logic extends GraphStageLogic {
    private AutoCloseable watch = () -> {};
    private Runnable again = () -> {};

    Logic() {
      super(Committed.this.shape());
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              look();
            }
          });
    }

    private void look() {
      if (watermarks.isEnded()) {
        fail(out, new IllegalStateException("the replica is gone"));
      } else {
        emitUpTo(watermarks.committed());
      }
    }

    /// Called when an element is asked for: pushes the next one that is not above `committed`,
    /// fails, completes, or does nothing and is called again when the watermark has risen.
    abstract void emitUpTo(long committed);

    /// Looks once more, after others had the thread.
    final void lookAgain() {
      again.run();
    }

    /// Waits until that is mended, or fails where nobody does.
    final void damaged(LogDamagedException cause) {
      if (!cause.isBeingMended()) {
        fail(cause);
      }
    }

    final void push(T element) {
      push(out, element);
    }

    final void complete() {
      complete(out);
    }

    final void fail(Throwable cause) {
      fail(out, cause);
    }

    @Override
    public void preStart() {
      AsyncCallback<Boolean> look =
          createAsyncCallback(
              _ -> {
                if (isAvailable(out)) {
                  look();
                }
              });
      again = () -> look.invoke(true);
      watch = watermarks.watchCommitted(again);
    }

    @Override
    public void postStop() throws Exception {
      watch.close();
    }
  }
}
