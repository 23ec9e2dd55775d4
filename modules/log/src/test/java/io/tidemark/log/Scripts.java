package io.tidemark.log;

import static io.tidemark.log.Play.append;
import static io.tidemark.log.Play.beginBehind;
import static io.tidemark.log.Play.build;
import static io.tidemark.log.Play.epoch;
import static io.tidemark.log.Play.failSyncAndKill;
import static io.tidemark.log.Play.hold;
import static io.tidemark.log.Play.kill;
import static io.tidemark.log.Play.later;
import static io.tidemark.log.Play.note;
import static io.tidemark.log.Play.release;
import static io.tidemark.log.Play.reopen;
import static io.tidemark.log.Play.roll;
import static io.tidemark.log.Play.sync;
import static io.tidemark.log.Play.trimBelow;
import static io.tidemark.log.Play.truncate;

import io.tidemark.foundation.Chance;
import io.tidemark.log.LogConfig.OpenCheck;
import io.tidemark.log.Play.Step;
import io.tidemark.storage.Access;
import java.util.ArrayList;
import java.util.List;

/// What the power is cut in.
record Scripts(String name, LogConfig config, List<Step> steps) {
  static final LogConfig CONFIG = LogConfig.defaults(78, 0).withSizes(16384, 2048);

  static List<Scripts> all() {
    return List.of(
        appending(),
        rolling(),
        truncating(),
        truncatingAndGoingOn(),
        trimming(),
        emptying(),
        beginning(),
        noting(),
        failing(),
        compressing(Codec.LZ4),
        compressing(Codec.ZSTD),
        direct(),
        directTruncating(),
        epochs(),
        changing());
  }

  static Scripts appending() {
    return new Scripts(
        "appending",
        CONFIG,
        List.of(
            append(2, 500), sync(), append(1, 900), append(1, 30), sync(), append(3, 700), sync()));
  }

  static Scripts rolling() {
    return new Scripts(
        "rolling by size, request and age",
        CONFIG.withMaxSegmentAge(1_000_000),
        List.of(
            append(3, 1500),
            sync(),
            roll(),
            roll(),
            append(1, 40),
            later(2_000_000),
            append(1, 50),
            sync(),
            kill(),
            append(2, 1300),
            reopen(),
            append(1, 20)));
  }

  static Scripts truncating() {
    return new Scripts(
        "truncating within, at and across segments",
        CONFIG,
        List.of(
            append(4, 900),
            sync(),
            truncate(1),
            append(2, 1700),
            sync(),
            truncate(2),
            epoch(2),
            append(5, 1700),
            sync(),
            truncate(4),
            truncate(9)));
  }

  static Scripts truncatingAndGoingOn() {
    return new Scripts(
        "truncating and going on",
        CONFIG,
        List.of(
            append(2, 1200),
            sync(),
            append(1, 1200),
            note(),
            truncate(2),
            epoch(3),
            append(1, 100),
            sync(),
            append(1, 60),
            kill(),
            roll(),
            append(1, 60),
            truncate(1),
            reopen(),
            append(1, 1800),
            sync()));
  }

  static Scripts trimming() {
    return new Scripts(
        "trimming with holders",
        CONFIG,
        List.of(
            append(5, 1800),
            sync(),
            hold("reader", 2),
            trimBelow(5),
            hold("reader", 4),
            append(2, 1800),
            trimBelow(6),
            release("reader"),
            sync(),
            trimBelow(7),
            reopen(),
            hold("archive", 7),
            append(1, 1800),
            roll(),
            trimBelow(100),
            truncate(2),
            append(1, 30),
            sync()));
  }

  static Scripts emptying() {
    return new Scripts(
        "trimming, and truncating to nothing",
        CONFIG,
        List.of(append(3, 1800), sync(), trimBelow(3), truncate(9), append(1, 30), sync()));
  }

  static Scripts beginning() {
    return new Scripts(
        "beginning anew ahead, behind, and at an old segment's name",
        CONFIG,
        List.of(
            append(5, 1800),
            sync(),
            hold("reader", 2),
            beginBehind(20, 300),
            append(2, 1800),
            epoch(3),
            append(3, 1800),
            sync(),
            trimBelow(28),
            hold("archive", 29),
            beginBehind(-2, 0),
            append(4, 900),
            kill(),
            beginBehind(1, 5000),
            beginBehind(-3, 9),
            append(1, 30),
            truncate(9),
            note(),
            append(2, 600),
            failSyncAndKill(),
            beginBehind(7, 1),
            append(1, 30),
            sync()));
  }

