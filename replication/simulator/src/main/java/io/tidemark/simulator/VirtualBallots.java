package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Ballot;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// The promises of one node on its simulated disk, saved one after the other, each after a while.
///
/// A crash may come before a save, after it, or in it. The report that it is done comes later
/// still, so that a node may die with a promise on its disk that nobody has heard of.
final class VirtualBallots {
  static final String FILE = "ballot";
  private static final int HEADER_BYTES = Integer.BYTES + Long.BYTES;
  private static final int LIMIT_BYTES = HEADER_BYTES + (NodeId.MAX_LENGTH + 9);

  private final Machine machine;
  private final Directory directory;
  private final ArrayDeque<Ballot> waiting = new ArrayDeque<>();
  private final Consumer<Ballot> onSaved;

  VirtualBallots(Machine machine, Directory directory, Consumer<Ballot> onSaved) {
    this.machine = machine;
    this.directory = directory;
    this.onSaved = onSaved;
  }

  /// Throws [DamagedPromiseException] if it is not what was saved.
  static Ballot load(Directory directory) {
    if (!directory.list().contains(FILE)) {
      return Ballot.NONE;
    }
    ByteBuffer content = ByteBuffer.allocate(LIMIT_BYTES);
    try (StoredFile file = directory.open(FILE)) {
      file.read(content, 0);
    }
    if (content.flip().getInt() != checksum(content)) {
      throw new DamagedPromiseException("the ballot is not what was saved");
    }
    long epoch = content.getLong();
    String vote = StandardCharsets.UTF_8.decode(content).toString();
    return new Ballot(
        epoch, vote.isEmpty() ? Optional.empty() : Optional.of(ReplicaId.parse(vote)));
  }

  private static int checksum(ByteBuffer content) {
    CRC32C checksum = new CRC32C();
    checksum.update(content.duplicate());
    return (int) checksum.getValue();
  }

  void save(Ballot ballot) {
    waiting.addLast(ballot);
    if (waiting.size() == 1) {
      saveNext();
    }
  }

  private void saveNext() {
    machine.after(machine.diskMicros(machine.temper().ballotMicros()), this::saveFirst);
  }

  private void saveFirst() {
    Ballot ballot = waiting.getFirst();
    byte[] vote =
        ballot.votedFor().map(ReplicaId::toString).orElse("").getBytes(StandardCharsets.UTF_8);
    ByteBuffer content = ByteBuffer.allocate(HEADER_BYTES + vote.length);
    content.putInt(0).putLong(ballot.epoch()).put(vote).position(Integer.BYTES);
    content.putInt(0, checksum(content)).rewind();
    DurableNames.replace(directory, FILE, content);
    machine.world().checkers().tell(checker -> checker.ballotSaved(machine.id(), ballot));
    machine.after(
        machine.chance().below(machine.temper().reportMicros()),
        () -> {
          waiting.removeFirst();
          if (!waiting.isEmpty()) {
            saveNext();
          }
          onSaved.accept(ballot);
        });
  }
}
