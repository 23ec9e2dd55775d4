package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Log;
import io.tidemark.partition.Appends;
import io.tidemark.partition.Lease;
import io.tidemark.partition.Watermarks;
import io.tidemark.protocol.Members;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.typed.ActorRef;

/// How everybody else on the node works with one replica. Safe for use by several threads.
public final class ReplicaHandle {
  /// The last epoch that this replica led, or leads, and for how long it may speak for it.
  private record Leadership(long epoch, Lease lease) {}

  /// An open log and the way in.
  public record Open(Log log, Appends appends) {}

  private final int partition;
  private final Watermarks watermarks = new Watermarks();
  private final CompletableFuture<Open> open = new CompletableFuture<>();
  private final List<Runnable> leaderWatchers = new CopyOnWriteArrayList<>();
  private volatile ReplicaView view = ReplicaView.OPENING;
  private volatile Leadership newest = new Leadership(0, () -> false);
  private volatile ActorRef<Replica.Command> replica;
  private volatile boolean resting;
  private volatile boolean lacksState;
  private volatile boolean ending;

  ReplicaHandle(int partition) {
    this.partition = partition;
  }

  public int partition() {
    return partition;
  }

  /// How high this replica's log has come.
  public Watermarks watermarks() {
    return watermarks;
  }

  /// Role, epoch and leader as last known here.
  public ReplicaView view() {
    return view;
  }

  /// Who is known here to lead.
  public Optional<NodeId> leader() {
    return view.leader();
  }

  /// Complete when the log is open; failed if it cannot be opened.
  public CompletionStage<Open> open() {
    return open.minimalCompletionStage();
  }

  /// The open log, if it is open.
  public Optional<Open> openNow() {
    return open.isDone() && !open.isCompletedExceptionally()
        ? Optional.of(open.join())
        : Optional.empty();
  }

  /// Whether an acknowledgement of `epoch` may still be passed on: false if it is this replica's
  /// own and its lease has run out. Crash story: the writer acknowledges, the process is stopped
  /// for 20 s with the answer on its way through the node, and goes on when another leads.
  public boolean maySpeakFor(long epoch) {
    Leadership own = newest;
    return own.epoch() != epoch || own.lease().holds();
  }

  /// Asks for a moment at which to read: answered with the LSN to have applied, or refused if this
  /// replica cannot confirm that it leads. Without a majority there may be no answer: set a time
  /// limit.
  public CompletionStage<ReadAnswer> readIndex() {
    CompletableFuture<ReadAnswer> answer = new CompletableFuture<>();
    replica.tell(new Replica.ReadIndex(answer));
    return answer;
  }

  /// The members of the partition at a moment after this call, committed: a replica that was
  /// stopped before it, and is none of them, is no voter, and cannot become one while it is
  /// stopped. Empty if this replica cannot confirm that it leads, or the last change is not
  /// committed yet. Without a majority there may be no answer: set a time limit.
  public CompletionStage<Optional<Members>> confirmedMembers() {
    return readIndex()
        .thenApply(
            answer ->
                Optional.of(view)
                    .filter(_ -> answer instanceof ReadAnswer.Ready)
                    .filter(now -> now.settled() && now.state().equals(ReplicaView.LEADER))
                    .map(ReplicaView::members));
  }

  /// Hands the leadership to `to`, or to whoever has most of the log, without losing anything: no
  /// append is taken from the beginning to the end of it. False if this replica does not lead, or
  /// nobody took it over in time and it goes on.
  public CompletionStage<Boolean> handOver(Optional<NodeId> to) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    replica.tell(new Replica.HandOver(to, answer));
    return answer;
  }

  /// Does `action` about the replica on `node`: empty when the change is in the log and will hold
  /// unless this leadership ends before it is committed, otherwise why it cannot be, now or ever.
  public CompletionStage<String> change(MemberAction action, NodeId node) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    replica.tell(new Replica.Change(action, node, answer));
    return answer;
  }

  /// Deletes records below `belowLsn`, as far as they are committed and fill whole segments, and no
  /// holder of the log needs them. Answered with the first LSN that is there then, which may be
  /// lower, and is the old one where there was no room to note it; fails if the replica takes no
  /// part.
  ///
  /// A replica elsewhere that lacks them begins behind them: what they told is lost to its
  /// application, unless that gets it otherwise.
  public CompletionStage<Long> trim(long belowLsn) {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    replica.tell(new Replica.Trim(belowLsn, answer));
    return answer;
  }

  /// Whether whoever applies the log lacks, at the moment, what trimmed records came to: as long as
  /// it does this replica, if it is a learner, does not become a voter. False unless it is told.
  public void lacksState(boolean now) {
    lacksState = now;
  }

  /// Its node is about to end: whoever gave it a leadership now would take it from where it just
  /// went.
  void ends() {
    ending = true;
  }

  /// Whether its node is about to end.
  public boolean isEnding() {
    return ending;
  }

  /// See [#lacksState(boolean)].
  public boolean lacksState() {
    return lacksState;
  }

  void opened(Log log, Appends appends) {
    watermarks.log(log.firstLsn(), log.appendedLsn(), log.durableLsn());
    open.complete(new Open(log, appends));
  }

  /// Everything up to `lsn` is committed; it is open.
  void committed(long lsn) {
    watermarks.committed(lsn);
    open.join().appends().committed(lsn);
  }

  void leads(long epoch, Lease lease) {
    newest = new Leadership(epoch, lease);
  }

  void rests(boolean now) {
    if (resting != now) {
      resting = now;
    }
  }

  /// Whether it needs no ticks.
  boolean isResting() {
    return resting;
  }

  /// Nobody is there any more to whom `ref` would bring anything.
  void ended(ActorRef<Replica.Command> ref) {
    replica = ref;
    resting = true;
    view(ReplicaView.LEAVING);
    watermarks.end();
  }

  void failed(RuntimeException cause) {
    open.completeExceptionally(cause);
  }

  /// Calls `watcher`, on the replica's thread, whenever the known leader changes. It must not
  /// block.
  public void watchLeader(Runnable watcher) {
    leaderWatchers.add(watcher);
  }

  void view(ReplicaView newView) {
    ReplicaView before = view;
    view = newView;
    if (!before.leader().equals(newView.leader())) {
      leaderWatchers.forEach(Runnable::run);
    }
  }

  void replica(ActorRef<Replica.Command> ref) {
    replica = ref;
  }

  ActorRef<Replica.Command> replica() {
    return replica;
  }
}
