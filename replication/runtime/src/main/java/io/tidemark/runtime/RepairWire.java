package io.tidemark.runtime;

import io.tidemark.log.Batch;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// What a replica whose log is damaged asks the others, and what they answer.
///
/// ```
///   0      1         9
///   +------+---------+---------+
///   |  1   | fromLsn | uptoLsn |                       Ask
///   +------+---------+---------+------------------+
///   |  2   | fromLsn | batches as in the log, ...   |  Answer: none if the first is not there
///   +------+---------+------------------------------+
///     u8     i64
/// ```
///
/// It says nothing of epochs or members: who gets the batches sees by their checksums whether they
/// are those it had.
sealed interface RepairWire {
  /// The LSN asked for.
  long fromLsn();

  record Ask(long fromLsn, long uptoLsn) implements RepairWire {}

  record Answer(long fromLsn, List<Batch> batches) implements RepairWire {}

  int ANSWER_HEADER_BYTES = 9;

  /// How many bytes of batches fit into an answer.
  static int roomForBatches(int maxPayloadBytes) {
    return maxPayloadBytes - ANSWER_HEADER_BYTES;
  }

  default byte[] encode() {
    return switch (this) {
      case Ask ask -> buffer(1, ask.fromLsn(), Long.BYTES).putLong(ask.uptoLsn()).array();
      case Answer answer -> {
        int bytes = answer.batches().stream().mapToInt(Batch::sizeBytes).sum();
        ByteBuffer out = buffer(2, answer.fromLsn(), bytes);
        answer.batches().forEach(batch -> out.put(batch.bytes()));
        yield out.array();
      }
    };
  }

  private static ByteBuffer buffer(int kind, long fromLsn, int bytes) {
    return ByteBuffer.allocate(ANSWER_HEADER_BYTES + bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) kind)
        .putLong(fromLsn);
  }

  /// Throws [WireException] on anything it does not know, and [io.tidemark.log.BatchRefused] on a
  /// batch that is not whole.
  static RepairWire decode(byte[] payload, int maxBatchBytes) {
    ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    try {
      int kind = in.get();
      long fromLsn = in.getLong();
      return switch (kind) {
        case 1 -> new Ask(fromLsn, in.getLong());
        case 2 -> {
          List<Batch> batches = new ArrayList<>();
          while (in.hasRemaining()) {
            batches.add(Batch.decode(in, maxBatchBytes));
          }
          yield new Answer(fromLsn, batches);
        }
        default -> throw new WireException("repair message of unknown kind " + kind);
      };
    } catch (BufferUnderflowException e) {
      throw new WireException("repair frame of " + payload.length + " bytes");
    }
  }
}
