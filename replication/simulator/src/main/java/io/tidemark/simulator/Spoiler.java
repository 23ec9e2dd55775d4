package io.tidemark.simulator;

import io.tidemark.foundation.Chance;
import io.tidemark.log.Batch;
import io.tidemark.simkit.DiskLies;
import io.tidemark.simkit.SimulatedDisk;
import java.util.List;
import java.util.Optional;

/// Spoils what is stored, within the [Budget]: the part of a [Storm] that comes from the disk.
final class Spoiler {
  private static final int MOST_BITS = 4;
  private static final int SOON_OPERATIONS = 12;

  /// What is read at once where not all can be.
  private static final int BLOCK_BYTES = 4096;

  private final World world;
  private final List<Machine> machines;
  private final Chance chance;

  Spoiler(World world, List<Machine> machines, Chance chance) {
    this.world = world;
    this.machines = machines;
    this.chance = chance;
  }

  private Budget budget() {
    return world.budget();
  }

  /// A few bits turn, of a record or of whatever is in a file that nobody writes to.
  void rot(Machine machine) {
    if (machine.mending().isPresent()) {
      return;
    }
    if (chance.percent(30)) {
      rotAnywhere(machine);
      return;
    }
    List<Budget.Place> spare = budget().spare(machine);
    if (!spare.isEmpty()) {
      turnBits(machine, spare.get(chance.below(spare.size())));
      world.tally().count(Happening.BIT_ROT);
    }
  }

  private void rotAnywhere(Machine machine) {
    List<String> files = Budget.segments(machine);
    if (files.size() > 1) {
      String file = files.get(chance.below(files.size() - 1));
      int at = chance.below(Temper.SEGMENT_BYTES);
      if (budget().allows(machine, file, at, at + 1)) {
        turnBit(machine, file, at);
        world.tally().count(Happening.BIT_ROT);
      }
    }
  }

  private void turnBits(Machine machine, Budget.Place place) {
    for (int bits = chance.between(1, MOST_BITS); bits > 0; bits--) {
      turnBit(
          machine, place.file(), place.from() + chance.below((int) (place.to() - place.from())));
    }
  }

  private void turnBit(Machine machine, String file, long at) {
    machine.disk().flipBit(path(file), 8 * at + chance.below(8));
    budget().spoils(machine, file, at, at + 1);
  }

  private static String path(String file) {
    return SimulatedReplica.LOG + "/" + file;
  }

  /// A sector of a log cannot be read any more, and with it the block around it.
  void latentError(Machine machine) {
    List<String> files = Budget.segments(machine);
    if (machine.mending().isPresent() || files.isEmpty()) {
      return;
    }
    String file = files.get(chance.below(files.size()));
    int sector = chance.below(Temper.SEGMENT_BYTES / SimulatedDisk.SECTOR_BYTES);
    int from = sector * SimulatedDisk.SECTOR_BYTES / BLOCK_BYTES * BLOCK_BYTES;
    if (budget().allows(machine, file, from, from + BLOCK_BYTES)) {
      machine.disk().spoilSector(path(file), sector);
      budget().spoils(machine, file, from, from + BLOCK_BYTES);
      world.tally().count(Happening.LATENT_ERROR);
    }
  }

  /// One of the next writes or syncs of a log is not what it is said to be.
  void lie(Machine machine, DiskLies.Kind kind) {
    machine
        .disk()
        .lies()
        .tellNth(kind, Spoiler::isSegment, 1 + chance.below(SOON_OPERATIONS), chance.split());
  }

  private static boolean isSegment(String path) {
    return path.startsWith(SimulatedReplica.LOG + "/") && path.endsWith(".segment");
  }

  /// One record is spoilt wherever it is.
  void ruin() {
    List<Budget.Place> first = budget().covered(machines.get(chance.below(machines.size())));
    if (first.isEmpty() || machines.stream().anyMatch(one -> one.mending().isPresent())) {
      return;
    }
    budget().ruin();
    world.tally().count(Happening.RUINED);
    Batch batch = first.get(chance.below(first.size())).batch();
    for (Machine machine : machines) {
      Optional<Budget.Place> there =
          budget().covered(machine).stream().filter(one -> one.batch().equals(batch)).findFirst();
      there.ifPresent(place -> turnBits(machine, place));
    }
  }
}
