package io.tidemark.node;

import io.tidemark.log.Batch;
import io.tidemark.partition.Records;
import io.tidemark.runtime.ReplicaHandle;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.stream.javadsl.Sink;

/// How an actor applies what a replica has committed: one batch after the other, each when it has
/// answered for the one before.
public final class Following {
  private static final Duration APPLY_TIMEOUT = Duration.ofHours(1);

  private Following() {}

  /// @param open the log of `replica`
  /// @param fromLsn the first record to apply; those before it in its batch come along
  /// @param apply what the actor of `context` is told of a batch, to be answered when it is applied
  /// @param ended what it is told in the end
  public static <C> void follow(
      ActorContext<C> context,
      ReplicaHandle replica,
      ReplicaHandle.Open open,
      long fromLsn,
      BiFunction<Batch, ActorRef<Done>, C> apply,
      Function<Throwable, C> ended) {
    context.pipeToSelf(
        Records.committedFrom(open.log(), replica.watermarks(), fromLsn)
            .mapAsync(
                1,
                batch ->
                    AskPattern.<C, Done>ask(
                        context.getSelf(),
                        replyTo -> apply.apply(batch, replyTo),
                        APPLY_TIMEOUT,
                        context.getSystem().scheduler()))
            .runWith(Sink.ignore(), context.getSystem()),
        (_, failure) -> ended.apply(failure));
  }
}
