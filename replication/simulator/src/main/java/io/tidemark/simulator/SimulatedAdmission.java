package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Age;
import io.tidemark.protocol.Recognition;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StorageException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What a node does before its replica opens anything, and says about ages as long as it lives: the
/// simulated counterpart of the runtime's `Admission`, in the same order of steps, around the same
/// [Recognition].
///
/// Another order than there only where a disk fails: a sync that failed ends the process, as that
/// of anything else does here.
final class SimulatedAdmission {
  /// In which a node that promises something becomes older.
  static final int AGE_INTERVAL_TICKS = 60;

  private static final int START_PATIENCE_TICKS = 24;
  private static final int TICKS_BETWEEN_WORDS = 4;
  private static final int TICKS_BETWEEN_REMINDERS = 40;

  private final Machine machine;
  private final World world;
  private final NodeId self;
  private final VirtualAges store;
  private final Recognition recognition;
  private final Set<NodeId> answered = new HashSet<>();
  private final Set<NodeId> introduced = new HashSet<>();
  private final Set<NodeId> toTell = new TreeSet<>();
  private final Map<NodeId, Long> processes = new HashMap<>();
  private final Map<NodeId, Age> wanted = new TreeMap<>();
  private Map<NodeId, Age> known;
  private boolean begun;
  private boolean settingAside;
  private boolean saving;
  private boolean savingOthers;
  private long promised;
  private int ticks;
  private int renewedAt;

  /// Looks at the disk.
  SimulatedAdmission(Machine machine) {
    this.machine = machine;
    this.world = machine.world();
    this.self = machine.id().node();
    Directory root = world.meddler().disk(machine.id(), machine.disk().root());
    DurableNames.deleteUnfinished(root);
    this.store = new VirtualAges(root);
    this.known = store.others();
    boolean blank = !root.children().contains(SimulatedReplica.LOG);
    this.recognition =
        new Recognition(store.own(), blank, machine.chance().bits(), Set.copyOf(peers()));
  }

