package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.CheckFailure;
import io.tidemark.log.BatchRefused.Reason;
import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/// One segment file.
///
/// The log's one writing thread appends, seals, zeroes and closes; any thread reads batches the log
/// has published. A sealed one keeps its file closed until somebody reads.
final class Segment implements AutoCloseable {
  private static final int READ_WINDOW_BYTES = 1 << 16;
  private static final int ZEROS_BYTES = 1 << 18;

  private final Directory directory;
  private final Access access;
  private final SegmentHeader header;
  private Optional<StoredFile> file;
  private Optional<MappedFile> mapped = Optional.empty();
  private Optional<SegmentIndex> index;
  private SegmentContent content;
  private SyncNote note;
  private boolean sealed;
  private boolean closed;

  private Segment(
      Directory directory,
      Access access,
      SegmentHeader header,
      Optional<StoredFile> file,
      Optional<SegmentIndex> index,
      SegmentContent content,
      SyncNote note,
      boolean sealed) {
    this.directory = directory;
    this.access = access;
    this.header = header;
    this.file = file;
    this.index = index;
    this.content = content;
    this.note = note;
    this.sealed = sealed;
  }

  /// One that takes more batches.
  static Segment active(
      Directory directory,
      Access access,
      SegmentHeader header,
      StoredFile file,
      SegmentIndex index,
      SegmentContent content,
      SyncNote note) {
    return new Segment(
        directory, access, header, Optional.of(file), Optional.of(index), content, note, false);
  }

  /// One with a footer that says `content`.
  static Segment sealed(
      Directory directory, Access access, SegmentHeader header, SegmentContent content) {
    return new Segment(
        directory,
        access,
        header,
        Optional.empty(),
        Optional.empty(),
        content,
        SyncNote.NONE,
        true);
  }

  /// The one that `file` is, which is whole and was sealed.
  static Segment reopened(Directory directory, LogConfig config, String file) {
    try (StoredFile stored = directory.open(file)) {
      ByteBuffer block = ByteBuffer.allocate(SegmentHeader.HEADER_BYTES);
      stored.read(block, 0);
      if (SegmentHeader.decode(block.flip(), stored.lengthBytes())
          instanceof SegmentHeader.Decoded.Sound(SegmentHeader header)) {
        ByteBuffer end = ByteBuffer.allocate(header.footerBytes());
        stored.read(end, header.framesEnd());
        Optional<Footer> footer = Footer.decode(end.flip(), header);
        if (footer.isPresent()) {
          Access access = header.isInBlocks() ? config.access() : Access.BUFFERED;
          return sealed(directory, access, header, footer.get().content());
        }
      }
      throw new CheckFailure(file + " is not what was just written");
    }
  }

  SegmentHeader header() {
    return header;
  }

  /// For the writing thread.
  SegmentContent content() {
    return content;
  }

  /// Where the next frame goes. For the writing thread.
  long endPosition() {
    return content.endPosition();
  }

  /// The time of its first batch; none in an empty one.
  OptionalLong firstTimeMicros() {
    return content.batches() == 0 ? OptionalLong.empty() : OptionalLong.of(index().timeMicros(0));
  }

  boolean isSealed() {
    return sealed;
  }

  long roomBytes() {
    return sealed ? 0 : header.framesEnd() - endPosition();
  }

  /// Whether a batch of `epoch` may go into it, as far as the footer has room for epochs.
  boolean takesEpoch(long epoch) {
    return content.epochs().size() < Footer.MAX_EPOCHS || content.tail().epoch() == epoch;
  }

  /// Writes the frames that remain in `frames` behind the last one.
  void write(ByteBuffer frames) {
    file().write(frames, endPosition());
  }

  /// Notes a batch that was written at `position`.
  void took(Batch batch, long position) {
    index.orElseThrow().add(batch.baseLsn(), batch.timeMicros(), position);
    long end = header.blockAfter(position + batch.sizeBytes());
    content = content.with(content.tail().after(batch), batch.recordCount(), end);
  }

  void sync() {
    file().sync();
  }

  /// Writes what is synced into the block for it, durably; nothing to do where it stands there.
  void writeNote() {
    if (sealed || note.syncedThrough() == content.tail().lastLsn()) {
      return;
    }
    SyncNote next =
        new SyncNote(note.generation() + 1, content.tail().lastLsn(), content.endPosition());
    file().write(next.encodeWith(note, header), SegmentHeader.HEADER_BYTES);
    file().sync();
    note = next;
  }

  /// Writes the footer and syncs: from now on nothing changes here.
  void seal() {
    file().write(new Footer(content, index.orElseThrow()).encode(header), header.framesEnd());
    file().sync();
    sealed = true;
  }

  /// Makes `content` all there is, and writes zeros over the notes and from the end of it to the
  /// end of the file; not synced.
  void zeroFrom(SegmentContent newContent) {
    index().truncateAfter(newContent.tail().lastLsn());
    content = newContent;
    note = SyncNote.NONE;
    sealed = false;
    zero(SegmentHeader.HEADER_BYTES, SegmentHeader.framesAt());
    zero(endPosition(), header.segmentBytes());
  }

  private void zero(long from, long to) {
    ByteBuffer zeros = aligned((int) Math.min(ZEROS_BYTES, to - from), header.blockBytes());
    for (long at = from; at < to; at += zeros.capacity()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
      file().write(zeros, at);
    }
  }

