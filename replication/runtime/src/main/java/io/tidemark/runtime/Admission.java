package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.partition.Writer;
import io.tidemark.protocol.Age;
import io.tidemark.protocol.Recognition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// What a node does before its replicas open anything: it asks the others whether its data are
/// older than what it said with them, for then they forgot votes and acknowledgements. Such data
/// are set aside, and the node goes on like one that lost its disk: see [Founding].
///
/// ```
///   ask ──all answered, or out of patience──▶ begin ──▶ take an age, tell it ──confirmed──▶ speak
///    └──somebody remembers more──▶ set aside ──────────────▲       ▲──every so often──┘
/// ```
///
/// Crash story: a machine is put back to its image of yesterday. Its replicas follow and vote as
/// who they were; what they had acknowledged since, with one other that is down now, is not there
/// any more, and the rest elects a leader without it.
///
/// The limit: who did not answer in time may have been the only one that knew better. That is two
/// faults at once, and if it answers later, this node ends, see [RolledBackException]. A copy that
/// is put back before the age it was made at was raised again is not told from the data either.
///
/// The links to the others are opened here, and the [Door]: no word counts whose speaker may have
/// forgotten it, because neither who says nor who hears it knows how old the other's data are.
final class Admission extends AbstractBehavior<Admission.Command> {
  /// How many ticks of the protocol are one of these: nothing here is urgent.
  static final int TICKS_OF_PROTOCOL = 4;

  private static final int TICKS_BETWEEN_REMINDERS = 10;

  /// What it is told.
  sealed interface Command {}

  /// Time has passed.
  enum Tick implements Command {
    INSTANCE
  }

  /// Node `from` spoke of ages.
  record Heard(NodeId from, AgeWire message) implements Command {}

  /// The data have the names `aside` now, or could not be given them.
  record IsSetAside(List<String> aside, Throwable failure) implements Command {}

  /// The age of the data is durable, or could not be made so.
  record OwnSaved(Age age, Throwable failure) implements Command {}

  /// The ages of others are durable, or could not be made so.
  record OthersSaved(Map<NodeId, Age> ages, Throwable failure) implements Command {}

  /// The node that is admitted, or is not. Safe for use by several threads.
  interface Applicant {
    /// Gives all its data other names, which are returned. May block.
    List<String> setAside(long number);

    /// Opens its replicas. May block.
    void begin();

    /// A number that is another one if something was promised since.
    long promised();

    /// Ends.
    void fail(RuntimeException cause);
  }

  /// Whose words count here: those of a node that told its age since this one started, and is
  /// remembered by it. Crash story: this node lost its disk, and what it remembered of another one,
  /// which went on speaking to it and was rolled back then.
  record Door(ActorRef<Command> admission, Set<NodeId> introduced) {
    boolean isOpenTo(NodeId node) {
      return introduced.contains(node);
    }

    void heard(NodeId from, AgeWire message) {
      admission.tell(new Heard(from, message));
    }
  }

  private final Recognition recognition;
  private final PeerAges ages;
  private final AgeStore store;
  private final Links links;
  private final Set<NodeId> introduced;
  private final Set<NodeId> toTell = new TreeSet<>();
  private final Map<NodeId, Long> processes = new HashMap<>();
  private final Applicant applicant;
  private final Executor blocking;
  private final long patienceTicks;
  private final long ageTicks;
  private boolean begun;
  private boolean settingAside;
  private boolean saving;
  private boolean fenced;
  private long promised;
  private long ticks;
  private long renewedAt;
  private long othersAgainAt;

