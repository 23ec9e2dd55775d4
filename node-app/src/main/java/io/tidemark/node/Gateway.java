package io.tidemark.node;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.log.writer.Refusal;
import io.tidemark.log.writer.WriterHealth;
import io.tidemark.node.directory.Registrar;
import io.tidemark.node.kv.KvPartition;
import io.tidemark.node.kv.KvState;
import io.tidemark.node.kv.SnapshotAnswer;
import io.tidemark.node.kv.SnapshotPeers;
import io.tidemark.partition.AckLevel;
import io.tidemark.partition.AppendOutcome;
import io.tidemark.partition.Appends;
import io.tidemark.partition.Watermarks;
import io.tidemark.protocol.Members;
import io.tidemark.runtime.BetweenNodes;
import io.tidemark.runtime.MemberAction;
import io.tidemark.runtime.ReadAnswer;
import io.tidemark.runtime.ReplicaHandle;
import io.tidemark.runtime.ReplicaView;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.Fact;
import io.tidemark.runtime.directory.Roster;
import io.tidemark.runtime.directory.RosterText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// The door of a node for other nodes, and for itself: everything that only a leader can do.
public final class Gateway extends AbstractBehavior<Gateway.Command> {
  /// Name of the one gateway of a node, under the guardian.
  public static final String NAME = "gateway";

  /// What it is asked; also what travels between nodes.
  public sealed interface Command {}

  /// Append one record to `partition`.
  public record Append(
      int partition, int type, byte[] payload, AckLevel level, ActorRef<AppendOutcome> replyTo)
      implements Command, BetweenNodes {}

  /// Append one record to `partition` unless it was appended before: it has the stamp of `producer`
  /// and `sequence`. A class of its own, so that nodes of an older release still know the other.
  public record AppendOnce(
      int partition,
      int type,
      byte[] payload,
      long producer,
      long sequence,
      AckLevel level,
      ActorRef<AppendOutcome> replyTo)
      implements Command, BetweenNodes {}

  /// Read `key` of `partition` as of now.
  public record Get(int partition, String key, ActorRef<GetAnswer> replyTo)
      implements Command, BetweenNodes {}

  /// Send a piece of this node's snapshot of `partition`; see
  /// [io.tidemark.node.kv.SnapshotPeers.Wanted].
  public record GetSnapshot(
      int partition, long atLeastLsn, long lsn, long position, ActorRef<SnapshotAnswer> replyTo)
      implements Command, BetweenNodes {}

  /// Say how this node's replicas are.
  public record GetStatus(ActorRef<NodeStatus> replyTo) implements Command, BetweenNodes {}

  /// Hand the leadership of `partition` to the node `to`, or to any if it is empty.
  public record HandOver(int partition, String to, ActorRef<HandedOver> replyTo)
      implements Command, BetweenNodes {}

  /// Answer to [HandOver].
  public record HandedOver(boolean done) implements BetweenNodes {}

  /// Make `node` a learner of `partition` ("add"), a learner a voter ("promote"), or a member none
  /// ("remove").
  public record ChangeMembers(
      int partition, String change, String node, ActorRef<MembersChanged> replyTo)
      implements Command, BetweenNodes {}

  /// Answer to [ChangeMembers]; `refusal` is empty if it was done.
  public record MembersChanged(String refusal) implements BetweenNodes {}

  /// Append `fact` to the directory.
  public record Propose(String fact, ActorRef<Proposed> replyTo) implements Command, BetweenNodes {}

  /// Answer to [Propose]; `refusal` is empty if the fact holds.
  public record Proposed(String refusal) implements BetweenNodes {}

  /// Tell your roster, if it is newer than `version`.
  public record GetNews(long version, ActorRef<News> replyTo) implements Command, BetweenNodes {}

  /// Answer to [GetNews]; empty if there are none.
  public record News(String roster) implements BetweenNodes {}

  /// Say, as the leader of `partition`, who its members are now.
  public record GetMembers(int partition, ActorRef<ConfirmedMembers> replyTo)
      implements Command, BetweenNodes {}

  /// Answer to [GetMembers]: their ids; none if this node cannot say.
  public record ConfirmedMembers(ArrayList<String> ids) implements BetweenNodes {}

  /// Answer to [Get].
  public sealed interface GetAnswer extends BetweenNodes {}

