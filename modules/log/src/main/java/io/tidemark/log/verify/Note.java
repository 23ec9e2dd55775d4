package io.tidemark.log.verify;

import io.tidemark.log.verify.Finding.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;

/// What the second block of a segment says is synced.
public record Note(long generation, long syncedThrough, long endPosition) {
  static final Note NONE = new Note(0, 0, 0);

  private static final int BYTES = 32;
  private static final int SLOT_BYTES = Layout.BLOCK_BYTES / 2;

  /// The newest whole one in the block; a slot holds one or zeros.
  static Note newest(Header header, ByteBuffer bytes, Findings findings) {
    Note newest = NONE;
    for (int slot = 0; slot < 2; slot++) {
      int at = Layout.NOTES_AT + slot * SLOT_BYTES;
      int end = at + SLOT_BYTES;
      if (Layout.firstNotZero(bytes, at, end) == end) {
        continue;
      }
      Optional<Note> note = decode(header, bytes, at, slot);
      if (note.isEmpty()) {
        findings.add(Kind.TORN_NOTE, at, "a whole note or zeros", Layout.hex(bytes.getLong(at)));
      } else {
        Layout.checkZeros(bytes, at + BYTES, end, Kind.TORN_NOTE, findings);
        newest = note.get().generation > newest.generation ? note.get() : newest;
      }
    }
    return newest;
  }

  private static Optional<Note> decode(Header header, ByteBuffer bytes, int at, int slot) {
    int computed = Layout.crcInPlace(header, at, bytes, at, at + 4, at + BYTES);
    Note note = new Note(bytes.getLong(at + 8), bytes.getLong(at + 16), bytes.getLong(at + 24));
    boolean sound =
        bytes.getInt(at) == Layout.NOTE_MAGIC
            && bytes.getInt(at + 4) == computed
            && note.generation > 0
            && note.generation % 2 == slot
            && note.syncedThrough >= header.baseLsn() - 1
            && note.endPosition >= Layout.FRAMES_AT
            && note.endPosition <= header.framesEnd();
    return sound ? Optional.of(note) : Optional.empty();
  }
}
