package io.tidemark.benchmarks.contender;

import io.aeron.archive.client.AeronArchive;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.agrona.IoUtil;

/// Aeron Archive with an embedded driver: each partition a recorded IPC publication. A record is
/// durable when the recording's position counter has passed it, with file and catalogue sync level
/// 1.
final class AeronArchiving implements Contender {
  @Override
  public String name() {
    return "Aeron Archive";
  }

  @Override
  public Kind kind() {
    return Kind.PEER;
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.allOf(Ability.class);
  }

  @Override
  public String version() {
    return Contender.jarOf(AeronArchive.class);
  }

  @Override
  public Store open(Path directory, Setup setup) throws IOException {
    return new AeronStore(directory, setup);
  }

  /// What driver and clients share lies in memory, by default.
  @Override
  public void sweep(Path directory) {
    IoUtil.delete(new File(AeronStore.sharedFor(directory)), true);
  }
}
