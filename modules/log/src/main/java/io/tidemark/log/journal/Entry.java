package io.tidemark.log.journal;

import io.tidemark.log.RecordData;
import io.tidemark.log.RecordFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The records of a journal.
///
/// ```
///   type            payload
///   256 WRITE       position u64 │ path length u16 │ path │ bytes     were written there
///   257 SETTLED     unused   u64 │ path length u16 │ path             all before is in the file
///   258 CHECKPOINT  LSN      u64 │ 0           u16                    all below is in its files
/// ```
///
/// Little-endian; a path is relative to the directory that the journal lies in, in UTF-8, with `/`
/// between its steps.
final class Entry {
  static final int WRITE = RecordData.FIRST_USER_TYPE;
  static final int SETTLED = WRITE + 1;
  static final int CHECKPOINT = WRITE + 2;

  private static final int PATH_LENGTH = Long.BYTES;
  private static final int PATH = PATH_LENGTH + Short.BYTES;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Entry() {}

  /// What it takes in a batch.
  static int bytes(byte[] path, int contentBytes) {
    return (int) RecordFormat.frameBytes(PATH + path.length + (long) contentBytes, 0);
  }

  /// Puts one into `memory` from `at` on; returns the bytes it takes.
  static int put(
      MemorySegment memory, int at, int type, long number, byte[] path, ByteBuffer content) {
    int payloadBytes = PATH + path.length + content.remaining();
    int bytes = bytes(path, content.remaining());
    // The last word first: what the payload leaves of it stays zero.
    memory.set(LONG, at + bytes - Long.BYTES, 0);
    memory.set(LONG, at, RecordFormat.firstWord(payloadBytes, type, 0));
    int payloadAt = at + RecordFormat.payloadOffset(0);
    memory.set(LONG, payloadAt, number);
    memory.set(SHORT, payloadAt + PATH_LENGTH, (short) path.length);
    MemorySegment.copy(path, 0, memory, ValueLayout.JAVA_BYTE, payloadAt + PATH, path.length);
    MemorySegment.copy(
        MemorySegment.ofBuffer(content),
        0,
        memory,
        payloadAt + PATH + path.length,
        content.remaining());
    return bytes;
  }

  /// The position, or the LSN.
  static long number(ByteBuffer payload) {
    return payload.order(ByteOrder.LITTLE_ENDIAN).getLong(payload.position());
  }

  static String path(ByteBuffer payload) {
    byte[] path = new byte[pathBytes(payload)];
    payload.get(payload.position() + PATH, path);
    return new String(path, StandardCharsets.UTF_8);
  }

  static ByteBuffer content(ByteBuffer payload) {
    int head = PATH + pathBytes(payload);
    return payload.slice(payload.position() + head, payload.remaining() - head);
  }

  private static int pathBytes(ByteBuffer payload) {
    return Short.toUnsignedInt(
        payload.order(ByteOrder.LITTLE_ENDIAN).getShort(payload.position() + PATH_LENGTH));
  }
}
