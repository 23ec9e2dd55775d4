package io.tidemark.simulator;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.NodeId;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// What a [Machine] has: a disk, how well that does, and whether it is the newest that was there.
final class Hardware {
  private static final String ASIDE = "aside";

  private final Machine machine;
  private final World world;
  private SimulatedDisk disk;
  private int slowness = 1;
  private long stalledUntilMicros;
  private int flipPercent;
  private OptionalInt strikeBeginningAt = OptionalInt.empty();
  private OptionalLong putBackTo = OptionalLong.empty();
  private boolean spoken;
  private boolean forgetful;

  Hardware(Machine machine) {
    this.machine = machine;
    this.world = machine.world();
    this.disk = emptyDisk();
  }

  private SimulatedDisk emptyDisk() {
    SimulatedDisk empty = new SimulatedDisk();
    empty.faults().onStrike(this::struck);
    empty.lies().onLie(lie -> world.tally().count(Happening.of(lie)));
    return empty;
  }

  private void struck(DiskOperation operation) {
    if (operation == DiskOperation.SYNC || operation == DiskOperation.SYNC_DIRECTORY) {
      world.checkers().tell(checker -> checker.syncFailed(machine.id()));
    }
  }

  SimulatedDisk disk() {
    return disk;
  }

  /// How long a disk operation takes now that usually takes up to `boundMicros`.
  int diskMicros(int boundMicros) {
    int stall = (int) Math.max(0, stalledUntilMicros - world.time().nowMicros());
    return (1 + machine.chance().below(boundMicros)) * slowness + stall;
  }

  /// From now on no disk operation ends before `micros` have passed.
  void stall(int micros) {
    stalledUntilMicros = world.time().nowMicros() + micros;
  }

  void setSlowness(int factor) {
    slowness = factor;
  }

  /// How many messages of a hundred it spoils.
  void setFlipPercent(int percent) {
    flipPercent = percent;
  }

  boolean flipsBit() {
    return flipPercent > 0 && machine.chance().percent(flipPercent);
  }

  /// The power goes with the disk operation of that number, counted from when it begins behind an
  /// offer next.
  void strikeBeginning(int operation) {
    strikeBeginningAt = OptionalInt.of(operation);
  }

  /// Its writer is about to begin behind an offer.
  void begins() {
    strikeBeginningAt.ifPresent(disk::crashAfter);
    strikeBeginningAt = OptionalInt.empty();
  }

  // --- whose data are on the disk, and how old

  /// All that was on the disk is gone.
  void wipe() {
    disk = emptyDisk();
    world.memories().forgets(machine.id().node());
    spoken = false;
    forgetful = false;
  }

  /// The disk is as it was when the age of its data had been raised so often.
  void putBack(DiskImage image, long raised) {
    disk = emptyDisk();
    disk.restore(image);
    disk.crash(machine.chance());
    world.memories().forgets(machine.id().node());
    putBackTo = OptionalLong.of(raised);
  }

  /// Whether the disk was put back, and nobody has noticed yet.
  boolean isPutBack() {
    return putBackTo.isPresent();
  }

  /// Whether the disk was put back, and none of those who should know better is among `answered`.
  boolean awaitsBetter(Set<NodeId> answered) {
    return isPutBack()
        && !world.memories().anyKnowsBetter(answered, machine.id().node(), putBackTo.getAsLong());
  }

  /// Whether what was promised is spoilt, and nobody has noticed yet.
  boolean isForgetful() {
    return forgetful;
  }

  void isForgetful(boolean now) {
    forgetful = now;
  }

  /// From now on others remember the data.
  void isOfAge() {
    spoken = true;
  }

  /// The data are about to be used as they are.
  void isAdmitted() {
    putBackTo = OptionalLong.empty();
  }

  /// The data are older than what was said with them: they are about to be somebody else's.
  void isRecognized() {
    Check.that(isPutBack() || !spoken, machine.id() + " sets aside data that are the newest");
    spoken = false;
  }

  /// Gives the data other names, which begin so. The log comes last: without one nothing else may
  /// be there.
  void setAside(String prefix) {
    Directory root = root();
    root.list().stream()
        .filter(name -> !VirtualAges.isAge(name) && !name.equals(ASIDE))
        .forEach(root::delete);
    if (root.children().contains(SimulatedReplica.LOG)) {
      String aside = prefix + "-" + SimulatedReplica.LOG;
      while (root.children().contains(aside)) {
        aside += "-again";
      }
      root.renameChild(SimulatedReplica.LOG, aside);
    }
    root.sync();
  }

  /// The same of a replica that is damaged for good. In the runtime that is one rename; here a note
  /// says that it is to be done, until it is.
  void setDamagedAside() {
    Directory root = root();
    if (!isSettingAside()) {
      DurableNames.replace(root, ASIDE, ByteBuffer.allocate(1));
    }
    setAside("damaged-" + machine.id().incarnation());
    forgetful = false;
    DurableNames.delete(root, ASIDE);
  }

  /// Whether that was begun and not done.
  boolean isSettingAside() {
    return root().list().contains(ASIDE);
  }

  private Directory root() {
    return world.meddler().disk(machine.id(), disk.root());
  }
}
