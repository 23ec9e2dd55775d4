package io.tidemark.partition;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/// The first phase of an owner: open the log where blocking is allowed, stash what arrives
/// meanwhile.
public final class Opening {
  private Opening() {}

  /// What came of it.
  public sealed interface Result<R> {
    /// What was asked for is open.
    record Opened<R>(R opened) implements Result<R> {}

    /// It could not be opened: damaged, refused, or the disk failed.
    record Failed<R>(RuntimeException cause) implements Result<R> {}
  }

  /// @param stashCapacity messages kept while opening; one more is dropped, which to its sender is
  ///   the silence of a node that has not started
  /// @param open opens the files; runs on the writers' dispatcher. If the owner is stopped
  ///   meanwhile, they are closed as soon as they are open
  /// @param wrap makes a message of the owner from the result
  /// @param unwrap gives the result back, or null for any other message
  /// @param next the phase that follows; it gets the stash to unstash from
  public static <T, R extends AutoCloseable> Behavior<T> create(
      Class<T> type,
      int stashCapacity,
      Callable<R> open,
      Function<Result<R>, T> wrap,
      Function<T, Result<R>> unwrap,
      BiFunction<StashBuffer<T>, Result<R>, Behavior<T>> next) {
    return Behaviors.withStash(
        stashCapacity,
        stash ->
            Behaviors.setup(
                context -> {
                  Executor blocking =
                      context
                          .getSystem()
                          .dispatchers()
                          .lookup(DispatcherSelector.fromConfig(Writer.DISPATCHER));
                  CompletableFuture<Result<R>> opening =
                      CompletableFuture.supplyAsync(() -> result(open), blocking);
                  context.pipeToSelf(
                      opening,
                      (result, failure) ->
                          wrap.apply(
                              failure == null
                                  ? result
                                  : new Result.Failed<>(new IllegalStateException(failure))));
                  return Behaviors.receive(type)
                      .onAnyMessage(
                          message -> {
                            Result<R> result = unwrap.apply(message);
                            if (result != null) {
                              return next.apply(stash, result);
                            }
                            if (!stash.isFull()) {
                              stash.stash(message);
                            }
                            return Behaviors.same();
                          })
                      .onSignal(
                          PostStop.class,
                          _ -> {
                            opening.thenAccept(Opening::abandon);
                            return Behaviors.same();
                          })
                      .build();
                }));
  }

  private static <R extends AutoCloseable> void abandon(Result<R> result) {
    if (result instanceof Result.Opened<R>(R opened)) {
      try {
        opened.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static <R> Result<R> result(Callable<R> open) {
    try {
      return new Result.Opened<>(open.call());
    } catch (RuntimeException e) {
      return new Result.Failed<>(e);
    } catch (Exception e) {
      return new Result.Failed<>(new IllegalStateException(e));
    }
  }
}