  static Scripts noting() {
    return new Scripts(
        "noting",
        CONFIG,
        List.of(
            append(1, 100),
            note(),
            append(1, 200),
            note(),
            kill(),
            note(),
            append(2, 900),
            note()));
  }

  static Scripts failing() {
    return new Scripts(
        "failing to sync",
        CONFIG,
        List.of(
            append(2, 600),
            sync(),
            append(2, 600),
            failSyncAndKill(),
            append(1, 1000),
            kill(),
            append(1, 700),
            failSyncAndKill(),
            sync()));
  }

  private static Scripts compressing(Codec codec) {
    return new Scripts(
        "compressing by " + codec,
        CONFIG,
        List.of(
            build(codec, 5, 300),
            build(codec, 1, 9),
            sync(),
            build(codec, 2, 700),
            kill(),
            build(codec, 6, 300),
            note(),
            roll(),
            build(codec, 2, 20)));
  }

  private static Scripts direct() {
    return new Scripts(
        "past the page cache",
        CONFIG.withAccess(Access.DIRECT),
        List.of(
            append(2, 400),
            sync(),
            build(Codec.NONE, 3, 200),
            append(2, 1100),
            sync(),
            note(),
            kill(),
            append(3, 1500),
            reopen(),
            build(Codec.NONE, 1, 30)));
  }

  private static Scripts directTruncating() {
    return new Scripts(
        "truncating past the page cache",
        CONFIG.withAccess(Access.DIRECT),
        List.of(
            append(3, 1500),
            sync(),
            truncate(1),
            build(Codec.LZ4, 4, 200),
            append(2, 1800),
            truncate(3),
            append(1, 100),
            sync()));
  }

  private static Scripts epochs() {
    List<Step> steps = new ArrayList<>();
    for (int i = 1; i <= Footer.MAX_EPOCHS + 1; i++) {
      steps.add(epoch(i));
      steps.add(append(1, 8));
    }
    steps.addAll(List.of(sync(), truncate(3), epoch(80), append(1, 8), note()));
    return new Scripts("more epochs than a segment takes", CONFIG, steps);
  }

  private static Scripts changing() {
    return new Scripts(
        "changing the limits",
        CONFIG,
        List.of(
            append(2, 600),
            reopen(CONFIG.withSizes(20480, 4096)),
            append(2, 3000),
            sync(),
            reopen(CONFIG.withAccess(Access.DIRECT)),
            append(1, 1900),
            roll(),
            append(1, 500),
            reopen(CONFIG.withOpenCheck(OpenCheck.ALL)),
            append(1, 10)));
  }

  /// A script by chance, of a few steps.
  static Scripts ofChance(long seed) {
    Chance chance = new Chance(seed);
    LogConfig config =
        CONFIG
            .withAccess(chance.percent(30) ? Access.DIRECT : Access.BUFFERED)
            .withOpenCheck(chance.percent(30) ? OpenCheck.ALL : OpenCheck.TAIL);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      steps.add(step(chance));
    }
    return new Scripts("chance " + seed, config, steps);
  }

  private static Step step(Chance chance) {
    return switch (chance.below(17)) {
      case 0, 1, 2 -> append(chance.between(1, 4), chance.between(0, 1900));
      case 3, 4 -> build(Codec.of(chance.below(3)), chance.between(1, 5), chance.between(1, 350));
      case 5, 6, 7 -> sync();
      case 8 -> roll();
      case 9 -> truncate(chance.between(1, 4));
      case 10 -> trimBelow(chance.between(1, 8));
      case 11 -> hold("a", chance.between(1, 8));
      case 12 -> release("a");
      case 13 -> chance.percent(50) ? kill() : failSyncAndKill();
      case 14 -> reopen();
      case 15 -> beginBehind(chance.between(-2, 3) * 2 + 1, chance.between(0, 400));
      default -> note();
    };
  }
}
