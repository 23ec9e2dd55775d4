package io.tidemark.log.verify;

import io.tidemark.log.verify.Finding.Kind;
import io.tidemark.log.verify.SegmentWalk.Place;
import io.tidemark.log.verify.SmallFiles.Beginning;
import io.tidemark.log.verify.SmallFiles.Copy;
import io.tidemark.log.verify.SmallFiles.Floor;
import io.tidemark.log.verify.SmallFiles.Intent;
import io.tidemark.log.verify.Snapshot.Content;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Reads every byte of one log directory and says what is wrong there; changes nothing.
public final class Verification {
  private static final int LOOKS = 4;

  private final Snapshot files;
  private final boolean inUse;
  private final Visitor visitor;
  private final List<Finding> findings = new ArrayList<>();
  private final Optional<Floor> floor;
  private final Optional<Beginning> beginning;
  private final Optional<Intent> intent;
  private final Optional<Copy> copy;

  private Verification(Snapshot files, boolean inUse, Visitor visitor) {
    this.files = files;
    this.inUse = inUse;
    this.visitor = visitor;
    floor = small(SmallFiles.FLOOR, SmallFiles::floor);
    beginning = small(SmallFiles.BEGINNING, SmallFiles::beginning);
    // What is to go may be anything.
    intent =
        beginning.isPresent() ? Optional.empty() : small(SmallFiles.INTENT, SmallFiles::intent);
    copy = beginning.isPresent() ? Optional.empty() : small(SmallFiles.COPY, SmallFiles::copy);
  }

