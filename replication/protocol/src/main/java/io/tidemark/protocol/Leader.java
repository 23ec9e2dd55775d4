package io.tidemark.protocol;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.CheckFailure;
import io.tidemark.foundation.NodeId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/// Numbers the records of its epoch, sends them, and counts who has them durably.
final class Leader implements Role {
  private final Standing standing;
  private final Map<NodeId, PeerProgress> peers = new TreeMap<>();
  private final ReadRounds reads;
  private int ticksToHeartbeat;
  private long durableEverywhere;
  private Optional<HandOver> handOver = Optional.empty();

  private Leader(Standing standing) {
    this.standing = standing;
    this.reads = new ReadRounds(standing);
    this.ticksToHeartbeat = standing.config.heartbeatTicks();
    for (NodeId peer : standing.peers) {
      peers.put(peer, new PeerProgress(standing, peer));
    }
  }

  /// Takes office: the first record is an anchor, because records of earlier epochs are committed
  /// only by one of this epoch above them (Raft 5.4.2).
  static Role elected(Standing standing) {
    Leader leader = new Leader(standing);
    standing.follow(Optional.of(standing.config.self()));
    standing.emit(new Effect.Lead(standing.epoch()));
    leader.peers.values().forEach(PeerProgress::restart);
    return leader;
  }

  /// Check-quorum: a leader that a majority has stopped answering may have been replaced already.
  @Override
  public Role tick() {
    int patience = standing.config.electionTicks();
    long heard = peers.values().stream().filter(peer -> peer.heardWithin(patience)).count();
    if (heard + 1 < standing.config.quorum()) {
      resign();
      return new Follower(standing, standing.patience());
    }
    ticksToHeartbeat--;
    if (ticksToHeartbeat <= 0) {
      heartbeat();
    }
    peers.values().forEach(PeerProgress::tick);
    if (!standing.isFit() && standing.ticks() % (8L * patience) == 0) {
      handOver(Optional.empty());
    }
    return handOver.isEmpty() || handOver.get().tick() ? this : handOverFailed(handOver.get());
  }

  /// Nobody took it over in time. A writer that is stuck cannot go on, so others must.
  private Role handOverFailed(HandOver failed) {
    if (!failed.isHeld()) {
      return retire();
    }
    handOver = Optional.empty();
    standing.emit(new Effect.ResumeAppends(standing.epoch()));
    return this;
  }

  /// Leaves office and says so.
  Role retire() {
    peers.keySet().forEach(peer -> standing.send(peer, new Message.Resigned(standing.epoch())));
    resign();
    return new Follower(standing, standing.patience());
  }

  /// Begins to hand over, to `to` or else to the peer that has most; not where nobody is heard.
  void handOver(Optional<NodeId> to) {
    if (handOver.isPresent()) {
      return;
    }
    handOver =
        peers.values().stream()
            .filter(peer -> to.isEmpty() || to.get().equals(peer.peer()))
            .filter(peer -> peer.heardWithin(standing.config.electionTicks()))
            .max(Comparator.comparingLong(PeerProgress::received))
            .map(heir -> HandOver.to(heir, standing));
    if (handOver.isEmpty()) {
      standing.emit(new Effect.ResumeAppends(standing.epoch()));
    }
  }

  void held() {
    handOver.ifPresent(HandOver::held);
  }

  /// Leaves office. What was appended and not committed has an unknown fate.
  void resign() {
    reads.refuseAll();
    standing.follow(Optional.empty());
    standing.stopLeading();
  }

  void appended() {
    Check.that(
        handOver.isEmpty() || !handOver.get().isHeld(), "an append while the leadership is held");
    peers.values().forEach(PeerProgress::stream);
  }

  void sent(NodeId to, long throughLsn) {
    peer(to).sent(throughLsn);
  }

  void reachable(NodeId peer) {
    peer(peer).restart();
  }

  void read(long id) {
    reads.request(id);
    advanceReads();
  }

  @Override
  public Role synced() {
    advanceCommit();
    handOver.ifPresent(HandOver::advance);
    return this;
  }

  @Override
  public Role received(NodeId from, Message message) {
    switch (message) {
      case Message.Progress progress -> {
        peer(from).progress(progress);
        advanceCommit();
        advanceReads();
        handOver.ifPresent(HandOver::advance);
      }
      case Message.Mismatch mismatch -> peer(from).mismatch(mismatch);
      case Message.AskVote ask -> Voting.vote(standing, from, ask);
      case Message.Batches _, Message.Heartbeat _, Message.Committed _ ->
          throw new CheckFailure(from + " leads epoch " + standing.epoch() + ", which is led here");
      case Message.AskPreVote _,
          Message.PreVote _,
          Message.Vote _,
          Message.StandNow _,
          Message.Resigned _,
          Message.Fenced _ -> {
        // Late answers to the election that made this leader.
      }
    }
    return this;
  }

  private PeerProgress peer(NodeId id) {
    PeerProgress peer = peers.get(id);
    Check.that(peer != null, "a message from a node that holds no replica");
    return peer;
  }

  private void heartbeat() {
    ticksToHeartbeat = standing.config.heartbeatTicks();
    for (NodeId peer : peers.keySet()) {
      standing.send(
          peer, new Message.Heartbeat(standing.epoch(), standing.committed(), reads.round()));
    }
  }

  /// Commits what a quorum, this replica among it, has durably; only a record of this epoch may be
  /// counted, and it carries all before it.
  private void advanceCommit() {
    long reached = reachedByQuorum(standing.durableLsn(), PeerProgress::durable);
    if (standing.history().epochAt(reached) == standing.epoch() && standing.commit(reached)) {
      for (NodeId peer : peers.keySet()) {
        standing.send(peer, new Message.Committed(standing.epoch(), standing.committed()));
      }
      advanceReads();
    }
    long everywhere =
        peers.values().stream()
            .mapToLong(PeerProgress::durable)
            .reduce(standing.committed(), Math::min);
    if (everywhere > durableEverywhere) {
      durableEverywhere = everywhere;
      standing.emit(new Effect.DurableEverywhere(everywhere));
    }
  }

  private void advanceReads() {
    reads.confirmed(reachedByQuorum(reads.round(), PeerProgress::round));
    boolean committedInThisEpoch =
        standing.history().epochAt(standing.committed()) == standing.epoch();
    if (reads.start(committedInThisEpoch)) {
      heartbeat();
      reads.confirmed(reachedByQuorum(reads.round(), PeerProgress::round));
    }
  }

  /// The highest value that a quorum has reached.
  private long reachedByQuorum(long own, ToLongFunction<PeerProgress> of) {
    long[] values = new long[peers.size() + 1];
    values[0] = own;
    int i = 1;
    for (PeerProgress peer : peers.values()) {
      values[i++] = of.applyAsLong(peer);
    }
    Arrays.sort(values);
    return values[values.length - standing.config.quorum()];
  }
}
