package io.tidemark.simkit;

import java.util.ArrayList;
import java.util.List;

/// One way in which a crash may go, for those who want all of them and not a draw.
///
/// What can survive alone is counted: the unsynced sectors of each file, file by file, and behind
/// those of each file the length it grew to. Sectors of zeros written over zeros are not counted,
/// and only [Content#ALL_GARBAGE] touches them. Names are a journal, so they survive as a prefix.
///
/// @param names how many unsynced name changes survive, in each directory
/// @param content what happens to the unsynced content of the files that have a name then
/// @param at the thing that [Content] means; ignored where it means none
public record CrashPlan(int names, Content content, int at) {
  /// What survives of unsynced content.
  public enum Content {
    NONE(false),
    ALL(false),
    ALL_GARBAGE(false),
    ONLY(true),
    ALL_BUT(true),
    /// All before it.
    PREFIX(true),
    /// All, but this one holds garbage.
    GARBAGE_AT(true);

    private final boolean one;

    Content(boolean one) {
      this.one = one;
    }
  }

  enum Fate {
    KEPT,
    LOST,
    GARBAGE
  }

  /// All of them for `names` surviving changes and `count` things.
  static List<CrashPlan> all(int names, int count) {
    List<CrashPlan> plans = new ArrayList<>();
    for (Content content : Content.values()) {
      int ways = content.one ? count : content == Content.NONE || count > 0 ? 1 : 0;
      for (int at = 0; at < ways; at++) {
        plans.add(new CrashPlan(names, content, at));
      }
    }
    return plans;
  }

  private Fate fate(int thing) {
    return switch (content) {
      case NONE -> Fate.LOST;
      case ALL -> Fate.KEPT;
      case ALL_GARBAGE -> Fate.GARBAGE;
      case ONLY -> thing == at ? Fate.KEPT : Fate.LOST;
      case ALL_BUT -> thing == at ? Fate.LOST : Fate.KEPT;
      case PREFIX -> thing < at ? Fate.KEPT : Fate.LOST;
      case GARBAGE_AT -> thing == at ? Fate.GARBAGE : Fate.KEPT;
    };
  }

  /// A plan being carried out: gives the things their fates, one after the other.
  static final class Run {
    private final CrashPlan plan;
    private int things;

    Run(CrashPlan plan) {
      this.plan = plan;
    }

    int names() {
      return plan.names;
    }

    Fate ofZeros() {
      return plan.content == Content.ALL_GARBAGE ? Fate.GARBAGE : Fate.KEPT;
    }

    Fate next() {
      return plan.fate(things++);
    }
  }
}