  private Admission(
      ActorContext<Command> context,
      Recognition recognition,
      AgeStore store,
      Links links,
      Set<NodeId> introduced,
      ReplicationSettings settings,
      Applicant applicant) {
    super(context);
    this.recognition = recognition;
    this.ages = new PeerAges(store.others());
    this.store = store;
    this.links = links;
    this.introduced = introduced;
    this.applicant = applicant;
    Duration tick = settings.tick().multipliedBy(TICKS_OF_PROTOCOL);
    this.patienceTicks = settings.startPatience().dividedBy(tick);
    this.ageTicks = settings.ageInterval().dividedBy(tick);
    this.blocking =
        context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(Writer.DISPATCHER));
    tellAll();
  }

  /// @param introduced those to whom the [Door] is open; safe for several threads
  static Behavior<Command> create(
      Recognition recognition,
      AgeStore store,
      Links links,
      Set<NodeId> introduced,
      ReplicationSettings settings,
      Applicant applicant) {
    return Behaviors.setup(
        context ->
            new Admission(context, recognition, store, links, introduced, settings, applicant));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    if (!fenced) {
      switch (command) {
        case Tick _ -> tick();
        case Heard(NodeId from, AgeWire message) -> {
          switch (message.kind()) {
            case TELLS -> tells(from, message.age());
            case KNOWS -> knows(from, message.age());
          }
        }
        case IsSetAside setAside -> setAside(setAside);
        case OwnSaved saved -> saved(saved);
        case OthersSaved saved -> saved(saved);
      }
    }
    return this;
  }

  private void tick() {
    ticks++;
    if (!begun && ticks >= patienceTicks) {
      begin();
      proceed();
    }
    if (ticks % TICKS_BETWEEN_REMINDERS == 0) {
      // It may have answered before it was restarted.
      toTell.addAll(links.byNode().keySet());
      proceed();
    }
    toTell.forEach(this::tell);
    renew();
  }

  /// Makes copies of the data older than the data.
  private void renew() {
    if (recognition.hasAge() && ticks - renewedAt >= ageTicks) {
      renewedAt = ticks;
      long now = applicant.promised();
      if (now != promised) {
        promised = now;
        save();
      }
    }
  }

  private void tellAll() {
    toTell.addAll(links.byNode().keySet());
    toTell.forEach(this::tell);
  }

  private void tell(NodeId peer) {
    links.age(peer, new AgeWire(AgeWire.Kind.TELLS, recognition.own()));
  }

  // --- what others want to have remembered

  private void tells(NodeId from, Age age) {
    Long process = age.process();
    if (!process.equals(processes.put(from, process))) {
      // It does not listen to whoever has not told it.
      toTell.add(from);
      tell(from);
    }
    if (ages.isAnswered(from, age)) {
      answer(from, age);
    }
    saveOthers();
  }

  /// A disk that failed is left alone for a while.
  private void saveOthers() {
    if (ticks >= othersAgainAt) {
      ages.toSave()
          .ifPresent(
              all ->
                  getContext()
                      .pipeToSelf(
                          CompletableFuture.runAsync(() -> store.saveOthers(all), blocking),
                          (_, failure) -> new OthersSaved(all, failure)));
    }
  }

  private void answer(NodeId to, Age told) {
    Age known = ages.of(to);
    if (told.number() > 0 && told.equals(known)) {
      introduced.add(to);
    }
    links.age(to, new AgeWire(AgeWire.Kind.KNOWS, known));
  }

  private void saved(OthersSaved saved) {
    if (saved.failure() != null) {
      getContext().getLog().warn("cannot remember {}", saved.ages(), saved.failure());
      othersAgainAt = ticks + TICKS_BETWEEN_REMINDERS;
      ages.notSaved();
    } else {
      ages.saved(saved.ages()).forEach(node -> answer(node, ages.of(node)));
      saveOthers();
    }
  }

  // --- what others remember

  private void knows(NodeId from, Age remembered) {
    switch (recognition.heard(from, remembered)) {
      case CONFIRMED -> {
        toTell.remove(from);
        openLinks();
      }
      case BEHIND -> toTell.add(from);
      case OVERTAKEN -> save();
      case ROLLED_BACK -> rolledBack(from, remembered);
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
      blocking.execute(applicant::begin);
    }
  }

  private void openLinks() {
    links.byNode().forEach((peer, link) -> link.open(!fenced && recognition.mayHear(peer)));
  }

  private void save() {
    if (!saving && recognition.mayTake()) {
      saving = true;
      Age next = recognition.next();
      getContext()
          .pipeToSelf(
              CompletableFuture.runAsync(() -> store.saveOwn(next), blocking),
              (_, failure) -> new OwnSaved(next, failure));
    }
  }

  private void saved(OwnSaved saved) {
    saving = false;
    if (saved.failure() != null) {
      // Said again is only what is due again.
      getContext().getLog().warn("cannot be of age {}", saved.age(), saved.failure());
      return;
    }
    recognition.take(saved.age());
    openLinks();
    tellAll();
    proceed();
  }

  private void rolledBack(NodeId by, Age remembered) {
    if (begun) {
      fenced = true;
      introduced.clear();
      openLinks();
      applicant.fail(
          new RolledBackException(
              "node %s remembers age %s of this node's data, which are older: start it again"
                  .formatted(by, remembered)));
    } else if (!settingAside) {
      settingAside = true;
      getContext()
          .getLog()
          .warn(
              "node {} remembers age {} of this node's data, which are older: restored from a copy,"
                  + " or what was written is lost",
              by,
              remembered);
      long number = recognition.next().number();
      getContext()
          .pipeToSelf(
              CompletableFuture.supplyAsync(() -> applicant.setAside(number), blocking),
              IsSetAside::new);
    }
  }

  private void setAside(IsSetAside done) {
    if (done.failure() != null) {
      applicant.fail(new IllegalStateException("older data are not set aside", done.failure()));
      return;
    }
    settingAside = false;
    getContext()
        .getLog()
        .warn("the data are set aside as {}; the replicas here begin anew", done.aside());
    recognition.setAside();
    proceed();
  }
}