  /// Whether `directory` has any file of a log.
  public static boolean isLog(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.anyMatch(entry -> Snapshot.isPart(entry.getFileName().toString()));
    } catch (IOException e) {
      throw new StorageException(Category.READ_FAILED, "list failed: " + directory, e);
    }
  }

  /// Reads the segments of `directory` side by side.
  ///
  /// Beside a writer a finding may be of the moment (a tail truncated while it is read): then it
  /// looks again, and what is damaged is damaged again.
  ///
  /// @param inUse whether somebody may write there meanwhile
  public static Report of(Path directory, boolean inUse) {
    Report report = of(directory, inUse, Visitor.NONE);
    for (int look = 1; look < LOOKS && inUse && !report.isSound(); look++) {
      report = of(directory, true, Visitor.NONE);
    }
    return report;
  }

  /// Reads them once, one after the other, and shows all that is sound to `visitor`.
  public static Report of(Path directory, boolean inUse, Visitor visitor) {
    try (Snapshot files = Snapshot.of(directory)) {
      return of(files, inUse, visitor);
    }
  }

  static Report of(Snapshot files, boolean inUse, Visitor visitor) {
    return new Verification(files, inUse, visitor).report();
  }

  /// One segment; its header is there if it was sound, and it is kept if no trim or truncation that
  /// was interrupted is going to delete it.
  private record Read(
      SegmentReport report, Optional<Header> header, ChainEnd end, boolean isKept) {}

  private Report report() {
    checkPrepared();
    List<String> names = files.segments();
    int trimmed = trimmed(names);
    IntStream each = IntStream.range(0, names.size());
    List<Read> read =
        (visitor.equals(Visitor.NONE) ? each.parallel() : each)
            .mapToObj(i -> segment(names, i, trimmed))
            .toList();
    checkOwners(read);
    checkOrder(read.stream().filter(Read::isKept).toList());
    Optional<Header> first = read.stream().flatMap(one -> one.header().stream()).findFirst();
    return new Report(
        inUse,
        first.map(Header::logId).or(() -> beginning.map(anew -> anew.owner().logId())).orElse(0L),
        first
            .map(Header::partition)
            .or(() -> beginning.map(anew -> anew.owner().partition()))
            .orElse(0),
        floor.map(Floor::lsn).orElse(1L),
        floor.map(Floor::holders).orElse(Map.of()),
        beginning
            .map(anew -> OptionalLong.of(anew.tail().lastLsn()))
            .orElseGet(OptionalLong::empty),
        intent.map(cut -> OptionalLong.of(cut.lsn())).orElseGet(OptionalLong::empty),
        copy.isPresent(),
        read.stream().map(Read::report).toList(),
        List.copyOf(findings));
  }

  private <T> Optional<T> small(String name, BiFunction<ByteBuffer, Findings, Optional<T>> decode) {
    Findings wrong = new Findings(name);
    Optional<T> decoded =
        files
            .file(name)
            .flatMap(
                file -> {
                  ByteBuffer block = ByteBuffer.allocate(file.bytes().limit());
                  return decode.apply(Layout.littleEndian(block.put(file.bytes()).flip()), wrong);
                });
    findings.addAll(wrong.all());
    return decoded;
  }

  /// It becomes a segment with nothing but a new first block: the rest must be zeros already. In a
  /// log in use it may have become one since it was mapped.
  private void checkPrepared() {
    if (inUse) {
      return;
    }
    Findings wrong = new Findings(Snapshot.PREPARED);
    files
        .file(Snapshot.PREPARED)
        .map(Content::bytes)
        .ifPresent(
            bytes -> {
              int from = Math.min(Layout.BLOCK_BYTES, bytes.limit());
              Layout.checkZeros(bytes, from, bytes.limit(), Kind.NOT_ZERO, wrong);
            });
    findings.addAll(wrong.all());
  }

  /// How many of the segments come before the one that begins at the floor: a trim was about to
  /// delete them.
  private int trimmed(List<String> names) {
    int atFloor = floor.map(whole -> names.indexOf(Header.fileName(whole.lsn()))).orElse(0);
    return Math.max(atFloor, 0);
  }

  private Read segment(List<String> names, int i, int trimmed) {
    String name = names.get(i);
    Findings wrong = new Findings(name);
    Content file = files.file(name).orElseThrow();
    if (beginning.isPresent()) {
      return unwalked(name, file.lengthBytes(), Optional.empty(), false, wrong);
    }
    boolean isDoomed = i > trimmed && intent.isPresent() && baseLsn(name) > intent.get().lsn();
    try {
      Optional<Header> header = Header.decode(file.bytes(), file.lengthBytes(), wrong);
      if (header.isEmpty() || isDoomed || i < trimmed) {
        return unwalked(name, file.lengthBytes(), header, !isDoomed && i >= trimmed, wrong);
      }
      ByteBuffer whole = withCopy(header.get(), file.bytes());
      long until = cutAfter(names, i);
      SegmentWalk walk =
          new SegmentWalk(
              header.get(), whole, place(until, i + 1 < names.size()), until, visitor, wrong);
      return new Read(walk.run(), header, walk.end(), true);
    } catch (InternalError e) {
      wrong.add(Kind.UNREADABLE, 0, "bytes", e.toString());
      return unwalked(name, file.lengthBytes(), Optional.empty(), !isDoomed, wrong);
    }
  }

  private Place place(long until, boolean followed) {
    if (until < Long.MAX_VALUE) {
      return Place.CUT;
    }
    if (followed) {
      return Place.FOLLOWED;
    }
    return inUse ? Place.GROWING : Place.LAST;
  }

  private static Read unwalked(
      String name, long bytes, Optional<Header> header, boolean isKept, Findings wrong) {
    long base = header.map(Header::baseLsn).orElseGet(() -> baseLsn(name));
    SegmentReport report =
        new SegmentReport(name, base, base - 1, 0, 0, bytes, 0, false, wrong.all());
    ChainEnd end = header.map(Header::previous).orElse(ChainEnd.NONE);
    return new Read(report, header, end, isKept);
  }

  /// The LSN behind which an interrupted truncation cuts this segment.
  private long cutAfter(List<String> files, int i) {
    boolean isCut =
        intent.isPresent()
            && (i + 1 == files.size() || baseLsn(files.get(i + 1)) > intent.get().lsn());
    return isCut ? intent.get().lsn() : Long.MAX_VALUE;
  }

  private static long baseLsn(String name) {
    String digits = name.substring(0, name.length() - Snapshot.SEGMENT.length());
    return digits.matches("[0-9]{1,18}|0[0-9]{19}") ? Long.parseLong(digits) : 0;
  }

  /// The segment as it is once the interrupted writing of its last bytes is done again.
  private ByteBuffer withCopy(Header header, ByteBuffer bytes) {
    if (copy.isEmpty() || copy.get().baseLsn() != header.baseLsn()) {
      return bytes;
    }
    ByteBuffer whole = ByteBuffer.allocateDirect(bytes.limit()).put(bytes.duplicate()).clear();
    ByteBuffer last = copy.get().bytes();
    if (copy.get().position() + last.limit() <= header.framesEnd()) {
      whole.put(copy.get().position(), last, 0, last.limit());
    }
    return Layout.littleEndian(whole);
  }

  private void checkOwners(List<Read> read) {
    List<SmallFiles.Owner> owners = new ArrayList<>();
    for (Read one : read) {
      one.header()
          .map(header -> new SmallFiles.Owner(header.file(), header.logId(), header.partition()))
          .ifPresent(owners::add);
    }
    floor.map(Floor::owner).ifPresent(owners::add);
    beginning.map(Beginning::owner).ifPresent(owners::add);
    intent.map(Intent::owner).ifPresent(owners::add);
    copy.map(Copy::owner).ifPresent(owners::add);
    for (SmallFiles.Owner owner : owners) {
      SmallFiles.Owner first = owners.getFirst();
      if (owner.logId() != first.logId() || owner.partition() != first.partition()) {
        findings.add(
            new Finding(owner.file(), 16, Kind.FOREIGN, first.toString(), owner.toString()));
      }
    }
  }

  private void checkOrder(List<Read> kept) {
    if (beginning.isPresent()) {
      return;
    }
    long lowest = floor.map(Floor::lsn).orElse(1L);
    if (kept.isEmpty()) {
      if (lowest > 1 || intent.isPresent()) {
        missing(Optional.empty(), "a segment from LSN " + lowest, "none");
      }
      return;
    }
    checkFirst(kept.getFirst(), lowest);
    for (int i = 1; i < kept.size(); i++) {
      checkPair(kept.get(i - 1), kept.get(i));
    }
    checkEnd(kept.getLast());
  }

  private void checkFirst(Read first, long lowest) {
    long base = first.report().baseLsn();
    boolean trimmed = lowest > 1 && base <= lowest;
    long before = first.header().map(Header::previousBaseLsn).orElse(0L);
    if (!trimmed && (lowest > 1 || before != 0)) {
      String expected = lowest > 1 ? "a segment from LSN " + lowest : "the one before, " + before;
      missing(Optional.of(first), expected, "segments from LSN " + base);
    }
  }

  private void checkPair(Read one, Read next) {
    if (one.header().isEmpty() || next.header().isEmpty()) {
      return;
    }
    Header header = next.header().get();
    if (header.previousBaseLsn() != one.report().baseLsn()) {
      String expected = "the segment before, from LSN " + header.previousBaseLsn();
      missing(Optional.of(next), expected, "from LSN " + one.report().baseLsn());
    } else if (!header.previous().equals(one.end())
        && one.report().findings().stream().noneMatch(Finding::isDamage)) {
      String expected = "what ends with " + header.previous();
      String found = one.end().toString();
      findings.add(
          new Finding(
              one.report().file(), one.report().writtenBytes(), Kind.CHAIN, expected, found));
    }
  }

  private void checkEnd(Read last) {
    if (intent.isPresent()
        && last.header().isPresent()
        && (last.end().lastLsn() != intent.get().lsn()
            || last.end().checksum() != intent.get().checksum())) {
      findings.add(
          new Finding(
              SmallFiles.INTENT, 24, Kind.INTENT, intent.get().toString(), last.end().toString()));
    }
    if (copy.isPresent() && copy.get().baseLsn() != last.report().baseLsn()) {
      String expected = "the last segment, from LSN " + last.report().baseLsn();
      String found = "from LSN " + copy.get().baseLsn();
      findings.add(new Finding(SmallFiles.COPY, 32, Kind.COPY, expected, found));
    }
  }

  private void missing(Optional<Read> behind, String expected, String found) {
    String file = behind.map(one -> one.report().file()).orElse(SmallFiles.FLOOR);
    findings.add(new Finding(file, 56, Kind.MISSING_SEGMENT, expected, found));
  }
}
