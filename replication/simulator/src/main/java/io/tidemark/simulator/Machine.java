package io.tidemark.simulator;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.LogFencedException;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.util.ArrayDeque;
import java.util.Optional;

/// One node over all its lives: its disk, its clock, and the replica that runs on it now.
///
/// Whatever a replica does goes through [#after] or [#run], so that it ends with the life it began
/// in, and waits while the process stands still.
final class Machine {
  private static final int SHORT_RESTART_MICROS = 4 * Temper.TICK_MICROS;
  private static final int LONGEST_RESTART_MICROS = 80 * Temper.TICK_MICROS;

  private final World world;
  private ReplicaId id;
  private final Chance chance;
  private SimulatedDisk disk;
  private final int tickMicros;
  private final long wallAheadMicros;
  private final ArrayDeque<Runnable> backlog = new ArrayDeque<>();
  private Optional<SimulatedReplica> replica = Optional.empty();
  private long life;
  private boolean paused;
  private int slowness = 1;
  private long stalledUntilMicros;
  private int flipPercent;

  /// @param wallAheadMicros of its wall clock, besides some chance
  Machine(World world, ReplicaId id, Chance chance, long wallAheadMicros) {
    this.world = world;
    this.id = id;
    this.chance = chance;
    int skew = temper().clockSkewPercent();
    this.tickMicros = Temper.TICK_MICROS * (100 + chance.between(-skew / 2, skew)) / 100;
    this.wallAheadMicros = wallAheadMicros + chance.below(10 * Temper.TICK_MICROS);
    this.disk = emptyDisk();
  }

  private SimulatedDisk emptyDisk() {
    SimulatedDisk empty = new SimulatedDisk();
    empty.faults().onStrike(this::struck);
    return empty;
  }

  private void struck(DiskOperation operation) {
    if (operation == DiskOperation.SYNC || operation == DiskOperation.SYNC_DIRECTORY) {
      world.checkers().tell(checker -> checker.syncFailed(id));
    }
  }

  World world() {
    return world;
  }

  /// How things are now: no longer as drawn once the storm is over.
  Temper temper() {
    return world.sky().temper();
  }

  /// Which of its lives this is.
  long life() {
    return life;
  }

  ReplicaId id() {
    return id;
  }

  Chance chance() {
    return chance;
  }

  SimulatedDisk disk() {
    return disk;
  }

  int tickMicros() {
    return tickMicros;
  }

  /// What its wall clock says.
  long wallMicros() {
    return world.time().nowMicros() + wallAheadMicros;
  }

  /// The replica that runs, if the node is up and not paused.
  Optional<SimulatedReplica> running() {
    return paused ? Optional.empty() : replica;
  }

  boolean isUp() {
    return replica.isPresent();
  }

  boolean isPaused() {
    return paused;
  }

  boolean isLeader() {
    return replica.filter(SimulatedReplica::isLeader).isPresent();
  }

  /// How long a disk operation takes now that usually takes up to `boundMicros`.
  int diskMicros(int boundMicros) {
    int stall = (int) Math.max(0, stalledUntilMicros - world.time().nowMicros());
    return (1 + chance.below(boundMicros)) * slowness + stall;
  }

  /// From now on no disk operation ends before `micros` have passed.
  void stall(int micros) {
    stalledUntilMicros = world.time().nowMicros() + micros;
  }

  /// How many messages of a hundred it spoils.
  void setFlipPercent(int percent) {
    flipPercent = percent;
  }

  boolean flipsBit() {
    return flipPercent > 0 && chance.percent(flipPercent);
  }

  void setSlowness(int factor) {
    slowness = factor;
  }

