package io.tidemark.simulator;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.LogFencedException;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.util.Optional;

/// One node over all its lives: its disk, its clock, and the replica that runs on it now.
///
/// Whatever a replica does goes through [#after] or [#run], so that it ends with the life it began
/// in, and waits while the process stands still.
final class Machine {
  private static final int SHORT_RESTART_MICROS = 4 * Temper.TICK_MICROS;
  private static final int LONGEST_RESTART_MICROS = 80 * Temper.TICK_MICROS;

  private final World world;
  private final Incarnations incarnations;
  private final Chance chance;
  private final Hardware hardware;
  private Optional<SimulatedAdmission> admission = Optional.empty();
  private final int tickMicros;
  private final long wallAheadMicros;
  private final Backlog backlog = new Backlog();
  private Optional<SimulatedReplica> replica = Optional.empty();
  private Optional<SimulatedMending> mending = Optional.empty();
  private long life;
  private boolean listening;

  /// @param wallAheadMicros of its wall clock, besides some chance
  Machine(World world, ReplicaId id, Chance chance, long wallAheadMicros) {
    this.world = world;
    this.incarnations = new Incarnations(this, id);
    this.chance = chance;
    int skew = temper().clockSkewPercent();
    this.tickMicros = Temper.TICK_MICROS * (100 + chance.between(-skew / 2, skew)) / 100;
    this.wallAheadMicros = wallAheadMicros + chance.below(10 * Temper.TICK_MICROS);
    this.hardware = new Hardware(this);
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
    return incarnations.now();
  }

  Chance chance() {
    return chance;
  }

  Hardware hardware() {
    return hardware;
  }

  SimulatedDisk disk() {
    return hardware.disk();
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
    return isPaused() ? Optional.empty() : replica;
  }

  /// What it does while its log is damaged.
  Optional<SimulatedMending> mending() {
    return mending;
  }

  /// Who is to come in its place, if it is damaged for good.
  Optional<SimulatedSuccessor> successor() {
    return incarnations.successor();
  }

  boolean isUp() {
    return listening;
  }

  boolean isPaused() {
    return backlog.isPaused();
  }

  boolean isLeader() {
    return replica.filter(SimulatedReplica::isLeader).isPresent();
  }

  /// How long a disk operation takes now that usually takes up to `boundMicros`.
  int diskMicros(int boundMicros) {
    return hardware.diskMicros(boundMicros);
  }

  /// Asks the others, then opens what the disk has; tries again later if the disk does not let it.
  void start() {
    if (isUp()) {
      return;
    }
    world.checkers().tell(checker -> checker.opening(id()));
    listening = true;
    listen();
    try {
      SimulatedAdmission begun = new SimulatedAdmission(this);
      admission = Optional.of(begun);
      begun.start();
    } catch (SimulatedCrash | StorageException e) {
      cannotOpen(e);
    }
  }

  /// Its data are not older than what it said with them, as far as can be known.
  void admitted() {
    hardware.isAdmitted();
    open(false);
  }

  /// Whether a word that counts may be said to `peer`.
  boolean mayHear(ReplicaId peer) {
    return admission.filter(one -> one.mayHear(peer.node())).isPresent();
  }

  private void open(boolean mended) {
    try {
      if (hardware.isSettingAside()) {
        count(Happening.SETTING_ASIDE_RESUMED);
        incarnations.next();
        hardware.setDamagedAside();
      }
      SimulatedReplica opened = new SimulatedReplica(this, mended);
      replica = Optional.of(opened);
      mending = Optional.empty();
      opened.start();
    } catch (LogDamagedException e) {
      run(() -> mend(e, mended));
    } catch (DamagedPromiseException e) {
      needsSuccessor();
    } catch (SimulatedCrash | StorageException | LogFencedException e) {
      cannotOpen(e);
    }
  }

  private void cannotOpen(Throwable cause) {
    count(Happening.OPENING_FAILED);
    note("cannot open: " + cause);
    stopped("down");
    world.budget().comesToLight(this);
    disk().crash(chance);
    restartLater();
  }

  private void receive(ReplicaId from, Envelope envelope) {
    if (envelope instanceof Envelope.OfAge age) {
      admission.ifPresent(one -> one.receive(from.node(), age));
    } else if (envelope.counts() && admission.filter(one -> one.isOpenTo(from.node())).isEmpty()) {
      count(Happening.NOT_INTRODUCED);
    } else {
      replica.ifPresent(one -> one.receive(from, envelope));
      mending.ifPresent(one -> one.receive(from, envelope));
      successor().ifPresent(one -> one.receive(envelope));
    }
  }

