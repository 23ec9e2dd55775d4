package io.tidemark.transport;

import io.tidemark.foundation.Check;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/// What one node sends to another: an opaque payload and the few numbers that route it.
///
/// The payload belongs to the frame. Nobody changes the array after the frame is built: a
/// back-pressured frame is read again, on another thread, until Aeron has taken it.
///
/// @param kind what the payload holds
/// @param sender number of the sending node, which no other node of the cluster ever had, 0 to
///   65535
/// @param partition the partition the payload belongs to, 0 or more
/// @param epoch leadership number under which it was sent, 0 or more
/// @param payload 0 to [AeronTransport#maxPayloadBytes] bytes
public record Frame(Kind kind, int sender, int partition, long epoch, byte[] payload) {
  /// Largest sender index: the header gives it 16 bits.
  public static final int MAX_SENDER = 0xFFFF;

  public Frame {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(payload, "payload");
    Check.argument(
        sender >= 0 && sender <= MAX_SENDER, "a sender is 0 to %d: %d", MAX_SENDER, sender);
    Check.argument(partition >= 0, "a partition is not negative: %d", partition);
    Check.argument(epoch >= 0, "an epoch is not negative: %d", epoch);
  }

  /// What a payload holds. The codes are the wire format: never reused, never renumbered.
  public enum Kind {
    /// Small protocol messages and watermarks.
    CONTROL(1),
    /// Log batches.
    BATCHES(2),
    /// Who a replica is, as text: said when replicas get to know each other.
    GREETING(3),
    /// Batches that a damaged replica lost, asked for and given.
    REPAIR(4),
    /// How old the data of a node are, as text: asked and told before anything that counts.
    AGE(5),
    /// That a process is there, and which.
    PULSE(6),
    /// Behind which record a log is to begin anew, and what is to be known there.
    OFFER(7);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /// The byte on the wire.
    public int code() {
      return code;
    }

    /// The kind with this code, if this version knows one.
    static Optional<Kind> of(int code) {
      return switch (code) {
        case 1 -> Optional.of(CONTROL);
        case 2 -> Optional.of(BATCHES);
        case 3 -> Optional.of(GREETING);
        case 4 -> Optional.of(REPAIR);
        case 5 -> Optional.of(AGE);
        case 6 -> Optional.of(PULSE);
        case 7 -> Optional.of(OFFER);
        default -> Optional.empty();
      };
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Frame that
        && kind == that.kind
        && sender == that.sender
        && partition == that.partition
        && epoch == that.epoch
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * sender + partition) + Long.hashCode(epoch)) + Arrays.hashCode(payload);
  }

  @Override
  public String toString() {
    String start = HexFormat.of().formatHex(payload, 0, Math.min(16, payload.length));
    return "Frame[%s from %d, partition %d, epoch %d, %d bytes %s]"
        .formatted(kind, sender, partition, epoch, payload.length, start);
  }
}
