package io.tidemark.log.verify;

import io.tidemark.log.verify.Finding.Kind;
import io.tidemark.log.verify.Footer.Tally;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// One walk over a segment with a sound header: every byte behind that header. One thread.
final class SegmentWalk {
  /// Where in its log the segment stands, which says how it may end.
  enum Place {
    /// Another one follows: all was synced, and the footer is there.
    FOLLOWED,
    /// The last one: a torn write may end it.
    LAST,
    /// The last one while somebody writes: a write that is under way may end it.
    GROWING,
    /// The one that an interrupted truncation is to cut.
    CUT
  }

  private final Header header;
  private final ByteBuffer bytes;
  private final Place place;
  private final long untilLsn;
  private final Visitor visitor;
  private final Findings findings;
  private final Findings wrongHere;
  private final BatchSeen batch;
  private final Optional<Footer> footer;
  private final Tally tally;
  private final Note note;

  private ChainEnd end;
  private int position = Layout.FRAMES_AT;
  private int contentEnd = Layout.FRAMES_AT;
  private boolean afterMark;
  private boolean afterGap;
  private boolean atZeros;
  private boolean torn;

  /// @param untilLsn what comes behind this LSN does not count
  SegmentWalk(
      Header header,
      ByteBuffer bytes,
      Place place,
      long untilLsn,
      Visitor visitor,
      Findings findings) {
    this.header = header;
    this.bytes = bytes;
    this.place = place;
    this.untilLsn = untilLsn;
    this.visitor = visitor;
    this.findings = findings;
    this.wrongHere = new Findings(header.file());
    this.batch = new BatchSeen(header, bytes, wrongHere);
    this.footer = Footer.decode(header, bytes);
    this.tally = new Tally(footer.map(Footer::index).orElse(List.of()));
    boolean settled = place == Place.FOLLOWED || place == Place.LAST;
    this.note = Note.newest(header, bytes, settled ? findings : new Findings(header.file()));
    this.end = header.previous();
  }

  SegmentReport run() {
    visitor.segment(header);
    if (note.generation() > 0) {
      visitor.note(note);
    }
    while (position < header.framesEnd() && end.lastLsn() < untilLsn) {
      if (!takeFrame() && (atZeros || !goOnBehind())) {
        break;
      }
    }
    boolean sealed = finish();
    return new SegmentReport(
        header.file(),
        header.baseLsn(),
        end.lastLsn(),
        tally.batches(),
        tally.records(),
        header.segmentBytes(),
        contentEnd,
        sealed,
        findings.all());
  }

  ChainEnd end() {
    return end;
  }

  /// Takes the frame at the position; if it cannot, it is the end, or what is wrong is noted.
  private boolean takeFrame() {
    wrongHere.clear();
    long word = bytes.getLong(position);
    if ((int) word == 0) {
      return takeNone();
    }
    return word == Layout.MARK_WORD ? takeMark() : takeBatch();
  }

  private boolean takeNone() {
    int first = Layout.firstNotZero(bytes, position, (int) header.framesEnd());
    if (afterMark) {
      wrongHere.add(Kind.MARK, position, "the batch of the mark in front", "zeros");
    } else if (first < header.framesEnd()) {
      String expected = "zeros up to " + header.framesEnd();
      wrongHere.add(Kind.NOT_ZERO, first, expected, Layout.hex(bytes.get(first)));
    } else {
      atZeros = true;
    }
    return false;
  }

  private boolean takeMark() {
    Optional<Mark> mark = Mark.decode(header, bytes, position);
    long next = end.lastLsn() + 1;
    boolean fits =
        mark.isPresent()
            && (afterGap ? mark.get().nextLsn() >= next : mark.get().nextLsn() == next);
    if (!fits || afterMark) {
      String found = mark.map(Mark::toString).orElse("one that is not whole");
      wrongHere.add(Kind.MARK, position, "a mark in front of LSN " + next, found);
      return false;
    }
    visitor.mark(mark.get());
    position += Layout.MARK_BYTES;
    afterMark = true;
    return true;
  }

  private boolean takeBatch() {
    if (!batch.checkHeader(position) || !batch.checkRest()) {
      return false;
    }
    if (!continues(batch)) {
      wrongHere.add(Kind.CHAIN, position, "what follows " + end, batch.toString());
      return false;
    }
    take();
    return true;
  }