  private void mend(LogDamagedException damage, boolean again) {
    if (again) {
      giveUp(damage);
      return;
    }
    count(Happening.DAMAGE_FOUND);
    note("mends", damage);
    Directory log = world.meddler().disk(id(), disk().root()).child(SimulatedReplica.LOG);
    if (world.meddler().opens(id(), log, damage)) {
      open(true);
      return;
    }
    world.checkers().tell(checker -> checker.mending(id()));
    SimulatedMending begun = new SimulatedMending(this, log);
    mending = Optional.of(begun);
    begun.start();
  }

  /// It cannot say what it lost.
  void giveUp(LogDamagedException damage) {
    note("gives up", damage);
    endMending();
    needsSuccessor();
  }

  private void endMending() {
    mending.ifPresent(SimulatedMending::end);
    mending = Optional.empty();
  }

  /// From now on it is silent, and another one asks to come in its place.
  void needsSuccessor() {
    incarnations.needSuccessor();
  }

  /// A leader has that one: what is here is set aside, and it begins.
  void succeeded() {
    incarnations.succeed();
    endMending();
    hardware.setDamagedAside();
    open(false);
  }

  /// Its log is sound again: it goes on as who it was.
  void mended() {
    note("is mended");
    mending = Optional.empty();
    incarnations.stay();
    open(true);
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
    if (isPaused()) {
      backlog.add(task);
      return;
    }
    try {
      task.run();
    } catch (SimulatedCrash e) {
      count(Happening.DISK_OPERATION_CUT);
      note(e.toString());
      losePower();
      restartLater();
    } catch (StorageException | LogFencedException | LogDamagedException e) {
      fence(e);
    }
  }

  /// As in the runtime: says that it resigns, then takes no part until somebody restarts it.
  /// Without room for what is small, a promise or the members, it is fenced like one whose disk
  /// failed.
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
    boolean keepsNothing = chance.percent(30);
    world.budget().comesToLight(this);
    if (keepsNothing) {
      disk().crashLosingAllUnsynced();
    } else {
      disk().crash(chance);
    }
  }

  /// The process is gone, what it wrote is not.
  void kill() {
    count(Happening.NODE_KILLED);
    stopped("killed");
    disk().killProcess();
  }

  /// The process is gone and so is all that was on its disk: what comes back is somebody else.
  void wipe() {
    count(Happening.DISK_WIPED);
    stopped("wiped");
    hardware.wipe();
    incarnations.next();
  }

  /// The process is gone, and the disk is as it was when its age had been raised so often.
  void rollBack(DiskImage image, long raised) {
    count(Happening.ROLLED_BACK);
    stopped("rolled back");
    hardware.putBack(image, raised);
  }

  /// Gives its data other names, and goes on as somebody else.
  void setAside(long number) {
    hardware.isRecognized();
    count(Happening.RECOGNIZED);
    note("sets its data aside");
    incarnations.next();
    hardware.setAside("rolled-back-%d".formatted(number));
  }

  /// Nobody hears it, or is heard by it, under the name it has.
  void silence() {
    if (listening) {
      world.network().crash(id());
      world.checkers().tell(checker -> checker.crashed(id()));
    }
  }

  /// Others are heard, under the name it has, if it is up.
  void listen() {
    if (listening) {
      world.network().start(id(), (from, envelope) -> run(() -> receive(from, envelope)));
    }
  }

  private void stopped(String how) {
    if (listening) {
      note(how);
    }
    silence();
    listening = false;
    incarnations.stay();
    admission = Optional.empty();
    replica = Optional.empty();
    mending = Optional.empty();
    life++;
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
    backlog.pause();
  }

  /// Goes on.
  void resume() {
    backlog.resume(this::run);
  }

  /// Ends in an orderly way what runs here; a cut that was planned for its disk may still come.
  void close() {
    replica.ifPresent(ended -> run(() -> close(ended)));
  }

  private void close(SimulatedReplica ended) {
    ended.log().close();
    int open = disk().openThings();
    world.checkers().tell(checker -> checker.closed(id(), open));
    stopped("closed");
  }

  void note(String what) {
    world.trace().note(world.time().nowMicros(), what, () -> id() + " " + what);
  }

  private void note(String what, LogDamagedException damage) {
    world.trace().note(world.time().nowMicros(), id(), what, damage);
  }

  private void count(Happening what) {
    world.tally().count(what);
  }
}
