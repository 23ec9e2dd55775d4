package io.tidemark.log.verify;

import io.tidemark.log.verify.Finding.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The last bytes of a sealed segment, and how they compare with the frames.
///
/// @param epochs the batches that begin an epoch in the segment
public record Footer(
    String file,
    ChainEnd end,
    long endPosition,
    long batches,
    long records,
    List<Epoch> epochs,
    List<Entry> index) {
  private static final int EPOCHS_AT = 72;
  private static final int EPOCH_BYTES = 16;
  private static final int ENTRY_BYTES = 24;

  /// That `epoch` begins with `lsn`.
  public record Epoch(long epoch, long lsn) {}

  /// A batch whose position is noted.
  public record Entry(long lsn, long timeMicros, long position) {}

  /// The footer of the file in `bytes`; none if what stands there is none.
  static Optional<Footer> decode(Header header, ByteBuffer bytes) {
    int at = (int) header.framesEnd();
    int end = (int) header.segmentBytes();
    if (bytes.getLong(at) != Layout.FOOTER_MAGIC
        || bytes.getInt(at + 12) != Layout.crcInPlace(header, at, bytes, at, at + 12, end)) {
      return Optional.empty();
    }
    int epochCount = bytes.getInt(at + 44);
    int indexCount = bytes.getInt(at + 8);
    long used = EPOCHS_AT + (long) EPOCH_BYTES * epochCount + (long) ENTRY_BYTES * indexCount;
    if (epochCount < 0
        || indexCount < 0
        || used > header.footerBytes()
        || Layout.firstNotZero(bytes, at + (int) used, end) < end) {
      return Optional.empty();
    }
    List<Epoch> epochs = new ArrayList<>(epochCount);
    int from = at + EPOCHS_AT;
    for (int i = 0; i < epochCount; i++, from += EPOCH_BYTES) {
      epochs.add(new Epoch(bytes.getLong(from), bytes.getLong(from + 8)));
    }
    List<Entry> index = new ArrayList<>(indexCount);
    for (int i = 0; i < indexCount; i++, from += ENTRY_BYTES) {
      index.add(new Entry(bytes.getLong(from), bytes.getLong(from + 8), bytes.getLong(from + 16)));
    }
    ChainEnd last =
        new ChainEnd(
            bytes.getLong(at + 24),
            bytes.getInt(at + 40),
            bytes.getLong(at + 32),
            bytes.getLong(at + 48));
    return Optional.of(
        new Footer(
            header.file(),
            last,
            bytes.getLong(at + 16),
            bytes.getLong(at + 56),
            bytes.getLong(at + 64),
            epochs,
            index));
  }

  /// What the frames came to, counted on the way.
  static final class Tally {
    private final List<Epoch> epochs = new ArrayList<>();
    private final List<Entry> index;
    private int indexed;
    private long batches;
    private long records;

    Tally(List<Entry> index) {
      this.index = index;
    }

    void batch(BatchSeen batch) {
      batches++;
      records += batch.recordCount();
      if (epochs.isEmpty() || epochs.getLast().epoch() != batch.epoch()) {
        epochs.add(new Epoch(batch.epoch(), batch.baseLsn()));
      }
      if (indexed < index.size() && index.get(indexed).position() == batch.position()) {
        Entry entry = index.get(indexed);
        boolean same = entry.lsn() == batch.baseLsn() && entry.timeMicros() == batch.timeMicros();
        indexed += same ? 1 : 0;
      }
    }

    long batches() {
      return batches;
    }

    long records() {
      return records;
    }

    /// Whether `footer` says what was counted up to `end` at `position`.
    boolean agrees(Footer footer, ChainEnd end, long position) {
      return footer.end.equals(end)
          && footer.endPosition == position
          && footer.batches == batches
          && footer.records == records
          && footer.epochs.equals(epochs)
          && indexed == index.size();
    }

    void check(Header header, Optional<Footer> footer, ChainEnd end, long at, Findings findings) {
      String counted =
          "%d batches, %d records, %d epochs up to %d, %s"
              .formatted(batches, records, epochs.size(), at, end);
      if (footer.isEmpty()) {
        findings.add(Kind.FOOTER, header.framesEnd(), "a footer of " + counted, "none");
      } else if (!agrees(footer.get(), end, at)) {
        String found =
            "%d batches, %d records, %d epochs, %d of %d noted positions right, up to %d, %s"
                .formatted(
                    footer.get().batches,
                    footer.get().records,
                    footer.get().epochs.size(),
                    indexed,
                    index.size(),
                    footer.get().endPosition,
                    footer.get().end);
        findings.add(Kind.FOOTER, header.framesEnd(), counted, found);
      }
    }
  }
}
