package io.tidemark.runtime;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.CheckFailure;
import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.Message.AskPreVote;
import io.tidemark.protocol.Message.AskVote;
import io.tidemark.protocol.Message.Batches;
import io.tidemark.protocol.Message.Committed;
import io.tidemark.protocol.Message.Fenced;
import io.tidemark.protocol.Message.Heartbeat;
import io.tidemark.protocol.Message.Mismatch;
import io.tidemark.protocol.Message.PreVote;
import io.tidemark.protocol.Message.Progress;
import io.tidemark.protocol.Message.Resigned;
import io.tidemark.protocol.Message.Rest;
import io.tidemark.protocol.Message.Rested;
import io.tidemark.protocol.Message.Run;
import io.tidemark.protocol.Message.StandNow;
import io.tidemark.protocol.Message.Vote;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The bytes of protocol messages inside a frame, little-endian.
///
/// ```
///  control frame: items, back to back; all of one size, so that a frame of many partitions is cheap
///   0           4             8    12     13      21      29      37      45
///   +-----------+-------------+----+------+-------+-------+-------+-------+
///   | partition | incarnation | to | kind | epoch |   a   |   b   |   c   |
///   +-----------+-------------+----+------+-------+-------+-------+-------+
///     u32         u32           u32  u8     four i64 (unused ones are 0)
///
///  batches frame (its header names partition and epoch)
///   0         8           16          24            28
///   +---------+-----------+-----------+-------------+----------------------------+
///   | prevLsn | prevEpoch | committed | incarnation | batches as in the log, ... |
///   +---------+-----------+-----------+-------------+----------------------------+
/// ```
///
/// `incarnation` is that of the replica that speaks; its node is the frame's sender. `to` is that
/// of the replica it is for: another one on that node does not listen. Batches are encoded once,
/// for all followers.
///
/// | kind | message | a | b | c |
/// | --- | --- | --- | --- | --- |
/// | 1 | AskPreVote | lastLsn | lastEpoch | |
/// | 2 | PreVote | granted | | |
/// | 3 | AskVote | lastLsn | lastEpoch | handedOver |
/// | 4 | Vote | granted | | |
/// | 5 | Batches without any (a probe) | prevLsn | prevEpoch | committed |
/// | 6 | Heartbeat | committed | round | |
/// | 7 | Committed | committed | | |
/// | 8 | Progress | durable | received | round |
/// | 9 | Mismatch | prevLsn | hintLsn | hintEpoch |
/// | 10 | Fenced | | | |
/// | 11 | StandNow | | | |
/// | 12 | Resigned | | | |
/// | 13 | Rest | lastLsn | | |
/// | 14 | Rested | lastLsn | | |
final class ReplicaWire {
  /// Size of a control item in bytes.
  static final int ITEM_BYTES = 45;

  private static final int BATCHES_HEADER_BYTES = 28;

  private ReplicaWire() {}

  /// What goes on the control lane.
  sealed interface Said {}

  /// Process `process` of the sender is there, and knows version `roster` of the roster. They are
  /// all that is in its frame, two i64.
  record Pulse(long process, long roster) implements Said {
    private static final int BYTES = 2 * Long.BYTES;

    byte[] encode() {
      return little(ByteBuffer.allocate(BYTES)).putLong(process).putLong(roster).array();
    }

    /// Throws [WireException] on anything else.
    static Pulse decode(byte[] payload) {
      if (payload.length != BYTES) {
        throw new WireException("pulse of " + payload.length + " bytes");
      }
      ByteBuffer in = little(ByteBuffer.wrap(payload));
      return new Pulse(in.getLong(), in.getLong());
    }
  }

  /// A control message of one partition.
  ///
  /// @param incarnation of the sender's replica of it
  /// @param to that of the replica it is for
  record Item(int partition, int incarnation, int to, Message message) implements Said {
    /// What this replaces when it waits behind it: the same kind for the same replica.
    ///
    /// Crash story: a replica was replaced by another on its node. What its leader asked the new
    /// one waited together with what it asked the old one, and was replaced by that each time; so
    /// was what the new one answered to both. It was never sent a record.
    Slot slot() {
      return new Slot(partition, to, message.getClass());
    }
  }

  /// Identity of what conflates.
  record Slot(int partition, int to, Class<?> kind) {}

  /// Batches as they came in: the message the core sees, and the bytes it does not.
  record Bulk(int incarnation, Batches message, List<Batch> batches) {}

  static byte[] encodeItems(List<Item> items) {
    ByteBuffer out = little(ByteBuffer.allocate(items.size() * ITEM_BYTES));
    items.forEach(item -> put(out, item));
    return out.array();
  }

