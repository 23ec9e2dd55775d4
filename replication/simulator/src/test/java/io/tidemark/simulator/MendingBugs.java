package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.RecordData;
import io.tidemark.log.repair.Gap;
import io.tidemark.log.repair.Repair;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Those of the [Bugs] that are about damaged logs.
final class MendingBugs {
  private static final int NOTES_AT = 4096;
  private static final int FRAMES_AT = 8192;

  private MendingBugs() {}

  /// What is damaged, and all behind it, was never there.
  static final class DamageIsTheEnd implements Meddler {
    @Override
    public boolean opens(ReplicaId node, Directory log, LogDamagedException damage) {
      cut(log, damage.file(), Math.max(damage.position(), FRAMES_AT));
      return true;
    }
  }

  /// A log that is damaged is as good as none.
  static final class BeginAfresh implements Meddler {
    @Override
    public boolean opens(ReplicaId node, Directory log, LogDamagedException damage) {
      List.copyOf(log.list()).forEach(name -> DurableNames.delete(log, name));
      return true;
    }
  }

  static final class Vote implements Meddler {
    @Override
    public List<Message> saysWhileMending(ReplicaId node, Message heard) {
      return heard instanceof Message.AskVote ask
          ? List.of(new Message.Vote(ask.epoch(), true))
          : List.of();
    }
  }

  static final class Acknowledge implements Meddler {
    @Override
    public List<Message> saysWhileMending(ReplicaId node, Message heard) {
      return heard instanceof Message.Batches it
          ? List.of(new Message.Progress(it.epoch(), it.prevLsn(), it.prevLsn(), 0))
          : List.of();
    }
  }

  static final class Refuse implements Meddler {
    @Override
    public List<Message> saysWhileMending(ReplicaId node, Message heard) {
      return heard instanceof Message.Batches it
          ? List.of(new Message.Mismatch(it.epoch(), it.prevLsn(), 0, 0))
          : List.of();
    }
  }

  /// Who is damaged for good sets aside what it has, whoever may need it.
  static final class BeginUninvited implements Meddler {
    @Override
    public boolean waitsForInvitation(ReplicaId node) {
      return false;
    }
  }

  static final class InviteEarly implements Meddler {
    @Override
    public boolean invites(ReplicaCore core) {
      return true;
    }
  }

  static final class GiveNothing implements Meddler {
    @Override
    public List<Batch> copies(ReplicaId node, List<Batch> batches) {
      return List.of();
    }
  }

  /// Gives, now and then, whole records with the right LSNs that were never there.
  static class GiveOthers implements Meddler {
    private static final int SELDOM = 3;
    private int given;

    @Override
    public List<Batch> copies(ReplicaId node, List<Batch> batches) {
      if (batches.isEmpty() || ++given % SELDOM != 0) {
        return batches;
      }
      Batch real = batches.getFirst();
      List<RecordData> others =
          Collections.nCopies(real.recordCount(), RecordData.data(new byte[] {1}));
      return List.of(
          Batch.encode(
              real.baseLsn(), real.epoch(), real.timeMicros(), real.previousChecksum(), others));
    }
  }

  /// Takes what it is given as long as the LSNs fit, and behind it what it had.
  static final class TakeWithoutProof extends GiveOthers {
    @Override
    public boolean takes(ReplicaId node, Directory log, Repair repair, List<Batch> batches) {
      Gap gap = repair.gaps().getFirst();
      List<Batch> all = new ArrayList<>(batches);
      List<Batch> more = behind(repair, all);
      while (!more.isEmpty()) {
        all.addAll(more);
        more = behind(repair, all);
      }
      repair.close();
      cut(log, gap.file(), Math.max(gap.position(), FRAMES_AT));
      try (Log opened = Log.open(log, Temper.log())) {
        for (Batch batch : all) {
          if (batch.previousChecksum() == opened.lastChecksum()) {
            opened.append(batch);
          }
        }
      }
      return true;
    }

    private static List<Batch> behind(Repair repair, List<Batch> all) {
      return repair.read(all.getLast().lastLsn() + 1, Long.MAX_VALUE, Temper.SEGMENT_BYTES);
    }
  }

  private static void cut(Directory log, String file, long position) {
    List.copyOf(log.list()).stream()
        .filter(name -> name.endsWith(".segment") && name.compareTo(file) > 0)
        .forEach(name -> DurableNames.delete(log, name));
    try (StoredFile stored = log.open(file)) {
      stored.write(ByteBuffer.allocate(FRAMES_AT - NOTES_AT), NOTES_AT);
      stored.write(ByteBuffer.allocate((int) (stored.lengthBytes() - position)), position);
      stored.sync();
    }
  }
}
