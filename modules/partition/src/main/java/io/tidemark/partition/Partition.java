package io.tidemark.partition;

import io.tidemark.log.Log;
import io.tidemark.log.writer.WriterConfig;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/// The owner of a partition that has one replica and no peers: what is synced is committed.
///
/// For those who want a durable log inside their actor system and no replication; the replicated
/// owner is `Replica` in `replication/runtime`.
public final class Partition {
  /// What the owner is asked.
  public sealed interface Command {}

  /// Answers with the [Handle] when the log is open.
  public record GetHandle(ActorRef<Handle> replyTo) implements Command {}

  /// What users of an open partition work with.
  public record Handle(Appends appends, Log log, Watermarks watermarks) {}

  private record OpeningDone(Opening.Result<Log> result) implements Command {}

  private record FromWriter(Writer.Event event) implements Command {}

  private static final int STASH_CAPACITY = 1024;

  private final Handle handle;
  private final Acknowledgements acknowledgements = new Acknowledgements();

  private Partition(Handle handle) {
    this.handle = handle;
  }

  /// Opens the log with `open` and owns it. Stops, failing, if it cannot be opened or breaks.
  public static Behavior<Command> create(
      WriterConfig config, Writer.TimeSource time, Callable<Log> open) {
    return Opening.create(
        Command.class,
        STASH_CAPACITY,
        open,
        OpeningDone::new,
        message -> message instanceof OpeningDone(Opening.Result<Log> result) ? result : null,
        (stash, result) -> running(config, time, stash, result));
  }

  private static Behavior<Command> running(
      WriterConfig config,
      Writer.TimeSource time,
      StashBuffer<Command> stash,
      Opening.Result<Log> result) {
    return switch (result) {
      case Opening.Result.Failed<Log>(RuntimeException cause) -> throw cause;
      case Opening.Result.Opened<Log>(Log log) ->
          Behaviors.setup(
              context -> {
                Partition partition = new Partition(start(context, config, time, log));
                return partition.beginning(stash);
              });
    };
  }

  /// Until the writer takes records, or has said that it cannot: who was given the handle earlier
  /// would be refused without a reason.
  private Behavior<Command> beginning(StashBuffer<Command> stash) {
    return Behaviors.receive(Command.class)
        .onAnyMessage(
            command -> {
              if (command instanceof GetHandle) {
                if (!stash.isFull()) {
                  stash.stash(command);
                }
                return Behaviors.same();
              }
              onCommand(command);
              return command instanceof FromWriter(Writer.Event event)
                      && !(event instanceof Writer.Appended)
                  ? stash.unstashAll(
                      Behaviors.receive(Command.class).onAnyMessage(this::onCommand).build())
                  : Behaviors.same();
            })
        .build();
  }

  private static Handle start(
      ActorContext<Command> context, WriterConfig config, Writer.TimeSource time, Log log) {
    Appends appends = new Appends(config, Lease.ALWAYS);
    ActorRef<Writer.Command> writer =
        context.spawn(
            Writer.create(
                config,
                log,
                time,
                Lease.ALWAYS,
                appends,
                context.messageAdapter(Writer.Event.class, FromWriter::new)),
            "writer",
            DispatcherSelector.fromConfig(Writer.DISPATCHER));
    Watermarks watermarks = new Watermarks();
    watermarks.log(log.firstLsn(), log.appendedLsn(), log.durableLsn());
    watermarks.committed(log.durableLsn());
    writer.tell(new Writer.Lead(log.lastEpoch() + 1));
    return new Handle(appends, log, watermarks);
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case GetHandle get -> get.replyTo().tell(handle);
      case FromWriter(Writer.Event event) -> onWriter(event);
      case OpeningDone _ -> throw new IllegalStateException("opened twice");
    }
    return Behaviors.same();
  }

  private void onWriter(Writer.Event event) {
    Log log = handle.log();
    switch (event) {
      case Writer.Appended(var _, List<Waiter> waiters) -> acknowledgements.add(waiters);
      case Writer.Repeated(List<Waiter> waiters) -> acknowledgements.add(waiters);
      case Writer.Synced(long lsn) -> {
        handle.watermarks().log(log.firstLsn(), log.appendedLsn(), lsn);
        handle.watermarks().committed(lsn);
        acknowledgements.committed(lsn);
        handle.appends().committed(lsn);
        acknowledgements.durableEverywhere(lsn);
      }
      case Writer.Trimmed _ ->
          handle.watermarks().log(log.firstLsn(), log.appendedLsn(), log.durableLsn());
      case Writer.Settled _,
          Writer.Begun _,
          Writer.Held _,
          Writer.NotAppended _,
          Writer.NotReceived _,
          Writer.ReadOnly _ -> {
        // Nobody to step down for.
      }
      case Writer.Failed(RuntimeException cause) -> {
        acknowledgements.unknown(cause.getMessage());
        throw cause;
      }
    }
  }
}