  private static ByteBuffer aligned(int bytes, int blockBytes) {
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes + blockBytes).alignedSlice(blockBytes);
    return BatchFormat.littleEndian(memory.slice(0, bytes));
  }

  /// What the file holds from `position` to its last frame, with how to put it back.
  TailCopy copyFrom(long position) {
    ByteBuffer copy = ByteBuffer.allocate(Math.toIntExact(endPosition() - position));
    int found = file().read(copy, position);
    Check.that(found == copy.capacity(), "read %d bytes of %d", found, copy.capacity());
    return new TailCopy(
        header.logId(), header.partition(), header.baseLsn(), position, copy.flip());
  }

  /// Writes `copy` where it was taken from; not synced.
  void putBack(TailCopy copy) {
    ByteBuffer bytes = aligned(copy.bytes().remaining(), header.blockBytes());
    file().write(bytes.put(copy.bytes().duplicate()).flip(), copy.position());
  }

  /// A walk that begins at or before the batch that contains `lsn`.
  FrameWalk walkTo(long lsn) {
    return walk(index().positionOfLsn(lsn, SegmentHeader.framesAt()));
  }

  private FrameWalk walk(long position) {
    return new FrameWalk(header, window(), position);
  }

  /// The batch that contains `lsn`, which is in this segment; [LogDamagedException] if it is not
  /// found whole.
  ///
  /// A truncation may change the bytes while they are looked at: what counts is the copy.
  Batch read(long lsn) {
    FrameWalk walk = walkTo(lsn);
    try {
      do {
        walk.next();
      } while (walk.lastLsn() < lsn);
      Batch batch = walk.copy();
      if (batch.baseLsn() > lsn || batch.lastLsn() < lsn) {
        throw new BatchRefused(Reason.HEADER_FIELD, "%s", batch);
      }
      return batch;
    } catch (BatchRefused e) {
      throw damaged(walk.position(), lsn, e.getMessage());
    } catch (InternalError e) {
      throw unreadable(walk.position(), lsn);
    }
  }

  /// The first LSN in it that is not older than `timeMicros`; the last batch is not older.
  long firstLsnSince(long timeMicros) {
    FrameWalk walk = walk(index().positionOfTime(timeMicros, SegmentHeader.framesAt()));
    try {
      do {
        walk.next();
      } while (walk.timeMicros() < timeMicros);
      return walk.baseLsn();
    } catch (BatchRefused e) {
      throw damaged(walk.position(), header.baseLsn(), e.getMessage());
    } catch (InternalError e) {
      throw unreadable(walk.position(), header.baseLsn());
    }
  }

  /// What it holds up to the batch with `lsn`, which is in it, read afresh; [LogDamagedException]
  /// if that cannot be reached.
  SegmentContent contentUpTo(long lsn, LogConfig config) {
    // What is needed of the footer as well, before anything is changed.
    index();
    SegmentContent content;
    try {
      content = SegmentScan.of(window(), header, config, lsn).content();
    } catch (InternalError e) {
      throw unreadable(SegmentHeader.framesAt(), header.baseLsn());
    }
    if (content.tail().lastLsn() < lsn) {
      throw damaged(
          content.endPosition(),
          content.tail().nextLsn(),
          "bytes that are not the next batch, in front of LSN %d".formatted(lsn));
    }
    Check.that(content.tail().lastLsn() == lsn, "LSN %d is not the last of its batch", lsn, 0);
    return content;
  }

  /// Removes the file for good.
  void delete() {
    DurableNames.delete(directory, header.fileName());
    close();
  }

  LogDamagedException damaged(long position, long lsn, String found) {
    return new LogDamagedException(
        RecoveryCase.DAMAGED_BATCH, header.fileName(), position, lsn, found);
  }

  /// The disk could not read a page of the mapping, at `position` or behind it.
  LogDamagedException unreadable(long position, long lsn) {
    return damaged(position, lsn, "a block that cannot be read");
  }

  private synchronized StoredFile file() {
    if (closed) {
      throw new StorageException(Category.REFUSED, "closed: " + header.fileName());
    }
    if (file.isEmpty()) {
      file = Optional.of(directory.open(header.fileName(), access));
    }
    return file.get();
  }

  private synchronized FrameWindow window() {
    if (mapped.isEmpty()) {
      mapped = map();
      if (mapped.isPresent() && sealed) {
        file().close();
        file = Optional.empty();
      }
    }
    return mapped
        .map(memory -> FrameWindow.over(memory, header.segmentBytes()))
        .orElseGet(() -> FrameWindow.reading(file(), header.segmentBytes(), READ_WINDOW_BYTES));
  }

  /// What cannot be mapped may yet be read, or a part of it.
  private Optional<MappedFile> map() {
    try {
      return file().map(header.segmentBytes());
    } catch (StorageException e) {
      if (e.category() == Category.READ_FAILED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private synchronized SegmentIndex index() {
    if (index.isEmpty()) {
      ByteBuffer block = Legible.block(file(), header.framesEnd(), header.footerBytes());
      index =
          Optional.of(
              Footer.decode(block, header)
                  .map(Footer::index)
                  .orElseThrow(
                      () ->
                          new LogDamagedException(
                              RecoveryCase.DAMAGED_FOOTER,
                              header.fileName(),
                              header.framesEnd(),
                              header.baseLsn(),
                              "bytes that are no footer")));
    }
    return index.get();
  }

  @Override
  public synchronized void close() {
    closed = true;
    mapped.ifPresent(MappedFile::close);
    file.ifPresent(StoredFile::close);
  }
}
