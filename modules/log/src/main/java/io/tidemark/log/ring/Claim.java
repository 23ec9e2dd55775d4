package io.tidemark.log.ring;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordData;
import io.tidemark.log.RecordFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;

/// A record that has its LSN and its place in a ring, and is being filled by its producer.
///
/// Reusable, and meant to be: a thread that appends keeps one. Between [#open] and [#commit] or
/// [#abort] its record holds up every later one, so nothing that can wait belongs there, and what
/// can fail belongs into a `try` that aborts.
///
/// One thread at a time. A claim that is forgotten while it is open stalls its ring.
public final class Claim {
  private final RingMemory memory;
  private final Intake intake;
  private final Attachments attachments;
  private boolean open;
  private long lsn;
  private long firstWord;
  private int offset;

  Claim(RingMemory memory, Intake intake, Attachments attachments) {
    this.memory = memory;
    this.intake = intake;
    this.attachments = attachments;
  }

  /// Takes an LSN and room for a record without a key. Its payload is zeros to begin with.
  ///
  /// @param type as [RecordData#type]
  /// @param optional as [RecordData#optional]
  /// @return the record's LSN, or [AppendRing#FULL], [AppendRing#CLOSED] or [AppendRing#TOO_LARGE],
  ///   and then nothing is open
  public long open(int type, boolean optional, int payloadBytes) {
    return open(Intake.firstWord(payloadBytes, type, optional ? RecordFormat.OPTIONAL : 0));
  }

  /// As [#open(int, boolean, int)], for a record with a key.
  public long open(int type, boolean optional, long key, int payloadBytes) {
    int flags = optional ? RecordFormat.OPTIONAL | RecordFormat.KEYED : RecordFormat.KEYED;
    long answer = open(Intake.firstWord(payloadBytes, type, flags));
    if (open) {
      memory.putWord(offset + RecordFormat.RECORD_HEADER_BYTES, key);
    }
    return answer;
  }

  private long open(long firstWord) {
    Check.that(!open, "LSN %d is still open, and nobody else can end it", lsn, 0);
    long taken = intake.take(firstWord);
    if (taken < 0) {
      return taken;
    }
    this.firstWord = firstWord;
    lsn = intake.lsn(taken);
    offset = intake.place(taken, firstWord);
    open = true;
    return lsn;
  }

  /// The LSN of the record that is open, or else of the last that was.
  public long lsn() {
    return lsn;
  }

  /// The payload's length, as it was claimed.
  public int payloadBytes() {
    return (int) RecordFormat.payloadBytes(firstWord);
  }

  /// The payload's own bytes in the ring; not to be touched after the commit, by when they may be
  /// those of another record.
  public MemorySegment payload() {
    return memory.slice(at(0, 0), payloadBytes());
  }

  /// Copies `count` bytes at `from` of `source` to `index` of the payload.
  public void put(int index, byte[] source, int from, int count) {
    memory.put(at(index, count), source, from, count);
  }

  /// Copies what remains in `source`, whose position stays, to `index` of the payload.
  public void put(int index, ByteBuffer source) {
    int count = source.remaining();
    memory.put(at(index, count), source, source.position(), count);
  }

  /// Copies `count` bytes at `from` of `source` to `index` of the payload.
  public void put(int index, MemorySegment source, long from, int count) {
    memory.put(at(index, count), source, from, count);
  }

  /// Gives the record to the consumer, with nothing attached.
  public void commit() {
    commit(AppendRing.NO_ATTACHMENT);
  }

  /// Gives the record to the consumer, with `attachment` for it.
  public void commit(Object attachment) {
    Objects.requireNonNull(attachment);
    end();
    attachments.put(lsn, attachment);
    memory.commit(offset, firstWord);
  }

  /// Gives the record up. Its LSN stays, as that of a [RecordData#VOID] record as long as it would
  /// have been, all zeros, without its key and its stamp.
  public void abort() {
    end();
    attachments.put(lsn, AppendRing.NO_ATTACHMENT);
    memory.abandon(offset, firstWord);
  }

  private void end() {
    Check.that(open, "no claim is open");
    open = false;
  }

  private int at(int index, int count) {
    Check.that(open, "no claim is open");
    Objects.checkFromIndexSize(index, count, payloadBytes());
    return offset + payloadOffset() + index;
  }

  private int payloadOffset() {
    return RecordFormat.payloadOffset(RecordFormat.flags(firstWord));
  }
}
