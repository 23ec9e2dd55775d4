package io.tidemark.log.repair;

import io.tidemark.foundation.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Whom a replica that lost something asks next: one node at a time, each again as long as it has
/// what is asked for, and after a round in vain nobody for a while.
public final class Enquiry {
  private static final int TICKS_TO_ANSWER = 40;
  private static final int TICKS_BETWEEN_ROUNDS = 80;

  private final List<NodeId> peers;
  private final Set<NodeId> without = new TreeSet<>();
  private final Set<NodeId> silent = new TreeSet<>();

  /// Whose batches were taken, and not refused since.
  private final Set<NodeId> taken = new TreeSet<>();

  private int at;
  private boolean awaiting;
  private int ticks;
  private boolean roundEnded;
  private String said = "";

  /// Asks `peers` in the order of their names.
  public Enquiry(List<NodeId> peers) {
    this.peers = peers.stream().sorted().toList();
  }

  /// Who is asked.
  public NodeId asked() {
    return peers.get(at);
  }

  /// Whether it is time to ask.
  public boolean isDue() {
    return !awaiting && ticks == 0;
  }

  /// [#asked] is asked now.
  public void asks() {
    awaiting = true;
    ticks = TICKS_TO_ANSWER;
  }

  /// Whether an answer of `from` counts.
  public boolean awaits(NodeId from) {
    return awaiting && from.equals(asked());
  }

  /// It answered, and what it said is being looked at.
  public void answered() {
    awaiting = false;
    ticks = 0;
  }

  /// It had something.
  public void has() {
    without.clear();
    silent.clear();
    taken.add(asked());
  }

  /// It had something else, and all that was taken is forgotten. Where some of that was of others
  /// they may be those who had something else: then it is asked again, from the beginning.
  ///
  /// Crash story: one had another record and nothing behind it, the other was always asked for what
  /// comes next, and each time what it had did not follow.
  public void refused() {
    boolean isItsOwn = taken.stream().allMatch(asked()::equals);
    taken.clear();
    if (isItsOwn) {
      hasNot();
    }
  }

  /// It had nothing.
  public void hasNot() {
    without.add(asked());
    silent.remove(asked());
    turn();
  }

  /// Whether nobody has it: each of them said so since somebody had something.
  public boolean nobodyHas() {
    return without.size() == peers.size();
  }

  /// Time has passed; whether it is time to ask now.
  public boolean tick() {
    if (ticks == 0 || --ticks > 0) {
      return false;
    }
    if (awaiting) {
      silent.add(asked());
      turn();
    }
    return true;
  }

  private void turn() {
    awaiting = false;
    at = (at + 1) % peers.size();
    roundEnded = at == 0;
    ticks = roundEnded ? TICKS_BETWEEN_ROUNDS : 0;
  }

  /// What a round in vain came to, once, and again when it comes to something else.
  public Optional<String> inVain() {
    if (!roundEnded) {
      return Optional.empty();
    }
    roundEnded = false;
    String now = "%s have not, %s do not answer".formatted(without, silent);
    boolean isNew = !now.equals(said);
    said = now;
    return isNew ? Optional.of(now) : Optional.empty();
  }
}