  private boolean continues(BatchSeen next) {
    boolean later = next.epoch() >= end.epoch() && next.timeMicros() >= end.timeMicros();
    return next.baseLsn() == end.lastLsn() + 1
        ? later && next.previousChecksum() == end.checksum()
        : later && afterGap && next.baseLsn() > end.lastLsn();
  }

  private void take() {
    visitor.batch(batch);
    tally.batch(batch);
    end = batch.end();
    goTo((int) batch.endPosition());
    contentEnd = position;
    afterGap = false;
    if (note.syncedThrough() == end.lastLsn() && note.endPosition() != contentEnd) {
      String found = "LSN " + note.syncedThrough() + " ends at " + note.endPosition();
      findings.add(Kind.NOTE, Layout.NOTES_AT, "its end at " + contentEnd, found);
    }
  }

  private void goTo(int next) {
    position = next;
    afterMark = false;
  }

  /// Says what is wrong here, and goes to where the next frame begins for sure; false if nobody
  /// knows, or if this is the end after all.
  private boolean goOnBehind() {
    if (wrongHere.first().kind() == Kind.UNKNOWN_VERSION) {
      findings.add(wrongHere.first());
      return skip();
    }
    if (place != Place.FOLLOWED) {
      if (!isCovered()) {
        torn = true;
        if (place == Place.LAST) {
          Finding wrong = wrongHere.first();
          findings.add(Kind.TORN_TAIL, wrong.position(), wrong.expected(), wrong.found());
        }
        return false;
      }
      // The writer may have gone on since; what is covered now was there when it was covered.
      if (place == Place.GROWING && takeFrame()) {
        return true;
      }
    }
    findings.add(wrongHere.first());
    return skip();
  }

  /// Whether a note or a mark says that what should be here had been synced.
  private boolean isCovered() {
    if (note.syncedThrough() > end.lastLsn()) {
      return true;
    }
    for (int at = position; at < header.framesEnd(); at += Layout.ALIGNMENT) {
      if (bytes.getLong(at) == Layout.MARK_WORD
          && Mark.decode(header, bytes, at)
              .filter(mark -> mark.syncedThrough() > end.lastLsn())
              .isPresent()) {
        return true;
      }
    }
    return false;
  }

  private boolean skip() {
    boolean headerIsSound = batch.position() == position && batch.lengthIsKnown();
    if (headerIsSound) {
      boolean broken = wrongHere.first().kind() == Kind.CHAIN;
      if (broken && batch.baseLsn() > end.lastLsn()) {
        take();
      } else {
        boolean isNext = !broken && batch.baseLsn() == end.lastLsn() + 1;
        end = isNext ? batch.end() : end;
        afterGap = !isNext;
        goTo((int) batch.endPosition());
      }
      return true;
    }
    int next = nextKnownFrame();
    afterGap = true;
    goTo(next);
    return next < header.framesEnd();
  }

  /// The next mark or noted batch; else the end of the frames.
  private int nextKnownFrame() {
    int nearest = (int) header.framesEnd();
    for (Footer.Entry entry : footer.map(Footer::index).orElse(List.of())) {
      if (entry.position() > position && entry.lsn() > end.lastLsn()) {
        nearest = (int) Math.min(nearest, entry.position());
        break;
      }
    }
    for (int at = position + Layout.ALIGNMENT; at < nearest; at += Layout.ALIGNMENT) {
      if (bytes.getLong(at) == Layout.MARK_WORD
          && Mark.decode(header, bytes, at)
              .filter(mark -> mark.nextLsn() > end.lastLsn())
              .isPresent()) {
        return at;
      }
    }
    return nearest;
  }

  /// Looks at the end of the frames and at the footer; whether the segment is sealed.
  private boolean finish() {
    if (place == Place.CUT) {
      return false;
    }
    if (note.syncedThrough() > end.lastLsn() && !findings.hasDamage()) {
      String expected = "LSN " + note.syncedThrough() + ", by the note";
      findings.add(Kind.BATCH_HEADER, position, expected, end.toString());
    }
    footer.ifPresent(visitor::footer);
    if (place == Place.FOLLOWED && (footer.isEmpty() || !findings.hasDamage())) {
      tally.check(header, footer, end, contentEnd, findings);
    }
    boolean agrees = footer.isPresent() && tally.agrees(footer.get(), end, contentEnd);
    if (place == Place.LAST && !torn && !agrees) {
      int from = (int) header.framesEnd();
      Layout.checkZeros(bytes, from, (int) header.segmentBytes(), Kind.TORN_TAIL, findings);
    }
    return place == Place.FOLLOWED ? footer.isPresent() : agrees;
  }
}
