package io.tidemark.runtime;

import io.tidemark.log.Tail;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Behind which batch a log is to begin anew, and what is known there of members and producers.
///
/// ```
///   0     8       16     24         28            32        36
///   +-----+-------+------+----------+-------------+---------+-----------------+------------...
///   | lsn | epoch | time | checksum | incarnation | length  | membership, as  | producers, as
///   |     |       |      |          |             |         | text that long  | in their file
///   +-----+-------+------+----------+-------------+---------+-----------------+------------...
///     i64                  u32                      u32       UTF-8
/// ```
///
/// The first four are of the batch that ends with `lsn`; the frame's header names partition and
/// epoch of the leader, whose replica has `incarnation`.
///
/// @param producers as in [io.tidemark.log.producers.ProducersFile]; to be checked against `start`
record OfferWire(int incarnation, Message.Offer message, Tail start, ByteBuffer producers) {
  /// The most that a membership takes as text; 3,000 replicas.
  static final int MAX_MEMBERS_BYTES = 1 << 16;

  private static final int HEADER_BYTES = 36;

  /// How many bytes a payload may take at least if producers take `producersBytes`.
  static long payloadBytes(long producersBytes) {
    return HEADER_BYTES + MAX_MEMBERS_BYTES + producersBytes;
  }

  static byte[] encode(int incarnation, Tail start, Membership members, ByteBuffer producers) {
    byte[] text = members.text().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(HEADER_BYTES + text.length + producers.remaining())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(start.lastLsn())
        .putLong(start.epoch())
        .putLong(start.timeMicros())
        .putInt(start.checksum())
        .putInt(incarnation)
        .putInt(text.length)
        .put(text)
        .put(producers.duplicate())
        .array();
  }

  /// Throws [WireException] on anything that is no offer.
  static OfferWire decode(long epoch, byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    try {
      long lsn = in.getLong();
      long lsnEpoch = in.getLong();
      long timeMicros = in.getLong();
      Tail start = new Tail(lsn, in.getInt(), lsnEpoch, timeMicros);
      int incarnation = in.getInt();
      Membership members = members(in, in.getInt());
      boolean isSane =
          lsn > 0
              && lsn < Long.MAX_VALUE
              && lsnEpoch > 0
              && lsnEpoch <= epoch
              && timeMicros >= 0
              && members.lsn() >= 0
              && members.lsn() <= lsn;
      if (!isSane) {
        throw new WireException(
            "offer in epoch %d to begin behind %s with members from %d on"
                .formatted(epoch, start, members.lsn()));
      }
      Message.Offer message = new Message.Offer(epoch, lsn, lsnEpoch, members);
      return new OfferWire(incarnation, message, start, in.slice());
    } catch (BufferUnderflowException e) {
      throw new WireException("offer frame of " + payload.length + " bytes");
    }
  }

  private static Membership members(ByteBuffer in, int length) {
    if (length < 0 || length > Math.min(MAX_MEMBERS_BYTES, in.remaining())) {
      throw new WireException(
          "members of %d bytes in an offer that has %d more".formatted(length, in.remaining()));
    }
    byte[] text = new byte[length];
    in.get(text);
    try {
      return Membership.parse(new String(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new WireException("offer: " + e.getMessage());
    }
  }
}
