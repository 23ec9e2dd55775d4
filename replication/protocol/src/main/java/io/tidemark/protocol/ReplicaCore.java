package io.tidemark.protocol;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// One replica of one partition: `step(event)` returns effects and does nothing else.
///
/// Used by one thread. The same events in the same order give the same effects.
public final class ReplicaCore {
  private final Standing standing;
  private Role role;

  /// A replica as it comes out of recovery.
  ///
  /// @param ballot what it had promised
  /// @param history which epochs wrote its log
  /// @param members the changes of members that were saved, in the order of their LSNs
  /// @param firstLsn where its log begins: records before it were trimmed
  /// @param lastLsn where its log ends; all of it is durable
  public ReplicaCore(
      ProtocolConfig config,
      Ballot ballot,
      EpochHistory history,
      List<Membership> members,
      long firstLsn,
      long lastLsn) {
    long promised = Math.max(ballot.epoch(), history.epochAt(lastLsn));
    Ballot known = promised == ballot.epoch() ? ballot : new Ballot(promised, Optional.empty());
    this.standing = new Standing(config, known, history, members, firstLsn, lastLsn);
    if (!known.equals(ballot)) {
      // Crash story: it appended records of epoch 2 while the ballot of 2 was still being saved.
      // Known from the log alone, the promise would go with the record when that is cut.
      standing.emit(new Effect.SaveBallot(known));
    }
    this.role = new Follower(standing, firstTimeout());
  }

  /// The same where the members never changed, and nothing was trimmed.
  public ReplicaCore(ProtocolConfig config, Ballot ballot, EpochHistory history, long lastLsn) {
    this(config, ballot, history, List.of(), 1, lastLsn);
  }

  /// The preferred leader stands first after a start, each further voter a quarter of a timeout
  /// later.
  private int firstTimeout() {
    int electionTicks = standing.config.electionTicks();
    int rank = standing.members().voters().indexOf(standing.config.self());
    return electionTicks / 2 + rank * Math.max(2, electionTicks / 4);
  }

  /// Takes the next event.
  public List<Effect> step(Event event) {
    Role.Kind before = role.kind();
    long epochBefore = standing.epoch();
    take(event);
    new Transition(before, role.kind(), standing.epoch() > epochBefore).check();
    return standing.takeEffects();
  }

  private void take(Event event) {
    if (wakes(event)) {
      if (standing.isResting()) {
        standing.wake();
        role.woken();
      }
      role.disturbed();
    }
    switch (event) {
      case Event.Tick(Set<NodeId> heard) -> {
        if (!standing.isResting()) {
          standing.tick(heard);
          role = role.tick();
        }
      }
      case Event.Stirred() -> {
        // To wake is all of it.
      }
      case Event.Received(ReplicaId from, Message message) -> received(from, message);
      case Event.Appended appended -> appended(appended);
      case Event.ChangeRequested(MemberChange change) -> {
        if (role instanceof Leader leader) {
          leader.change(change);
        } else {
          standing.emit(new Effect.MembersRefused(change, "this replica does not lead"));
        }
      }
      case Event.MembersNotAppended(long epoch) -> {
        if (role instanceof Leader leader && epoch == standing.epoch()) {
          leader.membersNotAppended();
        }
      }
      case Event.NotReceived(long lastLsn) -> {
        if (standing.notAppended(lastLsn)) {
          role = role.notReceived();
        }
      }
      case Event.Synced(long lsn) -> {
        standing.synced(lsn);
        role = role.synced();
      }
      case Event.BallotSynced(long epoch) -> {
        if (epoch == standing.epoch()) {
          role = role.ballotSynced();
        }
      }
      case Event.Settled(long lastLsn, long durableLsn) -> settled(lastLsn, durableLsn);
      case Event.Trimmed(long firstLsn) -> standing.trimmed(firstLsn);
      case Event.Sent sent -> {
        if (role instanceof Leader leader && sent.epoch() == standing.epoch()) {
          leader.sent(sent);
        }
      }
      case Event.ReadRequested(long id) -> {
        if (role instanceof Leader leader) {
          leader.read(id);
        } else {
          standing.emit(new Effect.ReadRefused(id));
        }
      }
      case Event.PeerReachable(ReplicaId peer) -> {
        if (role instanceof Leader leader) {
          leader.reachable(peer);
        }
      }
      case Event.NodeLost(NodeId node) -> {
        if (role instanceof Follower follower) {
          follower.nodeLost(node);
        }
      }
      case Event.StrangerHeard(ReplicaId stranger) -> {
        if (role instanceof Leader leader) {
          leader.stranger(stranger);
        }
      }
      case Event.HandOverRequested(Optional<ReplicaId> to) -> {
        if (role instanceof Leader leader) {
          leader.handOver(to);
        }
      }
      case Event.Held(long epoch) -> {
        if (role instanceof Leader leader && epoch == standing.epoch()) {
          leader.held();
        }
      }
      case Event.ResignRequested() -> {
        if (role instanceof Leader leader) {
          role = leader.retire();
        }
      }
      case Event.FitnessChanged(boolean fit) -> fitnessChanged(fit);
      case Event.ReadinessChanged(boolean ready) -> {
        standing.ready(ready);
        role = role.synced();
      }
    }
  }

