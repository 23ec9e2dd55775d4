package io.tidemark.simulator;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogConfig.OpenCheck;
import io.tidemark.protocol.ProtocolConfig;
import io.tidemark.simkit.LinkQuality;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What kind of world a seed is: which faults there are and how often, how slow disks and links
/// are.
///
/// Drawn anew for each seed, because a run in which everything goes wrong at once hides what only
/// shows when a single thing does (swarm testing, Groce et al., ISSTA 2012). Delays are upper
/// bounds, in microseconds.
record Temper(
    LinkQuality links,
    int writeMicros,
    int syncMicros,
    int ballotMicros,
    int reportMicros,
    int clockSkewPercent,
    int maxBatchRecords,
    int payloadBytes,
    int frameBytes,
    int maxInFlight,
    int electionTicks,
    int proposeMicros,
    int readMicros,
    int faultMicros,
    Set<Fault> faults) {
  /// One tick of a clock that runs right.
  static final int TICK_MICROS = 1000;

  private static final LinkQuality CALM_LINKS = new LinkQuality(50, 500, 0, 0);
  private static final int CALM_DISK_MICROS = 200;
  static final int SEGMENT_BYTES = 20 << 10;
  private static final int MAX_BATCH_BYTES = 4 << 10;
  static final int HEARTBEAT_TICKS = 2;

  // Small segments, so that logs roll; a dense index, because logs are read all the time here.
  private static final LogConfig LOG =
      LogConfig.defaults(1, 0)
          .withSizes(SEGMENT_BYTES, MAX_BATCH_BYTES)
          .withIndexStride(256)
          .withOpenCheck(OpenCheck.ALL_IN_TURN);

  static Temper draw(Chance chance) {
    Temper drawn = drawAny(chance);
    int kind = chance.below(100);
    if (kind < 25) {
      return drawn.turbulent(chance);
    }
    if (kind < 37) {
      return drawn.restless(chance);
    }
    if (kind < 44) {
      return drawn.divided(chance);
    }
    if (kind < 50) {
      return drawn.forgetful(chance);
    }
    if (kind < 60) {
      return drawn.rotten(chance);
    }
    if (kind < 70) {
      return drawn.trimming(chance);
    }
    return kind < 78 ? drawn.restored(chance) : drawn;
  }

  /// Disks spoil what they stored, or never stored it, while nodes come and go.
  private Temper rotten(Chance chance) {
    Set<Fault> rotten =
        EnumSet.of(
            Fault.BIT_ROT,
            Fault.CRASH,
            oneOf(chance, 0, 1) == 0 ? Fault.CRASH_ALL : Fault.CRASH_IN_DISK_OPERATION,
            oneOf(chance, 0, 1) == 0 ? Fault.ISOLATE_LEADER : Fault.BAD_LINKS);
    for (Fault fault : Fault.OF_WHAT_IS_STORED) {
      if (fault != Fault.RUIN && chance.percent(70)) {
        rotten.add(fault);
      }
    }
    if (chance.percent(50)) {
      rotten.add(Fault.TRIM);
    }
    if (chance.percent(15)) {
      rotten.add(Fault.RUIN);
    }
    return restless(chance).with(rotten);
  }

  /// Clocks differ much, and a leader is cut off while others elect: for a while there are two, and
  /// all of them are asked all the time.
  private Temper divided(Chance chance) {
    return new Temper(
        new LinkQuality(50, oneOf(chance, 100, 1000), 0, 0),
        writeMicros,
        200,
        200,
        oneOf(chance, 10, 500),
        150,
        maxBatchRecords,
        payloadBytes,
        frameBytes,
        maxInFlight,
        12,
        1500,
        700,
        40_000,
        EnumSet.of(Fault.ISOLATE_LEADER, Fault.HAND_OVER, Fault.PAUSE_LEADER, Fault.ONE_WAY));
  }

  /// Members come and go all the time, and leaders fall in the middle of that.
  private Temper restless(Chance chance) {
    return new Temper(
        new LinkQuality(50, oneOf(chance, 200, 4000), oneOf(chance, 0, 5), 0),
        oneOf(chance, 20, 3000),
        oneOf(chance, 200, 1000),
        oneOf(chance, 200, 2000),
        oneOf(chance, 10, 500),
        oneOf(chance, 1, 20),
        maxBatchRecords,
        payloadBytes,
        frameBytes,
        maxInFlight,
        12,
        proposeMicros,
        readMicros,
        40_000,
        EnumSet.of(
            Fault.CHANGE_MEMBERS,
            oneOf(chance, 0, 1) == 0 ? Fault.HAND_OVER : Fault.WIPE,
            Fault.STRIKE_NEW_LEADER,
            Fault.ISOLATE_LEADER,
            oneOf(chance, 0, 1) == 0 ? Fault.CRASH : Fault.SPLIT));
  }

  /// Elections all the time, each leader falling soon, one batch in a frame: the worlds in which
  /// votes compete and the ends of logs differ.
  private Temper turbulent(Chance chance) {
    return new Temper(
        new LinkQuality(50, oneOf(chance, 1000, 8000), 0, 0),
        writeMicros,
        oneOf(chance, 200, 1000),
        oneOf(chance, 200, 2000),
        oneOf(chance, 10, 500),
        oneOf(chance, 1, 100),
        maxBatchRecords,
        payloadBytes,
        1,
        oneOf(chance, 1, 4),
        12,
        1500,
        readMicros,
        15_000,
        EnumSet.of(
            Fault.STRIKE_NEW_LEADER,
            Fault.CRASH_IN_DISK_OPERATION,
            Fault.STRIKE_VOTER,
            Fault.ISOLATE_LEADER,
            Fault.PAUSE_LEADER));
  }

  /// Disks are lost one after the other, or what was promised is, and what comes back takes their
  /// places.
  private Temper forgetful(Chance chance) {
    Temper quick = restless(chance);
    return quick.with(
        EnumSet.of(
            Fault.WIPE,
            Fault.SPOIL_PROMISE,
            oneOf(chance, 0, 1) == 0 ? Fault.CRASH : Fault.ISOLATE_LEADER));
  }

  /// Disks are put back to copies of them, one after the other, while nodes come and go.
  private Temper restored(Chance chance) {
    return restless(chance)
        .with(
            EnumSet.of(
                Fault.ROLL_BACK,
                Fault.CRASH,
                oneOf(chance, 0, 1) == 0 ? Fault.CRASH_ALL : Fault.ISOLATE_LEADER));
  }

  /// Logs are trimmed all the time, and nodes that lag, or lost their disks, come back to that.
  private Temper trimming(Chance chance) {
    return restless(chance)
        .with(
            EnumSet.of(
                Fault.TRIM,
                Fault.STRIKE_BEGINNER,
                Fault.ISOLATE_LEADER,
                oneOf(chance, 0, 1) == 0 ? Fault.PAUSE : Fault.CRASH_IN_DISK_OPERATION,
                oneOf(chance, 0, 1) == 0 ? Fault.CHANGE_MEMBERS : Fault.WIPE,
                oneOf(chance, 0, 1) == 0 ? Fault.CRASH : Fault.SPLIT));
  }

  private Temper with(Set<Fault> other) {
    return new Temper(
        links,
        writeMicros,
        syncMicros,
        ballotMicros,
        reportMicros,
        clockSkewPercent,
        maxBatchRecords,
        payloadBytes,
        frameBytes,
        maxInFlight,
        electionTicks,
        proposeMicros,
        readMicros,
        faultMicros,
        other);
  }

  private static Temper drawAny(Chance chance) {
    return new Temper(
        links(chance),
        oneOf(chance, 20, 200),
        oneOf(chance, 200, 1000, 4000, 12_000),
        oneOf(chance, 200, 1000, 5000),
        oneOf(chance, 10, 500, 3000),
        oneOf(chance, 1, 20, 50),
        oneOf(chance, 1, 4, 16),
        oneOf(chance, 10, 100),
        oneOf(chance, 1, 400, 2000),
        oneOf(chance, 1, 4, 16),
        oneOf(chance, 12, 16, 24),
        oneOf(chance, 1500, 5000, 15_000),
        oneOf(chance, 2000, 20_000),
        oneOf(chance, 30_000, 80_000, 200_000),
        faults(chance));
  }

  private static LinkQuality links(Chance chance) {
    int loss = oneOf(chance, 0, 0, 1, 5, 15);
    int duplicates = oneOf(chance, 0, 1, 10);
    return new LinkQuality(50, oneOf(chance, 100, 1000, 4000, 10_000), loss, duplicates);
  }

  private static Set<Fault> faults(Chance chance) {
    Set<Fault> faults = EnumSet.noneOf(Fault.class);
    int percent = oneOf(chance, 20, 50, 80);
    for (Fault fault : EnumSet.complementOf(Fault.OF_WHAT_IS_STORED)) {
      if (chance.percent(percent)) {
        faults.add(fault);
      }
    }
    return faults;
  }

  private static int oneOf(Chance chance, int... values) {
    return values[chance.below(values.length)];
  }

  /// The same without faults, on fast disks.
  Temper calm() {
    return new Temper(
        CALM_LINKS,
        CALM_DISK_MICROS,
        CALM_DISK_MICROS,
        CALM_DISK_MICROS,
        CALM_DISK_MICROS,
        clockSkewPercent,
        maxBatchRecords,
        payloadBytes,
        MAX_BATCH_BYTES,
        maxInFlight,
        electionTicks,
        proposeMicros,
        readMicros,
        faultMicros,
        Set.of());
  }

  ProtocolConfig protocol(ReplicaId self, List<ReplicaId> voters, long seed) {
    List<ReplicaId> known = voters.contains(self) ? voters : List.of();
    return new ProtocolConfig(
        self,
        known,
        HEARTBEAT_TICKS,
        electionTicks,
        HEARTBEAT_TICKS * 3,
        maxInFlight,
        // Either bound is met at times.
        Math.max(1, maxInFlight * payloadBytes / 2),
        restTicks(),
        seed);
  }

  /// Short where there are long times between records: so there is rest in the storm.
  private int restTicks() {
    return HEARTBEAT_TICKS + electionTicks / 4;
  }

  static LogConfig log() {
    return LOG;
  }
}
