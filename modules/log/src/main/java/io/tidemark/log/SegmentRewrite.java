package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;

/// A segment file that is made anew from its batches, beside the one it replaces.
///
/// It is written and synced under another name, which opening deletes where it is left over; only
/// then it gets its own. One thread.
public final class SegmentRewrite implements AutoCloseable {
  private static final String UNFINISHED = ".new";
  private static final int BUFFER_BYTES = 1 << 18;
  private static final int BLOCK_BYTES = 4096;

  private final Directory directory;
  private final SegmentHeader header;
  private final StoredFile file;
  private final SegmentIndex index;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private SegmentContent content;
  private long written;

  private SegmentRewrite(
      Directory directory, SegmentHeader header, StoredFile file, SegmentIndex index) {
    this.directory = directory;
    this.header = header;
    this.file = file;
    this.index = index;
    this.content = SegmentContent.emptyAfter(header.previous());
  }

  /// Begins the segment that follows `previous`, laid out as `like` is.
  public static SegmentRewrite begin(
      Directory directory,
      LogConfig config,
      SegmentRemains like,
      long previousBaseLsn,
      Tail previous) {
    SegmentHeader as = like.geometry();
    SegmentHeader header =
        new SegmentHeader(
            config.logId(),
            config.partition(),
            as.blockBytes(),
            as.segmentBytes(),
            as.footerBytes(),
            previous.nextLsn(),
            previousBaseLsn,
            previous);
    String unfinished = header.fileName() + UNFINISHED;
    if (directory.list().contains(unfinished)) {
      directory.delete(unfinished);
    }
    SegmentIndex index = new SegmentIndex(config.indexStrideBytes());
    SegmentRewrite rewrite =
        new SegmentRewrite(directory, header, directory.create(unfinished), index);
    rewrite.zerosUpTo(SegmentHeader.framesAt());
    return rewrite;
  }

  /// Its name when it is published.
  public String fileName() {
    return header.fileName();
  }

  public long baseLsn() {
    return header.baseLsn();
  }

  /// After the last batch so far.
  public Tail end() {
    return content.tail();
  }

  /// Whether `batch` fits into a file as long as the others.
  public boolean takes(Batch batch) {
    boolean epochFits =
        content.epochs().size() < Footer.MAX_EPOCHS || content.tail().epoch() == batch.epoch();
    return epochFits
        && header.blockAfter(content.endPosition() + batch.sizeBytes()) <= header.framesEnd();
  }

  /// Puts `batch`, which must come next, behind the others.
  public void append(Batch batch) {
    String refusal = content.tail().refusal(batch);
    Check.argument(refusal.isEmpty(), "LSN %d: %s", content.tail().nextLsn(), refusal);
    long position = content.endPosition();
    put(batch.bytes());
    long end = header.blockAfter(position + batch.sizeBytes());
    zerosUpTo(end);
    index.add(batch.baseLsn(), batch.timeMicros(), position);
    content = content.with(content.tail().after(batch), batch.recordCount(), end);
  }

  private void put(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      int count = Math.min(buffer.remaining(), bytes.remaining());
      buffer.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
      if (!buffer.hasRemaining()) {
        writeOut();
      }
    }
  }

  private void writeOut() {
    buffer.flip();
    int count = buffer.remaining();
    file.write(buffer, written);
    written += count;
    buffer.clear();
  }

  private void zerosUpTo(long position) {
    while (written + buffer.position() < position) {
      int count = (int) Math.min(buffer.remaining(), position - written - buffer.position());
      put(ByteBuffer.allocate(count));
    }
  }

  /// Makes it whole and durable, under its other name. It is longer than the others if it must be.
  ///
  /// @param sealed whether a segment follows; else it says that all in it was synced
  public void finish(boolean sealed) {
    long needed = content.endPosition() + header.footerBytes();
    long bytes = (Math.max(header.segmentBytes(), needed) + BLOCK_BYTES - 1) & -BLOCK_BYTES;
    Check.that(bytes <= LogConfig.MAX_SEGMENT_BYTES, "a segment of %d bytes", bytes, 0);
    SegmentHeader whole =
        new SegmentHeader(
            header.logId(),
            header.partition(),
            header.blockBytes(),
            bytes,
            header.footerBytes(),
            header.baseLsn(),
            header.previousBaseLsn(),
            header.previous());
    zerosUpTo(whole.framesEnd());
    put(
        sealed
            ? new Footer(content, index).encode(whole)
            : ByteBuffer.allocate(whole.footerBytes()));
    writeOut();
    if (!sealed && content.batches() > 0) {
      SyncNote note = new SyncNote(1, content.tail().lastLsn(), content.endPosition());
      file.write(note.encodeWith(SyncNote.NONE, whole), SegmentHeader.HEADER_BYTES);
    }
    file.write(whole.encode(), 0);
    file.sync();
  }

  /// Gives it its name, durably, in place of the file that has it. Returns what is in it.
  public BatchRun publish() {
    file.close();
    directory.rename(fileName() + UNFINISHED, fileName());
    directory.sync();
    return new BatchRun(
        fileName(),
        SegmentHeader.framesAt(),
        content.endPosition(),
        baseLsn(),
        header.previous().checksum(),
        end());
  }

  @Override
  public void close() {
    file.close();
  }
}