  /// The value, and the record that set it.
  public record Found(byte[] value, long lsn) implements GetAnswer {}

  /// No such key.
  public record Absent() implements GetAnswer {}

  /// This node cannot say, because it does not lead.
  public record NotLeader() implements GetAnswer {}

  /// Too many ask at once.
  public record Busy() implements GetAnswer {}

  /// Answer to [GetStatus].
  public record NodeStatus(ArrayList<ReplicaStatus> replicas) implements BetweenNodes {}

  /// One replica of one node. `id` is empty while it is opening, `leader` if none is known; members
  /// are named by their ids.
  public record ReplicaStatus(
      int partition,
      String id,
      long epoch,
      String leader,
      String state,
      long first,
      long appended,
      long durable,
      long committed,
      long applied,
      ArrayList<String> voters,
      ArrayList<String> learners)
      implements BetweenNodes {}

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

  private final ReplicatedNode node;
  private final Map<Integer, ActorRef<KvPartition.Command>> stores;
  private final ActorRef<Registrar.Command> registrar;

  /// @param stores the state machine of each partition this node holds; safe for several threads,
  ///   and more may come
  public static Behavior<Command> create(
      ReplicatedNode node,
      Map<Integer, ActorRef<KvPartition.Command>> stores,
      ActorRef<Registrar.Command> registrar) {
    return Behaviors.setup(context -> new Gateway(context, node, stores, registrar));
  }

