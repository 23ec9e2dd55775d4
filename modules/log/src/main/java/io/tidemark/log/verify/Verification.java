package io.tidemark.log.verify;

import io.tidemark.log.verify.Finding.Kind;
import io.tidemark.log.verify.SegmentWalk.Place;
import io.tidemark.log.verify.SmallFiles.Copy;
import io.tidemark.log.verify.SmallFiles.Floor;
import io.tidemark.log.verify.SmallFiles.Intent;
import io.tidemark.storage.MappedFile;
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
  private static final String SEGMENT = ".segment";
  private static final String PREPARED = "next.prepared";
  private static final int LOOKS = 4;

  private final Path directory;
  private final boolean inUse;
  private final Visitor visitor;
  private final List<Finding> findings = new ArrayList<>();
  private Optional<Floor> floor = Optional.empty();
  private Optional<Intent> intent = Optional.empty();
  private Optional<Copy> copy = Optional.empty();

  private Verification(Path directory, boolean inUse, Visitor visitor) {
    this.directory = directory;
    this.inUse = inUse;
    this.visitor = visitor;
  }

  /// Reads the segments of `directory` side by side.
  ///
  /// Beside a writer a finding may be of the moment (a segment trimmed, a tail truncated between
  /// two looks): then it looks again, and what is damaged is damaged again.
  ///
  /// @param inUse whether somebody may write there meanwhile
  public static Report of(Path directory, boolean inUse) {
    for (int look = 1; ; look++) {
      try {
        Report report = new Verification(directory, inUse, Visitor.NONE).report();
        if (report.isSound() || !inUse || look == LOOKS) {
          return report;
        }
      } catch (StorageException e) {
        if (e.category() != Category.MISSING || !inUse || look == LOOKS) {
          throw e;
        }
      }
    }
  }

  /// Reads them once, one after the other, and shows all that is sound to `visitor`.
  public static Report of(Path directory, boolean inUse, Visitor visitor) {
    return new Verification(directory, inUse, visitor).report();
  }

  /// One segment; its header is there if it was sound.
  private record Read(SegmentReport report, Optional<Header> header, ChainEnd end) {}

  private Report report() {
    List<String> names = names();
    floor = small(names, SmallFiles.FLOOR, SmallFiles::floor);
    intent = small(names, SmallFiles.INTENT, SmallFiles::intent);
    copy = small(names, SmallFiles.COPY, SmallFiles::copy);
    if (names.contains(PREPARED)) {
      checkPrepared();
    }
    List<String> files = names.stream().filter(name -> name.endsWith(SEGMENT)).toList();
    IntStream each = IntStream.range(0, files.size());
    List<Read> read =
        (visitor.equals(Visitor.NONE) ? each.parallel() : each)
            .mapToObj(i -> segment(files, i))
            .toList();
    checkOwners(read);
    checkOrder(read);
    Optional<Header> first = read.stream().flatMap(one -> one.header().stream()).findFirst();
    return new Report(
        inUse,
        first.map(Header::logId).orElse(0L),
        first.map(Header::partition).orElse(0),
        floor.map(Floor::lsn).orElse(1L),
        floor.map(Floor::holders).orElse(Map.of()),
        intent.map(cut -> OptionalLong.of(cut.lsn())).orElseGet(OptionalLong::empty),
        copy.isPresent(),
        read.stream().map(Read::report).toList(),
        List.copyOf(findings));
  }

  private List<String> names() {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(Files::isRegularFile)
          .map(entry -> entry.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new StorageException(Category.READ_FAILED, "list failed: " + directory, e);
    }
  }

  private <T> Optional<T> small(
      List<String> names, String name, BiFunction<ByteBuffer, Findings, Optional<T>> decode) {
    if (!names.contains(name)) {
      return Optional.empty();
    }
    Findings wrong = new Findings(name);
    try (MappedFile file = MappedFile.of(directory.resolve(name))) {
      ByteBuffer block = ByteBuffer.allocate(file.bytes().limit()).put(file.bytes()).flip();
      return decode.apply(Layout.littleEndian(block), wrong);
    } finally {
      findings.addAll(wrong.all());
    }
  }

  /// It becomes a segment with nothing but a new first block: the rest must be zeros already.
  private void checkPrepared() {
    Findings wrong = new Findings(PREPARED);
    try (MappedFile file = MappedFile.of(directory.resolve(PREPARED))) {
      int length = file.bytes().limit();
      Layout.checkZeros(
          file.bytes(), Math.min(Layout.BLOCK_BYTES, length), length, Kind.NOT_ZERO, wrong);
    } catch (StorageException e) {
      if (e.category() != Category.MISSING || !inUse) {
        throw e;
      }
    }
    findings.addAll(wrong.all());
  }

  private Read segment(List<String> files, int i) {
    String name = files.get(i);
    Findings wrong = new Findings(name);
    Path path = directory.resolve(name);
    try (MappedFile file = MappedFile.of(path)) {
      ByteBuffer bytes = Layout.littleEndian(file.bytes());
      Optional<Header> header = Header.decode(bytes, path.toFile().length(), wrong);
      if (header.isEmpty() || isDoomed(header.get())) {
        return unwalked(name, bytes.limit(), header, wrong);
      }
      ByteBuffer whole = withCopy(header.get(), bytes);
      long until = cutAfter(files, i);
      SegmentWalk walk =
          new SegmentWalk(
              header.get(), whole, place(until, i + 1 < files.size()), until, visitor, wrong);
      return new Read(walk.run(), header, walk.end());
    } catch (InternalError e) {
      wrong.add(Kind.UNREADABLE, 0, "bytes", e.toString());
      return unwalked(name, path.toFile().length(), Optional.empty(), wrong);
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

  private static Read unwalked(String name, long bytes, Optional<Header> header, Findings wrong) {
    long base = header.map(Header::baseLsn).orElseGet(() -> baseLsn(name));
    SegmentReport report =
        new SegmentReport(name, base, base - 1, 0, 0, bytes, 0, false, wrong.all());
    return new Read(report, header, header.map(Header::previous).orElse(ChainEnd.NONE));
  }

  /// Whether an interrupted truncation is going to delete the segment.
  private boolean isDoomed(Header header) {
    return intent.isPresent()
        && header.baseLsn() > intent.get().lsn()
        && header.previousBaseLsn() != 0;
  }

  /// The LSN behind which an interrupted truncation cuts this segment.
  private long cutAfter(List<String> files, int i) {
    boolean isCut =
        intent.isPresent()
            && (i + 1 == files.size() || baseLsn(files.get(i + 1)) > intent.get().lsn());
    return isCut ? intent.get().lsn() : Long.MAX_VALUE;
  }

  private static long baseLsn(String name) {
    String digits = name.substring(0, name.length() - SEGMENT.length());
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

  private void checkOrder(List<Read> read) {
    long lowest = floor.map(Floor::lsn).orElse(1L);
    List<Read> kept = new ArrayList<>(read);
    kept.removeIf(one -> one.header().filter(this::isDoomed).isPresent());
    boolean atFloor = kept.stream().anyMatch(one -> one.report().baseLsn() == lowest);
    if (atFloor) {
      kept.removeIf(one -> one.report().baseLsn() < lowest);
    }
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
    } else if (!header.previous().equals(one.end()) && one.report().findings().isEmpty()) {
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
