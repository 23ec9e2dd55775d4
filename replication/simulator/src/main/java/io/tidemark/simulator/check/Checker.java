package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.Tail;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;

/// Is told what happens in the cluster; an [Invariant] throws a [Violation] when it does not hold.
///
/// Every method does nothing unless overridden.
public interface Checker {
  /// `node` begins to look at its disk; `started` follows, or it stays down.
  default void opening(ReplicaId node) {}

  /// `node` came out of recovery with `log`, having found `onDisk` as its promise.
  default void started(ReplicaId node, Log log, Ballot onDisk) {}

  /// The log of `node` is damaged, and it takes no part until it is mended; then `started` follows.
  default void mending(ReplicaId node) {}

  /// What `node` has, which is damaged for good, is set aside for another replica.
  default void givenUp(ReplicaId node) {}

  /// The disk of `node` spoilt `batch`, which it had stored.
  default void spoilt(ReplicaId node, Batch batch) {}

  /// `node` goes by these `members`, after a start or at rest.
  default void goesBy(ReplicaId node, Members members) {}

  /// `node` is dead; what it had not synced may be lost.
  default void crashed(ReplicaId node) {}

  /// `batches` are about to be written to the log of `node`, or a part of them if it dies in it.
  default void appending(ReplicaId node, List<Batch> batches) {}

  /// There was no room for `batches`, which the leader `node` was about to write: none was written,
  /// and their LSNs are free again.
  default void notAppended(ReplicaId node, List<Batch> batches) {}

  /// The writer of `node` begins to number records in `epoch`; all it was given before is written.
  default void leading(ReplicaId node, long epoch) {}

  /// A sync of the log of `node` returned; it says that all up to `lsn` is durable.
  default void synced(ReplicaId node, long lsn) {}

  /// A sync of the disk of `node` failed, of whichever file.
  default void syncFailed(ReplicaId node) {}

  /// The log of `node` is about to lose all after `lsn`.
  default void truncating(ReplicaId node, long lsn) {}

  /// That truncation returned.
  default void truncated(ReplicaId node, long lsn) {}

  /// The log of `node` is about to lose records below `lsn`, as far as whole segments go.
  default void trimming(ReplicaId node, long lsn) {}

  /// That trim returned, and the log begins with record `firstLsn`.
  default void trimmed(ReplicaId node, long firstLsn) {}

  /// An offer is on the wire: what begins behind `tail`, and `state` is what a replay of all up to
  /// there gives.
  default void offered(ReplicaId from, Message.Offer offer, Tail tail, long state) {}

  /// The log of `node` is about to be dropped, and to begin anew behind `tail`.
  default void beginning(ReplicaId node, Tail tail) {}

  /// That has returned.
  default void began(ReplicaId node, Tail tail) {}

  /// The subscriber on `node` goes on behind record `lsn`, with `state` in place of all records up
  /// to there: its own of an earlier life, or that of an offer.
  default void restored(ReplicaId node, long lsn, long state) {}

  /// The ballot is on the disk of `node`.
  default void ballotSaved(ReplicaId node, Ballot ballot) {}

  /// The core of `node` took `event` and asked for `effects`, which are not carried out yet.
  default void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {}

  /// `message` is on the wire.
  default void sent(ReplicaId from, ReplicaId to, Message message) {}

  /// `batches`, which are not none, were read on `node` for a peer.
  default void served(ReplicaId node, List<Batch> batches) {}

  /// `node`, which runs, was asked for record `lsn` by one that lost it, and gives `batches`.
  default void answered(ReplicaId node, long lsn, List<Batch> batches) {}

  /// `node` read `batches` from the wire; whether they are as they were sent says `intact`.
  default void decoded(ReplicaId node, List<Batch> batches, boolean intact) {}

  /// A subscriber on `node` read `batch` as the next committed one.
  default void applied(ReplicaId node, Batch batch) {}

  /// A producer wants `operation` to be appended; they are numbered from 1 on.
  default void asked(long operation) {}

  /// A producer was told that `operation` is record `lsn`, held by a quorum.
  default void acknowledged(ReplicaId node, long lsn, long operation) {}

  /// A producer was told that `operation` is surely not in the log.
  default void refused(long operation) {}

  /// A producer was told that nobody knows whether `operation` is in the log.
  default void unknown(long operation) {}

  /// On `node` so many appends and commands of the writer wait, and so many sends are held back.
  default void queued(ReplicaId node, int appends, int heldBack) {}

  /// Somebody asked `node` for a linearizable read.
  default void readRequested(ReplicaId node, long id) {}

  /// The read may be answered from the state at `lsn`.
  default void readReady(ReplicaId node, long id, long lsn) {}

  /// The faults are over, all nodes run and have come to rest; `log` is that of `node`.
  default void rested(ReplicaId node, Log log) {}

  /// The log of `node` was closed in an orderly way, and so many files and mappings are open still.
  default void closed(ReplicaId node, int openFiles) {}
}
