package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.producers.Producers;
import io.tidemark.log.producers.ProducersFile;
import io.tidemark.log.repair.Repair;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.partition.Opening;
import io.tidemark.partition.Writer;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Message;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The owning actor of one replicated partition on one node: opening, perhaps mending and opening
/// again, then running, then perhaps fenced.
final class Replica {
  /// What a replica is told.
  sealed interface Command {}

  /// Time has passed; `heard` are the nodes that are there.
  record Tick(Set<NodeId> heard) implements Command {}

  /// Before it runs.
  sealed interface OfOpening extends Command {}

  /// It may open what is its.
  record Admitted(ReplicaConfig config) implements OfOpening {}

  /// Who rests is to make sure that it may; `wasStopped` if the process stood still.
  record Stirred(boolean wasStopped) implements Command {}

  /// A peer said something to the incarnation `to` here, or to all replicas; `batches` are the
  /// bytes of a [Message.Batches].
  record PeerMessage(ReplicaId from, OptionalInt to, Message message, List<Batch> batches)
      implements Command {
    boolean isFor(ReplicaId replica) {
      return to.isEmpty() || to.getAsInt() == replica.incarnation();
    }
  }

  /// The leader `from` said where to begin.
  record OfferHeard(ReplicaId from, OfferWire offer) implements Command {}

  /// A replica that is, or may be, no member said who it is.
  record Greeted(Greeting greeting) implements Command {}

  /// About damage, here or elsewhere.
  sealed interface OfMending extends Command {}

  /// Node `from` asks for batches that it lost, or gives some.
  record RepairHeard(NodeId from, RepairWire message) implements OfMending {}

  /// Somebody read in the open log what is not what was written.
  record DamageRead(LogDamagedException damage) implements OfMending {}

  /// A part of mending the log while it is open is done.
  record LiveMendingStep(LiveMending.Step step) implements OfMending {}

  /// A part of mending the log is done, or failed.
  record MendingStep(Mending.Step step, Throwable failure) implements OfOpening {}

  /// The files are set aside, and `anew` is to begin; or that could not be done.
  record Succeeded(ReplicaConfig anew, Throwable failure) implements OfOpening {}

  /// It is durable with whom the partition begins, or could not be made so.
  record FoundersSaved(Throwable failure) implements OfOpening {}

  /// No process runs on `node`, or another one than a while ago.
  record NodeLost(NodeId node) implements Command {}

  /// The cluster says that `peer` can be reached again.
  record PeerReachable(NodeId peer) implements Command {}

  /// See [ReplicaHandle#readIndex].
  record ReadIndex(CompletableFuture<ReadAnswer> answer) implements Command {}

  /// See [ReplicaHandle#handOver].
  record HandOver(Optional<NodeId> to, CompletableFuture<Boolean> answer) implements Command {}

  /// See [ReplicaHandle#change].
  record Change(MemberAction action, NodeId node, CompletableFuture<String> answer)
      implements Command {}

  /// See [ReplicaHandle#trim].
  record Trim(long belowLsn, CompletableFuture<Long> answer) implements Command {}

  /// What opening came to.
  record OpeningDone(Opening.Result<Files> result) implements OfOpening {}

  /// The writer reports.
  record FromWriter(Writer.Event event) implements Command {}

  /// The ballot is durable, or could not be made so.
  record BallotSaved(Ballot ballot, Throwable failure) implements Command {}

  /// Batches for a peer that lags were read, or could not be.
  record HistoryRead(Effect.SendBatches effect, List<Batch> batches, Throwable failure)
      implements Command {}

  /// The open files of a replica.
  record Files(Log log, BallotStore ballots, MembersStore members) implements AutoCloseable {
    @Override
    public void close() {
      log.close();
      ballots.close();
    }

    /// What opening found, for people.
    String describe(WriterConfig writer) {
      return ("%s, %d segments, ends at LSN %d; torn writes are told from damage by marks, and by"
              + " notes %d ms after the last append")
          .formatted(
              log.recovery().kind(),
              log.recovery().segments(),
              log.appendedLsn(),
              writer.delays().note().toMillis());
    }

