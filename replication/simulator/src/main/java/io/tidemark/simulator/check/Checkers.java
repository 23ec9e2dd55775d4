package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.simkit.DurableView;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// All invariants of one run; what one is told all are told, in this order: those that look before
/// the [Mirrors] have what is written, the mirrors, what is committed, the others.
public final class Checkers {
  private static final int LONGEST_QUEUE = 400;

  private final List<Checker> all;
  private final GoodCopies copies;

  /// A full set for a cluster of `nodes` that begins with `voters`.
  ///
  /// @param disks what the disk of a node keeps in every crash
  public Checkers(
      List<ReplicaId> nodes, List<ReplicaId> voters, Function<ReplicaId, DurableView> disks) {
    Mirrors mirrors = new Mirrors(nodes);
    CommittedRecords committed = new CommittedRecords(mirrors);
    this.copies = new GoodCopies(mirrors, committed);
    this.all =
        List.of(
            new LsnsDense(mirrors),
            new OneChangeAtATime(mirrors, committed, voters),
            mirrors,
            copies,
            new DamageIsNotTheEnd(mirrors),
            new LocalStays(mirrors),
            new ForcedIsOnDisk(mirrors, disks),
            new SilentAfterFailedSync(),
            new LogsAgree(mirrors),
            new OneLeaderPerEpoch(),
            new OnlyVotersElect(),
            new MembersAsLogged(mirrors, committed),
            new CommittedStays(mirrors, committed),
            new BeginsAsOffered(mirrors, committed),
            committed,
            new TrimsWhatIsCommitted(committed),
            new OffersWhatIsCommitted(committed, voters),
            new LeaderHasCommitted(committed),
            new QuorumDurable(mirrors),
            new WatermarksAdvance(mirrors),
            new PromisesStay(),
            new Fenced(),
            new ServedIsSound(mirrors),
            new WhoHasItGivesIt(mirrors, copies),
            new SubscribersSeeOnce(),
            new NothingMissed(mirrors, committed),
            new NothingInvented(),
            new ReplayIsIdentical(committed),
            new OneAnswer(),
            new AcknowledgedStays(committed),
            new GivenUpWhenNotNeeded(mirrors, committed, voters),
            new ReadsAdvance(committed),
            new ReadsAreCurrent(),
            new QueuesAreBounded(LONGEST_QUEUE),
            new NothingLeaks());
  }

  /// Who has what, for a fault plan.
  public GoodCopies copies() {
    return copies;
  }

  /// Those that can be broken.
  public List<Invariant> invariants() {
    return all.stream()
        .filter(one -> one instanceof Invariant)
        .map(one -> (Invariant) one)
        .toList();
  }

  /// Tells all of them.
  public void tell(Consumer<Checker> what) {
    all.forEach(what);
  }
}