  /// Opens what the disk has; tries again later if the disk does not let it.
  void start() {
    if (isUp()) {
      return;
    }
    world.checkers().tell(checker -> checker.opening(id));
    try {
      SimulatedReplica opened = new SimulatedReplica(this);
      replica = Optional.of(opened);
      world.network().start(id, (from, envelope) -> run(() -> opened.receive(from, envelope)));
      opened.start();
    } catch (SimulatedCrash | StorageException | LogFencedException e) {
      count(Happening.OPENING_FAILED);
      note("cannot open: " + e);
      stopped("down");
      disk.crash(chance);
      restartLater();
    }
  }

  /// Runs `task` after a while, if this life lasts so long.
  void after(long micros, Runnable task) {
    long ofLife = life;
    world
        .time()
        .schedule(
            micros,
            () -> {
              if (ofLife == life) {
                run(task);
              }
            });
  }

  private void run(Runnable task) {
    if (paused) {
      backlog.addLast(task);
      return;
    }
    try {
      task.run();
    } catch (SimulatedCrash e) {
      count(Happening.DISK_OPERATION_CUT);
      note(e.toString());
      losePower();
      restartLater();
    } catch (StorageException | LogFencedException e) {
      fence(e);
    }
  }

  /// As in the runtime: says that it resigns, then takes no part until somebody restarts it. A
  /// follower without room is fenced like one whose disk failed.
  private void fence(RuntimeException cause) {
    boolean full = cause instanceof StorageException e && e.category() == Category.FULL;
    count(full ? Happening.FENCED_BY_FULL_DISK : Happening.FENCED_BY_DISK);
    note(cause.toString());
    replica.ifPresent(SimulatedReplica::fence);
    kill();
    restartLater();
  }

  /// What was not synced may be lost.
  void losePower() {
    count(Happening.NODE_POWER_LOST);
    stopped("power lost");
    if (chance.percent(30)) {
      disk.crashLosingAllUnsynced();
    } else {
      disk.crash(chance);
    }
  }

  /// The process is gone, what it wrote is not.
  void kill() {
    count(Happening.NODE_KILLED);
    stopped("killed");
    disk.killProcess();
  }

  /// The process is gone and so is all that was on its disk: what comes back is somebody else.
  void wipe() {
    count(Happening.DISK_WIPED);
    stopped("wiped");
    disk = emptyDisk();
    ReplicaId before = id;
    id = new ReplicaId(id.node(), id.incarnation() + 1);
    world.nodes().replaceAll(node -> node.equals(before) ? id : node);
  }

  private void stopped(String how) {
    if (replica.isPresent()) {
      world.network().crash(id);
      note(how);
      world.checkers().tell(checker -> checker.crashed(id));
    }
    replica = Optional.empty();
    life++;
    paused = false;
    backlog.clear();
  }

  void restartLater() {
    if (chance.percent(40)) {
      restartSoon();
    } else {
      world.time().schedule(chance.below(LONGEST_RESTART_MICROS), this::start);
    }
  }

  /// So that it comes back into the very election it fell in.
  void restartSoon() {
    world.time().schedule(chance.below(SHORT_RESTART_MICROS), this::start);
  }

  void pause() {
    paused = true;
  }

  /// Goes on; what should have happened meanwhile happens now, in a burst.
  void resume() {
    if (!paused) {
      return;
    }
    paused = false;
    long ofLife = life;
    // A task may pause or end this life again; then the rest waits, or is gone.
    while (!paused && ofLife == life && !backlog.isEmpty()) {
      run(backlog.removeFirst());
    }
  }

  /// Ends in an orderly way what runs here; a cut that was planned for its disk may still come.
  void close() {
    replica.ifPresent(ended -> run(() -> close(ended)));
  }

  private void close(SimulatedReplica ended) {
    ended.log().close();
    int open = disk.openThings();
    world.checkers().tell(checker -> checker.closed(id, open));
    stopped("closed");
  }

  private void note(String what) {
    world.trace().note(world.time().nowMicros(), what, () -> id + " " + what);
  }

  private void count(Happening what) {
    world.tally().count(what);
  }
}
