package io.tidemark.log.ring;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordData;
import io.tidemark.log.RecordFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;

/// A record that has its LSN and its place in a ring, and is being filled by its producer.
///
/// Reusable, and meant to be: a thread that appends keeps one. Between [AppendRing#claim] and
/// [#commit] or [#abort] it is open, and the record holds up every later one, so nothing that can
/// wait belongs there. The payload is zeros to begin with.
///
/// One thread at a time. The ring cannot see that a producer died; its consumer can see that an LSN
/// stays open, with [AppendRing#stalledLsn].
public final class Claim {
  private final RingMemory memory;
  private final Attachments attachments;
  private boolean open;
  private long lsn;
  private long firstWord;
  private int offset;

  Claim(RingMemory memory, Attachments attachments) {
    this.memory = memory;
    this.attachments = attachments;
  }

  void checkNotOpen() {
    Check.that(!open, "a claim is made while LSN %d is open, which nobody else can end", lsn, 0);
  }

  long open(long lsn, int offset, long firstWord) {
    this.lsn = lsn;
    this.offset = offset;
    this.firstWord = firstWord;
    open = true;
    return lsn;
  }

  /// The LSN this record has, or had.
  public long lsn() {
    return lsn;
  }

  /// The length that was claimed.
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
  /// have been, all zeros, without its key.
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
    return RecordFormat.payloadOffset(RecordFormat.isKeyed(firstWord));
  }
}