    /// @param mended whether what was damaged was mended just now
    static Files open(ReplicaConfig config, boolean mended) {
      // Members and ballots first: so a log without them is one that lost them.
      MembersStore members = MembersStore.open(config.directory(), config.fresh());
      BallotStore ballots = BallotStore.open(config.directory());
      try {
        Log log = Log.open(config.directory(), config.log());
        try {
          if (!mended) {
            Repair.tidy(config.directory());
          }
          readForProducers(config, log);
          members.align(log.epochs(), log.appendedLsn());
          beginAlone(config, members);
          return new Files(log, ballots, members);
        } catch (RuntimeException e) {
          log.close();
          throw e;
        }
      } catch (RuntimeException e) {
        ballots.close();
        throw e;
      }
    }
  }

  /// The writer goes over as much of the log as its producers need, and opening need not have: what
  /// is damaged there is mended before others work with the log.
  private static void readForProducers(ReplicaConfig config, Log log) {
    if (config.log().openCheck() == LogConfig.OpenCheck.TAIL) {
      ProducersFile.restore(log, new Producers(config.writer().producers()));
    }
  }

  /// Who is not placed here came later, and who is placed alone need ask nobody.
  private static void beginAlone(ReplicaConfig config, MembersStore members) {
    if (members.founders().isEmpty()) {
      if (!config.placed().contains(config.node())) {
        members.agree(List.of());
      } else if (config.placed().size() == 1) {
        members.agree(List.of(members.self()));
      }
    }
  }

  private static final int STASH_CAPACITY = 4096;

  private Replica() {}

  private static Behavior<Command> opened(
      ReplicaConfig config,
      Links links,
      ReplicaHandle handle,
      Files files,
      Consumer<RuntimeException> onFailure) {
    Behavior<Command> running =
        Behaviors.setup(context -> new RunningReplica(context, config, links, handle, files));
    return files.members().founders().isPresent()
        ? running
        : Behaviors.setup(
            context -> new Founding(context, config, links, files, onFailure, () -> running));
  }

  /// A replica that does nothing before it is [Admitted]. What it is told until then is lost.
  static Behavior<Command> waiting(
      Links links, ReplicaHandle handle, Consumer<RuntimeException> onFailure) {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof Admitted(ReplicaConfig config)) {
            return create(config, links, handle, onFailure);
          }
          Callers.refuse(command, "the node does not take part yet");
          return Behaviors.same();
        });
  }

  /// A replica that opens its log, takes part, and says through `onFailure` why it cannot.
  static Behavior<Command> create(
      ReplicaConfig config,
      Links links,
      ReplicaHandle handle,
      Consumer<RuntimeException> onFailure) {
    Consumer<RuntimeException> failed =
        cause -> {
          handle.failed(cause);
          onFailure.accept(cause);
        };
    return opening(config, links, handle, failed, false);
  }

  /// @param mended whether it was damaged, and should be sound now
  private static Behavior<Command> opening(
      ReplicaConfig config,
      Links links,
      ReplicaHandle handle,
      Consumer<RuntimeException> failed,
      boolean mended) {
    return Opening.create(
        Command.class,
        STASH_CAPACITY,
        () -> Files.open(config, mended),
        OpeningDone::new,
        message -> message instanceof OpeningDone(Opening.Result<Files> result) ? result : null,
        (stash, result) ->
            switch (result) {
              case Opening.Result.Opened<Files>(Files files) ->
                  stash.unstashAll(opened(config, links, handle, files, failed));
              case Opening.Result.Failed<Files>(RuntimeException cause)
                  when cause instanceof LogDamagedException
                      || cause instanceof BallotDamagedException ->
                  stash.unstashAll(
                      Mending.create(
                          config,
                          links,
                          handle,
                          cause,
                          cause instanceof LogDamagedException && !mended,
                          failed,
                          next -> opening(next, links, handle, failed, true)));
              case Opening.Result.Failed<Files>(RuntimeException cause) -> {
                failed.accept(cause);
                yield Behaviors.stopped();
              }
            });
  }
}
