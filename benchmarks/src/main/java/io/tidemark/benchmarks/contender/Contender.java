package io.tidemark.benchmarks.contender;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/// One way to keep records on a disk: the bare limit, a peer, or a side of Tidemark.
///
/// Everything that is compared comes in through here, and [Contenders] lists it; works know no
/// contender by name.
public interface Contender {
  /// What a contender stands for in the ratios.
  enum Kind {
    /// What the machine gives.
    BARE,
    /// Another system.
    PEER,
    /// Us.
    TIDEMARK
  }

  /// What a contender may be asked, beyond synced appends to one partition.
  enum Ability {
    /// To append without syncing.
    NOT_SYNCED,
    /// [Store#readAll].
    READ,
    /// [#verify].
    VERIFY,
    /// To open what a killed process left.
    REOPEN,
    /// More than one partition in one store.
    PARTITIONS
  }

  /// Its name in the tables.
  String name();

  /// What it stands for.
  Kind kind();

  /// What works may ask of it.
  Set<Ability> abilities();

  /// Which library and version it is, for the conditions of a run; empty if it is in this build.
  default String version() {
    return "";
  }

  /// Opens what is in `directory`, or begins there. Nobody else uses the directory meanwhile.
  Store open(Path directory, Setup setup) throws Exception;

  /// Checks every checksum of what is in `directory` and not open; throws if it does not hold
  /// `records` sound records.
  default void verify(Path directory, Setup setup, long records) throws Exception {
    try (Store store = open(directory, setup)) {
      store.readAll(records);
    }
  }

  /// Loads native libraries, which is no part of opening.
  default void load() {}

  /// Deletes what a killed process that had `directory` open left outside of it.
  default void sweep(Path directory) throws IOException {}

  /// The file name of the jar that `type` came from, without its ending.
  static String jarOf(Class<?> type) {
    URI jar = URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString());
    return Path.of(jar).getFileName().toString().replaceFirst("\\.jar$", "");
  }
}
