package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.partition.Writer;
import io.tidemark.protocol.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Who waits for an answer of a replica that is no record's outcome. Each gets one, whatever
/// happens.
final class Callers {
  private final int maxReads;
  private final Map<Long, CompletableFuture<ReadAnswer>> reads = new HashMap<>();
  private final List<CompletableFuture<Boolean>> handOvers = new ArrayList<>();
  private final List<CompletableFuture<String>> changes = new ArrayList<>();
  private final ArrayDeque<CompletableFuture<Long>> trims = new ArrayDeque<>();
  private Optional<Invitation> invitation = Optional.empty();
  private long lastReadId;

  /// Who wants `node` to be a member, as soon as its replica says who it is.
  private record Invitation(NodeId node, CompletableFuture<String> caller) {}

  Callers(int maxReads) {
    this.maxReads = maxReads;
  }

  /// Returns what the core is told of the read; nothing if as many wait as may.
  Optional<Event> reads(CompletableFuture<ReadAnswer> caller) {
    if (reads.size() >= maxReads) {
      caller.complete(new ReadAnswer.Full());
      return Optional.empty();
    }
    reads.put(++lastReadId, caller);
    return Optional.of(new Event.ReadRequested(lastReadId));
  }

  void readEnded(long id, ReadAnswer answer) {
    reads.remove(id).complete(answer);
  }

  void handsOver(CompletableFuture<Boolean> caller) {
    handOvers.add(caller);
  }

  void handOverEnded(boolean done) {
    handOvers.forEach(caller -> caller.complete(done));
    handOvers.clear();
  }

  boolean isChanging() {
    return !changes.isEmpty() || invitation.isPresent();
  }

  /// No change is under way for `caller` yet: what ends meanwhile is somebody else's.
  void invites(NodeId node, CompletableFuture<String> caller) {
    invitation = Optional.of(new Invitation(node, caller));
  }

  /// Whether a replica on `node` was waited for; its caller waits for the change then.
  boolean arrived(NodeId node) {
    Optional<Invitation> awaited = invitation.filter(one -> one.node().equals(node));
    awaited.ifPresent(
        one -> {
          invitation = Optional.empty();
          changes(one.caller());
        });
    return awaited.isPresent();
  }

  void nobodyArrived() {
    invitation.ifPresent(one -> invitationEnded("node " + one.node() + " does not answer"));
  }

  private void invitationEnded(String refusal) {
    invitation.ifPresent(one -> one.caller().complete(refusal));
    invitation = Optional.empty();
  }

  void changes(CompletableFuture<String> caller) {
    changes.add(caller);
  }

  /// @param refusal empty if the change is in the log
  void changeEnded(String refusal) {
    changes.forEach(caller -> caller.complete(refusal));
    changes.clear();
  }

  /// Answered in the order in which they are asked.
  void trims(CompletableFuture<Long> caller) {
    trims.addLast(caller);
  }

  void trimEnded(long firstLsn) {
    trims.removeFirst().complete(firstLsn);
  }

  void refuseAll(String reason) {
    trims.forEach(caller -> caller.completeExceptionally(new IllegalStateException(reason)));
    trims.clear();
    reads.values().forEach(caller -> caller.complete(new ReadAnswer.Refused()));
    reads.clear();
    handOverEnded(false);
    changeEnded(reason);
    invitationEnded(reason);
  }

  /// Refuses who asks when nobody can be asked any more; who was appended before is told as well.
  static void refuse(Replica.Command command, String reason) {
    switch (command) {
      case Replica.ReadIndex(CompletableFuture<ReadAnswer> caller) ->
          caller.complete(new ReadAnswer.Refused());
      case Replica.HandOver handOver -> handOver.answer().complete(false);
      case Replica.Change change -> change.answer().complete(reason);
      case Replica.Trim trim ->
          trim.answer().completeExceptionally(new IllegalStateException(reason));
      case Replica.FromWriter(Writer.Event event) ->
          event.waiters().forEach(waiter -> waiter.unknown(reason));
      default -> {
        // Nobody waits.
      }
    }
  }
}