  private Set<NodeId> peers() {
    return world.nodes().stream()
        .map(ReplicaId::node)
        .filter(node -> !node.equals(self))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  void start() {
    tellAll();
    machine.after((long) TICKS_BETWEEN_WORDS * machine.tickMicros(), this::tick);
  }

  /// Whether a word that counts may be said to `peer`.
  boolean mayHear(NodeId peer) {
    return recognition.mayHear(peer);
  }

  /// Whether the words of `peer` count here.
  boolean isOpenTo(NodeId peer) {
    return introduced.contains(peer);
  }

  void receive(NodeId from, Envelope.OfAge message) {
    if (!message.intact()) {
      world.tally().count(Happening.FRAME_REFUSED);
    } else if (message.tells()) {
      tells(from, message.age());
    } else {
      answered.add(from);
      knows(from, message.age());
    }
  }

  private void tick() {
    machine.after((long) TICKS_BETWEEN_WORDS * machine.tickMicros(), this::tick);
    ticks += TICKS_BETWEEN_WORDS;
    if (!begun && ticks >= START_PATIENCE_TICKS && !machine.hardware().awaitsBetter(answered)) {
      world.tally().count(Happening.ADMITTED_UNHEARD);
      begin();
      proceed();
    }
    if (ticks % TICKS_BETWEEN_REMINDERS == 0) {
      toTell.addAll(peers());
      proceed();
    }
    toTell.forEach(this::tell);
    renew();
  }

  /// Makes copies of the data older than the data.
  private void renew() {
    if (recognition.hasAge() && ticks - renewedAt >= AGE_INTERVAL_TICKS) {
      renewedAt = ticks;
      long now =
          machine.running().map(one -> one.log().durableLsn() + one.core().epoch()).orElse(0L);
      if (now != promised) {
        promised = now;
        world.tally().count(Happening.AGE_RENEWED);
        if (world.meddler().renews(machine.id())) {
          save();
        } else {
          world.memories().raises(self);
        }
      }
    }
  }

  private void tellAll() {
    toTell.addAll(peers());
    toTell.forEach(this::tell);
  }

  private void tell(NodeId peer) {
    send(peer, true, recognition.own());
  }

  private void send(NodeId to, boolean tells, Age age) {
    boolean flips = machine.hardware().flipsBit();
    if (flips) {
      world.tally().count(Happening.BIT_FLIPPED);
    }
    ReplicaId there =
        world.nodes().stream().filter(one -> one.node().equals(to)).findFirst().orElseThrow();
    world.network().send(machine.id(), there, new Envelope.OfAge(tells, age, !flips));
  }

  // --- what others want to have remembered

  private void tells(NodeId from, Age age) {
    Long process = age.process();
    if (!process.equals(processes.put(from, process))) {
      // It does not listen to whoever has not told it.
      toTell.add(from);
      tell(from);
    }
    Age before = of(from);
    if (Age.later(before, age).equals(before)) {
      answer(from, age);
    } else {
      wanted.merge(from, age, Age::later);
    }
    saveOthers();
  }

  private Age of(NodeId node) {
    return known.getOrDefault(node, Age.NONE);
  }

  private Map<NodeId, Age> merged() {
    Map<NodeId, Age> all = new TreeMap<>(known);
    wanted.forEach((node, age) -> all.merge(node, age, Age::later));
    return all;
  }

  private void saveOthers() {
    if (savingOthers || wanted.isEmpty()) {
      return;
    }
    savingOthers = true;
    Map<NodeId, Age> all = merged();
    save(
        () -> {
          if (world.meddler().remembers(machine.id())) {
            store.saveOthers(all);
          }
        },
        saved -> {
          savingOthers = false;
          if (saved) {
            saved(all);
          } else {
            // Whoever told something tells it again.
            wanted.clear();
          }
        });
  }

  private void saved(Map<NodeId, Age> all) {
    known = all;
    for (NodeId node : List.copyOf(wanted.keySet())) {
      if (Age.later(of(node), wanted.get(node)).equals(of(node))) {
        wanted.remove(node);
        answer(node, of(node));
      }
    }
    saveOthers();
  }

  private void answer(NodeId to, Age told) {
    Age remembered = of(to);
    if (told.number() > 0 && told.equals(remembered)) {
      introduced.add(to);
      world.memories().claims(self, to, remembered);
    }
    send(to, false, remembered);
  }

  // --- what others remember

  private void knows(NodeId from, Age remembered) {
    switch (recognition.heard(from, remembered)) {
      case CONFIRMED -> toTell.remove(from);
      case BEHIND -> toTell.add(from);
      case OVERTAKEN -> {
        world.tally().count(Happening.AGE_OVERTAKEN);
        save();
      }
      case ROLLED_BACK -> {
        if (world.meddler().recognizes(machine.id())) {
          rolledBack();
        }
      }
    }
    proceed();
  }

  private void proceed() {
    if (recognition.isDone()) {
      begin();
    }
    if (recognition.needsAge(begun)) {
      save();
    }
  }

  private void begin() {
    if (!begun && !settingAside) {
      begun = true;
      machine.after(0, machine::admitted);
    }
  }

  private void save() {
    if (!saving && recognition.mayTake()) {
      saving = true;
      Age next = recognition.next();
      save(
          () -> {
            store.saveOwn(next);
            world.memories().raises(self);
            world.memories().isOf(self, next);
          },
          saved -> {
            saving = false;
            if (saved) {
              took(next);
            }
          });
    }
  }

  private void took(Age age) {
    recognition.take(age);
    machine.hardware().isOfAge();
    tellAll();
    proceed();
  }

  private void rolledBack() {
    if (begun) {
      // It comes too late: a new process will ask again.
      machine.after(0, this::end);
    } else if (!settingAside) {
      settingAside = true;
      long number = recognition.next().number();
      machine.after(
          machine.diskMicros(machine.temper().ballotMicros()),
          () -> {
            machine.setAside(number);
            settingAside = false;
            recognition.setAside();
            proceed();
          });
    }
  }

  private void end() {
    machine.kill();
    machine.restartLater();
  }

  /// What is told of a save, late.
  private interface Saved {
    void is(boolean done);
  }

  private void save(Runnable write, Saved saved) {
    machine.after(
        machine.diskMicros(machine.temper().ballotMicros()),
        () -> {
          boolean done = attempt(write);
          machine.after(
              machine.chance().below(machine.temper().reportMicros()), () -> saved.is(done));
        });
  }

  private static boolean attempt(Runnable write) {
    try {
      write.run();
      return true;
    } catch (StorageException e) {
      if (e.category() == StorageException.Category.SYNC_FAILED) {
        throw e;
      }
      return false;
    }
  }
}