  private static void put(ByteBuffer out, Item item) {
    Message message = item.message();
    out.putInt(item.partition()).putInt(item.incarnation()).putInt(item.to());
    switch (message) {
      case AskPreVote m -> fields(out, 1, m.epoch(), m.lastLsn(), m.lastEpoch(), 0);
      case PreVote m -> fields(out, 2, m.epoch(), m.granted() ? 1 : 0, 0, 0);
      case AskVote m ->
          fields(out, 3, m.epoch(), m.lastLsn(), m.lastEpoch(), m.handedOver() ? 1 : 0);
      case Vote m -> fields(out, 4, m.epoch(), m.granted() ? 1 : 0, 0, 0);
      case Batches m -> {
        Check.that(m.runs().isEmpty(), "records do not travel as control");
        fields(out, 5, m.epoch(), m.prevLsn(), m.prevEpoch(), m.committed());
      }
      case Heartbeat m -> fields(out, 6, m.epoch(), m.committed(), m.round(), 0);
      case Committed m -> fields(out, 7, m.epoch(), m.committed(), 0, 0);
      case Progress m -> fields(out, 8, m.epoch(), m.durable(), m.received(), m.round());
      case Mismatch m -> fields(out, 9, m.epoch(), m.prevLsn(), m.hintLsn(), m.hintEpoch());
      case Message.Offer _ -> throw new CheckFailure("an offer does not travel as control");
      case Fenced m -> fields(out, 10, m.epoch(), 0, 0, 0);
      case StandNow m -> fields(out, 11, m.epoch(), 0, 0, 0);
      case Resigned m -> fields(out, 12, m.epoch(), 0, 0, 0);
      case Rest m -> fields(out, 13, m.epoch(), m.lastLsn(), 0, 0);
      case Rested m -> fields(out, 14, m.epoch(), m.lastLsn(), 0, 0);
    }
  }

  private static void fields(ByteBuffer out, int kind, long epoch, long a, long b, long c) {
    out.put((byte) kind).putLong(epoch).putLong(a).putLong(b).putLong(c);
  }

  /// Decodes a control frame; throws [WireException] on anything it does not know.
  static List<Item> decodeItems(byte[] payload) {
    if (payload.length % ITEM_BYTES != 0) {
      throw new WireException("control frame of " + payload.length + " bytes");
    }
    ByteBuffer in = little(ByteBuffer.wrap(payload));
    List<Item> items = new ArrayList<>(payload.length / ITEM_BYTES);
    while (in.hasRemaining()) {
      int partition = in.getInt();
      int incarnation = in.getInt();
      int to = in.getInt();
      int kind = in.get();
      Message message = message(kind, in.getLong(), in.getLong(), in.getLong(), in.getLong());
      items.add(new Item(partition, incarnation, to, message));
    }
    return items;
  }

  private static Message message(int kind, long epoch, long a, long b, long c) {
    return switch (kind) {
      case 1 -> new AskPreVote(epoch, a, b);
      case 2 -> new PreVote(epoch, a == 1);
      case 3 -> new AskVote(epoch, a, b, c == 1);
      case 4 -> new Vote(epoch, a == 1);
      case 5 -> new Batches(epoch, a, b, List.of(), c);
      case 6 -> new Heartbeat(epoch, a, b);
      case 7 -> new Committed(epoch, a);
      case 8 -> new Progress(epoch, a, b, c);
      case 9 -> new Mismatch(epoch, a, b, c);
      case 10 -> new Fenced(epoch);
      case 11 -> new StandNow(epoch);
      case 12 -> new Resigned(epoch);
      case 13 -> new Rest(epoch, a);
      case 14 -> new Rested(epoch, a);
      default -> throw new WireException("control message of unknown kind " + kind);
    };
  }

  /// How many bytes of batches fit beside the header.
  static int roomForBatches(int maxPayloadBytes) {
    return maxPayloadBytes - BATCHES_HEADER_BYTES;
  }

  static byte[] encodeBatches(
      int incarnation, long prevLsn, long prevEpoch, long committed, List<Batch> batches) {
    int bytes = batches.stream().mapToInt(Batch::sizeBytes).sum();
    ByteBuffer out = little(ByteBuffer.allocate(BATCHES_HEADER_BYTES + bytes));
    out.putLong(prevLsn).putLong(prevEpoch).putLong(committed).putInt(incarnation);
    batches.forEach(batch -> out.put(batch.bytes()));
    return out.array();
  }

  /// Decodes and verifies; every batch must follow the one before it, by LSN and by checksum.
  static Bulk decodeBatches(long epoch, byte[] payload, int maxBatchBytes) {
    try {
      ByteBuffer in = little(ByteBuffer.wrap(payload));
      long prevLsn = in.getLong();
      long prevEpoch = in.getLong();
      long committed = in.getLong();
      int incarnation = in.getInt();
      List<Batch> batches = new ArrayList<>();
      List<Run> runs = new ArrayList<>();
      long next = prevLsn + 1;
      while (in.hasRemaining()) {
        Batch batch = Batch.decode(in, maxBatchBytes);
        if (batch.baseLsn() != next
            || (!batches.isEmpty() && batch.previousChecksum() != batches.getLast().checksum())) {
          throw new WireException(
              "batch at LSN " + batch.baseLsn() + " does not follow, expected LSN " + next);
        }
        next = batch.lastLsn() + 1;
        batches.add(batch);
        runs.add(new Run(batch.epoch(), batch.baseLsn(), batch.lastLsn()));
      }
      Batches message = new Batches(epoch, prevLsn, prevEpoch, runs, committed, members(batches));
      return new Bulk(incarnation, message, batches);
    } catch (BufferUnderflowException e) {
      throw new WireException("batches frame of " + payload.length + " bytes");
    }
  }

  /// The changes of members among `batches`. Throws [WireException] on one that is none.
  static List<Membership> members(List<Batch> batches) {
    List<Membership> found = new ArrayList<>();
    for (Batch batch : batches) {
      try {
        batch
            .only(RecordData.MEMBERS)
            .map(payload -> Members.parse(StandardCharsets.UTF_8.decode(payload).toString()))
            .ifPresent(one -> found.add(new Membership(batch.baseLsn(), batch.epoch(), one)));
      } catch (IllegalArgumentException e) {
        throw new WireException("record " + batch.baseLsn() + ": " + e.getMessage());
      }
    }
    return found;
  }

  private static ByteBuffer little(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }
}
