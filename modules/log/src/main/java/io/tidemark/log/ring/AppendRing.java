package io.tidemark.log.ring;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordData;
import io.tidemark.log.RecordFormat;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/// Records on their way from any number of producing threads to the one that writes the log, with
/// their LSNs, for one leadership epoch.
///
/// Producers, any threads, have everything above [#drain]; from there on it is the consumer's, one
/// thread's. No call waits, locks or allocates. Nobody is woken either: an idle consumer looks
/// again when its owner makes it.
public final class AppendRing {
  /// Instead of an LSN: no room in bytes or in records. Nothing was appended; try again later.
  public static final long FULL = -1;

  /// Instead of an LSN: the epoch is over for this ring. Nothing was appended.
  public static final long CLOSED = -2;

  /// Instead of an LSN: the payload is over the limit. Nothing was appended.
  public static final long TOO_LARGE = -3;

  /// What [#stalledLsn] says if nothing stalls.
  public static final long NOT_STALLED = 0;

  /// The attachment of a record that has none.
  public static final Object NO_ATTACHMENT = Attachments.None.NO_ATTACHMENT;

  private static final Copy<byte[]> COPY_ARRAY =
      (memory, offset, source, count) -> memory.put(offset, source, 0, count);
  private static final Copy<ByteBuffer> COPY_BUFFER =
      (memory, offset, source, count) -> memory.put(offset, source, source.position(), count);
  private static final Copy<MemorySegment> COPY_SEGMENT =
      (memory, offset, source, count) -> memory.put(offset, source, 0, count);

  /// How the bytes of one kind of payload get into the ring.
  private interface Copy<S> {
    void copy(RingMemory memory, int offset, S source, int count);
  }

  private final RingMemory memory;
  private final Attachments attachments;
  private final Intake intake;
  private final Drain drain;

  /// Empty; the first record gets `baseLsn`.
  public AppendRing(RingConfig config, long baseLsn) {
    this(config, new RingMemory(config.capacityBytes(), 0, baseLsn));
  }

  AppendRing(RingConfig config, RingMemory memory) {
    Check.argument(memory.endLsn() >= 1, "base LSN %d", memory.endLsn());
    this.memory = memory;
    this.attachments = new Attachments(config.maxRecords());
    this.intake = new Intake(memory, config);
    this.drain = new Drain(memory, config);
  }

  /// A claim on this ring for one producer to use again and again, not open yet. Any thread.
  public Claim newClaim() {
    return new Claim(memory, intake, attachments);
  }

  /// Appends a copy of `payload`. Any thread.
  ///
  /// @param attachment what [#attachment] shall give to the consumer, or [#NO_ATTACHMENT]
  /// @return the record's LSN, or [#FULL], [#CLOSED] or [#TOO_LARGE]
  public long append(int type, boolean optional, byte[] payload, Object attachment) {
    return append(type, optional, payload, payload.length, COPY_ARRAY, attachment);
  }

  /// Appends a copy of what remains in `payload`, whose position stays. Any thread. Should the copy
  /// fail, because somebody changed `payload` meanwhile, a [RecordData#VOID] record is left.
  public long append(int type, boolean optional, ByteBuffer payload, Object attachment) {
    return append(type, optional, payload, payload.remaining(), COPY_BUFFER, attachment);
  }

  /// Appends a copy of `payload`. Any thread. Should the copy fail, because `payload` is closed or
  /// another thread's, a [RecordData#VOID] record is left.
  public long append(int type, boolean optional, MemorySegment payload, Object attachment) {
    int count = (int) Math.min(payload.byteSize(), Integer.MAX_VALUE);
    return append(type, optional, payload, count, COPY_SEGMENT, attachment);
  }

  private <S> long append(
      int type, boolean optional, S source, int count, Copy<S> copy, Object attachment) {
    Objects.requireNonNull(attachment);
    long firstWord = Intake.firstWord(count, type, optional ? RecordFormat.OPTIONAL : 0);
    long taken = intake.take(firstWord);
    if (taken < 0) {
      return taken;
    }
    long lsn = intake.lsn(taken);
    int offset = intake.place(taken, firstWord);
    try {
      copy.copy(memory, offset + RecordFormat.RECORD_HEADER_BYTES, source, count);
    } catch (RuntimeException | Error e) {
      attachments.put(lsn, NO_ATTACHMENT);
      memory.abandon(offset, firstWord);
      throw e;
    }
    attachments.put(lsn, attachment);
    memory.commit(offset, firstWord);
    return lsn;
  }

  /// Appends a copy of `record`, with its key and its stamp. Any thread. Should the copy fail,
  /// because somebody changed its payload meanwhile, a [RecordData#VOID] record is left.
  public long append(RecordData record, Object attachment) {
    Objects.requireNonNull(attachment);
    int payloadBytes = record.payload().remaining();
    long firstWord = Intake.firstWord(payloadBytes, record.type(), record.flags());
    long taken = intake.take(firstWord);
    if (taken < 0) {
      return taken;
    }
    long lsn = intake.lsn(taken);
    int offset = intake.place(taken, firstWord);
    try {
      memory.putExtras(offset, record);
      int payloadAt = offset + RecordFormat.payloadOffset(record.flags());
      memory.put(payloadAt, record.payload(), record.payload().position(), payloadBytes);
    } catch (RuntimeException | Error e) {
      attachments.put(lsn, NO_ATTACHMENT);
      memory.abandon(offset, firstWord);
      throw e;
    }
    attachments.put(lsn, attachment);
    memory.commit(offset, firstWord);
    return lsn;
  }