  /// Whether a replica that rests, or is about to, has to look what it means.
  private boolean wakes(Event event) {
    return switch (event) {
      case Event.Tick _,
          Event.Synced _,
          Event.BallotSynced _,
          Event.Sent _,
          Event.Trimmed _,
          Event.StrangerHeard _ ->
          false;
      case Event.ReadRequested _,
          Event.HandOverRequested _,
          Event.ChangeRequested _,
          Event.FitnessChanged _,
          Event.PeerReachable _ ->
          role instanceof Leader;
      case Event.NodeLost(NodeId node) -> role instanceof Leader || standing.isLedFrom(node);
      case Event.Received(ReplicaId _, Message message) ->
          message.epoch() != standing.epoch() || isNews(message);
      case Event.Appended _,
          Event.MembersNotAppended _,
          Event.NotReceived _,
          Event.ReadinessChanged _,
          Event.Settled _,
          Event.Held _,
          Event.ResignRequested _,
          Event.Stirred _ ->
          true;
    };
  }

  private boolean isNews(Message message) {
    return switch (message) {
      case Message.Rest _, Message.Rested _ -> false;
      case Message.Progress progress -> progress.received() < standing.lastLsn();
      default -> true;
    };
  }

  /// The writer of a leader that has just stepped down may still report what it appended before it
  /// heard: that is in the log, whoever leads now.
  private void appended(Event.Appended news) {
    standing.appended(news.epoch(), news.lastLsn());
    news.members().forEach(standing::changeMembers);
    if (role instanceof Leader leader) {
      if (!news.members().isEmpty()) {
        leader.membersChanged();
      }
      leader.appended();
    }
  }

  private void fitnessChanged(boolean fit) {
    standing.fit(fit);
    if (!fit && role instanceof Leader leader) {
      leader.handOver(Optional.empty());
    }
  }

  private void settled(long lastLsn, long durableLsn) {
    standing.settled(lastLsn, durableLsn);
    if (!standing.isUnsettled()) {
      role.settled();
    }
  }

  private void received(ReplicaId from, Message message) {
    if (standing.isUnsettled()) {
      return;
    }
    switch (message) {
      case Message.AskPreVote ask -> {
        Voting.preVote(standing, role instanceof Leader, from, ask);
        if (role instanceof Leader leader && !standing.members().contains(from)) {
          // Removed, and nobody told it.
          leader.stranger(from);
        }
      }
      case Message.PreVote vote when vote.granted() -> {
        if (role instanceof PreCandidate candidate) {
          role = candidate.preVoted(from, vote);
        }
      }
      case Message.AskVote ask
          when ask.epoch() > standing.epoch() && !ask.handedOver() && isLed() -> {
        // Stickiness: while a leader is alive nobody is to unseat it by standing.
      }
      default -> inEpoch(from, message);
    }
  }

  private boolean isLed() {
    return role instanceof Leader || standing.leaderIsLive();
  }

  /// Brings the epochs of message and replica together, then hands over to the role.
  private void inEpoch(ReplicaId from, Message message) {
    if (message.epoch() < standing.epoch()) {
      fence(from, message);
      return;
    }
    if (message.epoch() > standing.epoch()) {
      adopt(message.epoch());
    }
    if (!standing.isUnsettled()) {
      role = role.received(from, message);
    }
  }

  private void adopt(long epoch) {
    if (role instanceof Leader leader) {
      leader.resign();
    }
    standing.follow(Optional.empty());
    standing.promise(epoch, Optional.empty());
    role = new Follower(standing, standing.patience());
  }

  /// Whoever acts in a lower epoch must learn that it is over.
  private void fence(ReplicaId from, Message message) {
    switch (message) {
      case Message.Batches _,
          Message.Heartbeat _,
          Message.Committed _,
          Message.Offer _,
          Message.Rest _,
          Message.AskVote _ ->
          standing.send(from, new Message.Fenced(standing.epoch()));
      case Message.AskPreVote _,
          Message.PreVote _,
          Message.Vote _,
          Message.Progress _,
          Message.Mismatch _,
          Message.StandNow _,
          Message.Resigned _,
          Message.Rested _,
          Message.Fenced _ -> {
        // An answer to something that is over.
      }
    }
  }

  // --- what is known here, for the shell and for checkers

  /// Who this replica is.
  public ReplicaId self() {
    return standing.config.self();
  }

  /// The highest epoch promised.
  public long epoch() {
    return standing.epoch();
  }

  /// Whether this replica leads [#epoch].
  public boolean isLeader() {
    return role instanceof Leader;
  }

  /// Whether nothing is left to do: it needs no ticks until it is told something else.
  public boolean isResting() {
    return standing.isResting();
  }

  /// Whether nobody may know of it: it is no member, or a learner that no leader speaks to. Crash
  /// story: the record that made it a learner was lost with its leader, and the next one never
  /// heard of it; a voter would have stood.
  public boolean isUnknown() {
    return !standing.members().contains(standing.config.self())
        || (!standing.isVoter() && !standing.leaderIsLive());
  }

  /// See [Event.ReadinessChanged].
  public boolean isReady() {
    return standing.isReady();
  }

  /// Who is known to lead.
  public Optional<ReplicaId> leader() {
    return standing.leader();
  }

  /// Who takes part, as far as its log says.
  public Members members() {
    return standing.members();
  }

  /// Since which record they do.
  public long membersLsn() {
    return standing.membersLsn();
  }

  /// The committed watermark.
  public long committed() {
    return standing.committed();
  }

  /// The durable watermark as the core knows it.
  public long durable() {
    return standing.durableLsn();
  }

  Role.Kind role() {
    return role.kind();
  }

  /// The role in one word, for people.
  public String roleName() {
    return role.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
