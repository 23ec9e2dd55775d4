package io.tidemark.benchmarks.contender;

import io.tidemark.storage.Access;
import java.util.List;

/// All that is compared, in the order of the tables. Whoever adds one adds it here, and nowhere
/// else.
public final class Contenders {
  private static final List<Contender> ALL =
      List.of(
          new Bare(),
          new Chronicle(),
          new AeronArchiving(),
          new RocksLog(),
          new TidemarkLog(Access.BUFFERED),
          new TidemarkLog(Access.DIRECT),
          new TidemarkActor(false),
          new TidemarkActor(true),
          new TidemarkAppender());

  private Contenders() {}

  /// All of them; the bare limit first, then peers.
  public static List<Contender> all() {
    return ALL;
  }

  /// The one of that name.
  public static Contender named(String name) {
    return ALL.stream().filter(contender -> contender.name().equals(name)).findAny().orElseThrow();
  }
}