  private Gateway(
      ActorContext<Command> context,
      ReplicatedNode node,
      Map<Integer, ActorRef<KvPartition.Command>> stores,
      ActorRef<Registrar.Command> registrar) {
    super(context);
    this.node = node;
    this.stores = stores;
    this.registrar = registrar;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Append append ->
          appendsOf(append.partition(), append.replyTo())
              .ifPresent(
                  appends ->
                      appends.append(
                          append.type(), append.payload(), append.level(), append.replyTo()));
      case AppendOnce append ->
          appendsOf(append.partition(), append.replyTo())
              .ifPresent(
                  appends -> appends.append(record(append), append.level(), append.replyTo()));
      case Get get -> get(get);
      case GetSnapshot asked -> snapshot(asked);
      case GetStatus(ActorRef<NodeStatus> replyTo) -> replyTo.tell(status());
      case GetMembers asked -> confirmMembers(asked);
      case HandOver handOver -> handOver(handOver);
      case ChangeMembers change -> changeMembers(change);
      case Propose asked -> propose(asked);
      case GetNews(long version, ActorRef<News> replyTo) -> {
        Roster roster = node.roster();
        replyTo.tell(new News(roster.version() > version ? RosterText.of(roster) : ""));
      }
    }
    return this;
  }

  /// The way in to `partition`; without one, `replyTo` is refused.
  private Optional<Appends> appendsOf(int partition, ActorRef<AppendOutcome> replyTo) {
    Optional<Appends> appends =
        node.replica(partition).flatMap(ReplicaHandle::openNow).map(ReplicaHandle.Open::appends);
    if (appends.isEmpty()) {
      replyTo.tell(new AppendOutcome.Refused(Refusal.NOT_LEADER, "no open replica here"));
    }
    return appends;
  }

  private static RecordData record(AppendOnce append) {
    return RecordData.of(append.type(), append.payload())
        .stamped(new Stamp(append.producer(), append.sequence()));
  }

  /// First the moment to read at, from the replica; then the state that has applied it.
  private void get(Get get) {
    Optional<ReplicaHandle> replica = node.replica(get.partition());
    if (replica.isEmpty()) {
      get.replyTo().tell(new NotLeader());
      return;
    }
    ActorRef<KvPartition.Command> store = stores.get(get.partition());
    Scheduler scheduler = getContext().getSystem().scheduler();
    replica
        .get()
        .readIndex()
        .thenCompose(
            moment ->
                switch (moment) {
                  case ReadAnswer.Ready(long lsn) -> read(store, get.key(), lsn, scheduler);
                  case ReadAnswer.Full() ->
                      CompletableFuture.<GetAnswer>completedFuture(new Busy());
                  case ReadAnswer.Refused() ->
                      CompletableFuture.<GetAnswer>completedFuture(new NotLeader());
                })
        .whenComplete(
            (answer, failure) -> get.replyTo().tell(failure == null ? answer : new NotLeader()));
  }

  private static CompletionStage<GetAnswer> read(
      ActorRef<KvPartition.Command> store, String key, long lsn, Scheduler scheduler) {
    return AskPattern.<KvPartition.Command, Optional<KvState.Entry>>ask(
            store, replyTo -> new KvPartition.Get(key, lsn, replyTo), READ_TIMEOUT, scheduler)
        .thenApply(
            entry ->
                entry.<GetAnswer>map(e -> new Found(e.value(), e.lsn())).orElseGet(Absent::new));
  }

  private void snapshot(GetSnapshot asked) {
    SnapshotPeers.Wanted wanted =
        new SnapshotPeers.Wanted(
            asked.partition(), asked.atLeastLsn(), asked.lsn(), asked.position());
    Optional.ofNullable(stores.get(asked.partition()))
        .ifPresentOrElse(
            store -> store.tell(new KvPartition.GetPiece(wanted, asked.replyTo())),
            () -> asked.replyTo().tell(new SnapshotAnswer.None("no replica here")));
  }

  private void handOver(HandOver asked) {
    Optional<NodeId> to = Optional.of(asked.to()).filter(n -> !n.isEmpty()).map(NodeId::new);
    node.replica(asked.partition())
        .map(replica -> replica.handOver(to))
        .orElseGet(() -> CompletableFuture.completedFuture(false))
        .thenAccept(done -> asked.replyTo().tell(new HandedOver(done)));
  }

  private void confirmMembers(GetMembers asked) {
    node.replica(asked.partition())
        .ifPresent(
            replica ->
                replica
                    .confirmedMembers()
                    .thenAccept(
                        members ->
                            asked
                                .replyTo()
                                .tell(
                                    new ConfirmedMembers(
                                        ids(members.map(Members::all).orElse(List.of()))))));
  }

  private void changeMembers(ChangeMembers asked) {
    NodeId about = new NodeId(asked.node());
    MemberAction action = MemberAction.valueOf(asked.change().toUpperCase(Locale.ROOT));
    Optional<ReplicaHandle> replica = node.replica(asked.partition());
    CompletionStage<String> refusal =
        !node.roster().isPresent(about)
            ? CompletableFuture.completedFuture("there is no node " + about)
            : replica
                .map(one -> one.change(action, about))
                .orElseGet(() -> CompletableFuture.completedFuture("no replica here"));
    refusal.thenAccept(why -> asked.replyTo().tell(new MembersChanged(why)));
  }

  private void propose(Propose asked) {
    AskPattern.<Registrar.Command, String>ask(
            registrar,
            replyTo -> new Registrar.Propose(Fact.parse(asked.fact()), replyTo),
            READ_TIMEOUT,
            getContext().getSystem().scheduler())
        .whenComplete(
            (refusal, failure) ->
                asked
                    .replyTo()
                    .tell(new Proposed(failure == null ? refusal : "no answer in time")));
  }

  private static ArrayList<String> ids(List<ReplicaId> replicas) {
    ArrayList<String> ids = new ArrayList<>();
    replicas.forEach(one -> ids.add(one.toString()));
    return ids;
  }

  private NodeStatus status() {
    ArrayList<ReplicaStatus> statuses = new ArrayList<>();
    for (ReplicaHandle replica : node.replicas()) {
      ReplicaView view = replica.view();
      Watermarks marks = replica.watermarks();
      statuses.add(
          new ReplicaStatus(
              replica.partition(),
              view.id().map(ReplicaId::toString).orElse(""),
              view.epoch(),
              view.leader().map(NodeId::name).orElse(""),
              state(replica),
              marks.first(),
              marks.appended(),
              marks.durable(),
              marks.committed(),
              marks.applied(),
              ids(view.members().voters()),
              ids(view.members().learners())));
    }
    return new NodeStatus(statuses);
  }

  /// The role and, if the node ends or the writer is not well, what it is instead.
  private static String state(ReplicaHandle replica) {
    String role = replica.view().state();
    if (replica.isEnding()) {
      return role + ", ending";
    }
    return replica
        .openNow()
        .map(open -> open.appends().health().condition().state())
        .filter(state -> state != WriterHealth.State.HEALTHY && state != WriterHealth.State.FENCED)
        .map(state -> role + ", " + state.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .orElse(role);
  }
}
