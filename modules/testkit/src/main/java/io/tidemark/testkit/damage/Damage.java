package io.tidemark.testkit.damage;

import io.tidemark.foundation.Chance;
import io.tidemark.log.verify.BatchSeen;
import io.tidemark.log.verify.Verification;
import io.tidemark.log.verify.Visitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One to five edits in the middle of a log that nobody uses: bits that are flipped, and zeros
/// where records began.
///
/// All of them are in the older half of its batches, so that no decoder may take them for a write
/// that a crash tore, and every replica has what is lost; none where there are not two batches. The
/// same seed makes the same edits of the same files.
public final class Damage {
  private static final int MOST_EDITS = 5;

  private final List<Edit> plan = new ArrayList<>();

  private Damage() {}

  private record Frame(Path file, long position, int lengthBytes) {}

  /// A plan for the log in `directory`; nothing is changed yet. Throws [IllegalStateException] if
  /// there is nothing to damage, or if that is done already.
  public static Damage plan(Path directory, long seed) {
    List<Frame> frames = frames(directory);
    Chance chance = new Chance(seed);
    Damage damage = new Damage();
    int older = frames.size() / 2;
    int edits = older == 0 ? 0 : chance.between(1, MOST_EDITS);
    for (int i = 0; i < edits; i++) {
      Frame frame = frames.get(chance.below(older));
      damage.plan.add(chance.percent(50) ? flip(frame, chance) : zero(frame, chance));
    }
    return damage;
  }

  private static List<Frame> frames(Path directory) {
    List<Frame> frames = new ArrayList<>();
    Visitor collecting =
        new Visitor() {
          @Override
          public void batch(BatchSeen batch) {
            Path file = directory.resolve(batch.segment().file());
            frames.add(new Frame(file, batch.position(), batch.lengthBytes()));
          }
        };
    if (!Verification.of(directory, false, collecting).isSound() || frames.isEmpty()) {
      throw new IllegalStateException(directory + " is damaged or empty already");
    }
    return frames;
  }

  private static Edit flip(Frame frame, Chance chance) {
    long position = frame.position() + chance.below(frame.lengthBytes());
    return new Edit(Edit.Kind.FLIP, frame.file(), position, 1, chance.below(8));
  }

  /// From where the frame begins, which is no zero.
  private static Edit zero(Frame frame, Chance chance) {
    int length = chance.between(Long.BYTES, frame.lengthBytes());
    return new Edit(Edit.Kind.ZERO, frame.file(), frame.position(), length, 0);
  }

  /// Makes all edits.
  public void make() throws IOException {
    for (Edit edit : plan) {
      edit.make();
    }
  }

  /// The files of the plan.
  public List<Path> files() {
    return plan.stream().map(Edit::file).distinct().toList();
  }

  @Override
  public String toString() {
    return plan.toString();
  }
}