  /// Appends copies of `records`, at least one, as one: they have LSNs that follow each other, and
  /// whoever drains gets all of them at once. Any thread. Should a copy fail, because somebody
  /// changed a payload meanwhile, [RecordData#VOID] records are left.
  ///
  /// @param records without stamps: what a repeat of half of them should come to, nobody can say
  /// @param attachment beside the last
  /// @return the LSN of the first, or [#FULL], [#CLOSED] or [#TOO_LARGE]
  public long appendAll(List<RecordData> records, Object attachment) {
    Objects.requireNonNull(attachment);
    Check.argument(!records.isEmpty(), "no records");
    List<RecordData> group = List.copyOf(records);
    Check.argument(
        group.stream().allMatch(record -> record.stamp().isEmpty()), "a stamp in a group");
    long bodyBytes = Group.bodyBytes(group);
    long taken = intake.takeGroup(bodyBytes, group.size());
    if (taken < 0) {
      return taken;
    }
    long firstWord = Group.firstWord((int) bodyBytes);
    long lsn = intake.lsn(taken);
    int offset = intake.place(taken, firstWord);
    try {
      Group.put(memory, offset, (int) bodyBytes, group);
    } catch (RuntimeException | Error e) {
      Group.putVoid(memory, offset, (int) bodyBytes, group.size());
      attach(lsn, group.size(), NO_ATTACHMENT);
      memory.commit(offset, firstWord);
      throw e;
    }
    attach(lsn, group.size(), attachment);
    memory.commit(offset, firstWord);
    return lsn;
  }

  private void attach(long lsn, int records, Object attachment) {
    for (int i = 0; i < records - 1; i++) {
      attachments.put(lsn + i, NO_ATTACHMENT);
    }
    attachments.put(lsn + records - 1, attachment);
  }

  /// Whether the consumer took `lsn`. True is final; false is final once the ring is closed.
  public boolean wasTaken(long lsn) {
    checkLsn(lsn);
    return lsn < memory.endLsn();
  }

  /// Whether the ring was closed without `lsn` having been taken: it was surely not appended. Final
  /// once true.
  ///
  /// A producer that attached somebody who waits asks this after its commit. The full fence here
  /// and the one in [#close] see to it that either this says true or the attachment of `lsn` is
  /// there for the closing thread, maybe both.
  public boolean wasRefused(long lsn) {
    checkLsn(lsn);
    VarHandle.fullFence();
    return RingState.isClosed(memory.tail()) && lsn >= memory.endLsn();
  }

  private static void checkLsn(long lsn) {
    Check.that(lsn > 0, "%d is no LSN but says why there is none", lsn, 0);
  }

  /// Copies whole committed records to `target`, in the order of their LSNs and without a gap: they
  /// are the body of a batch. Their LSNs are those from [#endLsn] as it was before up to, and
  /// without, [#endLsn] as it is afterwards.
  ///
  /// Ends before the first record that is not committed or not within the limits. Whoever offers
  /// [RingConfig#maxFrameBytes] is never left without a record that is there.
  ///
  /// @return the number of bytes, 0 if there is nothing, and always 0 once the ring is closed
  public int drain(MemorySegment target, long offset, int maxBytes, int maxRecords) {
    return drain.take(target, offset, maxBytes, maxRecords);
  }

  /// Whether one of the records of the last drain has a stamp.
  public boolean drainedStamped() {
    return drain.tookStamped();
  }

  /// Takes the attachment of `lsn`, or [#NO_ATTACHMENT], once. For LSNs of the last drain, until
  /// the next; and after [#close] for those from [#endLsn] up to, and without, [#claimedLsn].
  public Object attachment(long lsn) {
    return attachments.take(lsn);
  }

  /// The LSN after the last that was drained. Any thread may ask; final once the ring is closed.
  public long endLsn() {
    return memory.endLsn();
  }

  /// The LSN after the last that was claimed; final once the ring is closed.
  public long claimedLsn() {
    return drain.claimedLsn();
  }

  /// The LSN whose record is claimed and not committed while records behind it wait for it, or
  /// [#NOT_STALLED]. That is normal for moments. What stays longer than any producer takes to fill
  /// a record is one that died, and then nothing is left but to close the ring.
  public long stalledLsn() {
    return drain.stalledLsn();
  }

  /// Ends the ring's epoch. No claim succeeds afterwards. What was claimed and not drained is not
  /// appended, ever, though it may still be filled and committed without harm.
  public void close() {
    drain.close();
    VarHandle.fullFence();
  }
}
