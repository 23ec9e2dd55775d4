package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.MemberChange;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// How a running replica gets to know those that are no members, or is known by those that are:
/// greetings in, greetings out, and the changes of members that people ask for, who know nodes but
/// not their replicas. Used by the replica's thread.
final class Introductions {
  private static final int TICKS_BETWEEN_HELLOS = 40;
  private static final int TICKS_TO_ANSWER = 120;

  private final int partition;
  private final ReplicaId self;
  private final List<ReplicaId> founders;
  private final Links links;
  private final ReplicaCore core;
  private final Callers callers;
  private final Consumer<Event> onEvent;
  private int ticksToAnswer;
  private int ticks;

  Introductions(
      int partition,
      MembersStore members,
      Links links,
      ReplicaCore core,
      Callers callers,
      Consumer<Event> onEvent) {
    this.partition = partition;
    this.self = members.self();
    this.founders = members.founders().orElseThrow();
    this.links = links;
    this.core = core;
    this.callers = callers;
    this.onEvent = onEvent;
  }

  void tick() {
    if (core.isUnknown() && ticks++ % TICKS_BETWEEN_HELLOS == 0) {
      links.byNode().keySet().forEach(node -> greet(node, Greeting.Kind.HELLO));
    }
    if (--ticksToAnswer == 0) {
      callers.nobodyArrived();
    }
  }

  private void greet(NodeId to, Greeting.Kind kind) {
    // All who began may have lost their disks since, one after the other.
    List<ReplicaId> known = founders.isEmpty() ? core.members().all() : founders;
    links.greet(to, partition, new Greeting(kind, self, Optional.of(known)));
  }

  void greeted(Greeting greeting) {
    ReplicaId from = greeting.from();
    switch (greeting.kind()) {
      case HELLO -> greet(from.node(), Greeting.Kind.ANSWER);
      case INVITATION -> greet(from.node(), Greeting.Kind.HELLO);
      case SUCCEEDS -> {
        if (isExpected(from)) {
          greet(from.node(), Greeting.Kind.INVITATION);
        }
      }
      case ANSWER -> {}
    }
    if (asksToCome(greeting.kind()) && !core.members().contains(from)) {
      if (callers.arrived(from.node())) {
        onEvent.accept(new Event.ChangeRequested(new MemberChange.AddLearner(from)));
      } else {
        onEvent.accept(new Event.StrangerHeard(from));
      }
    }
  }

  private static boolean asksToCome(Greeting.Kind kind) {
    return kind == Greeting.Kind.HELLO || kind == Greeting.Kind.SUCCEEDS;
  }

  /// Whether `successor` is a learner of this leader, by a record that is committed: a majority has
  /// it that the damaged one, which is silent, is not of. So nothing that is committed needs that.
  private boolean isExpected(ReplicaId successor) {
    return core.isLeader()
        && core.members().isLearner(successor)
        && core.membersLsn() <= core.committed();
  }

  /// The replica of `node` among the members, if there is one.
  static Optional<ReplicaId> memberOn(Members members, NodeId node) {
    return members.all().stream().filter(one -> one.node().equals(node)).findFirst();
  }

  /// The member on `node`; if there is none, one that is none.
  ReplicaId replicaOn(NodeId node) {
    return memberOn(core.members(), node).orElse(ReplicaId.of(node));
  }

  /// Changes the members as asked; `answer` is given when it is done, or why not.
  void change(MemberAction action, NodeId node, CompletableFuture<String> answer) {
    Optional<ReplicaId> member = memberOn(core.members(), node);
    if (callers.isChanging()) {
      answer.complete("another change is under way");
    } else if (!core.isLeader()) {
      answer.complete("this replica does not lead");
    } else if (action == MemberAction.ADD) {
      add(node, member, answer);
    } else if (member.isEmpty()) {
      answer.complete("it is no member");
    } else {
      callers.changes(answer);
      onEvent.accept(
          new Event.ChangeRequested(
              action == MemberAction.PROMOTE
                  ? new MemberChange.Promote(member.get())
                  : new MemberChange.Remove(member.get())));
    }
  }

  private void add(NodeId node, Optional<ReplicaId> member, CompletableFuture<String> answer) {
    if (member.isPresent()) {
      answer.complete("it is a member");
      return;
    }
    callers.invites(node, answer);
    ticksToAnswer = TICKS_TO_ANSWER;
    greet(node, Greeting.Kind.INVITATION);
  }
}
