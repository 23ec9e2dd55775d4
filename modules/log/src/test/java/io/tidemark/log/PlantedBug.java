package io.tidemark.log;

import io.tidemark.log.RecoveryFacts.BeginningFacts;
import io.tidemark.log.RecoveryFacts.BodyFacts;
import io.tidemark.log.RecoveryFacts.CopyFacts;
import io.tidemark.log.RecoveryFacts.IntentFacts;
import io.tidemark.log.RecoveryFacts.SegmentFacts;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Mistakes that were made elsewhere, or would be made here; each must be found.
enum PlantedBug implements Play.Opener, SpoiltDirectory.Bug {
  ACKNOWLEDGED_BEFORE_THE_SYNC(Scripts.appending()) {
    @Override
    public boolean syncsFile(String name, long lastWord) {
      return !SegmentHeader.isSegmentName(name);
    }
  },
  FAILED_SYNC_IGNORED(Scripts.failing()) {
    @Override
    public boolean ignoresFailedSync() {
      return true;
    }
  },
  SEALED_WITHOUT_A_SYNC(Scripts.rolling()) {
    @Override
    public boolean syncsFile(String name, long lastWord) {
      return lastWord != FOOTER_WORD;
    }
  },
  NAMES_NEVER_SYNCED(Scripts.appending()) {
    @Override
    public boolean syncsNames(String lastChange) {
      return false;
    }
  },
  SEGMENT_NAME_NOT_SYNCED(Scripts.rolling()) {
    @Override
    public boolean syncsNames(String lastChange) {
      return !lastChange.startsWith("+") || !SegmentHeader.isSegmentName(lastChange);
    }
  },
  FLOOR_NAME_NOT_SYNCED(Scripts.trimming()) {
    @Override
    public boolean syncsNames(String lastChange) {
      return !lastChange.equals("+" + Floor.FILE);
    }
  },
  INTENT_NAME_NOT_SYNCED(Scripts.truncatingAndGoingOn()) {
    @Override
    public boolean syncsNames(String lastChange) {
      return !lastChange.equals("+" + TruncationIntent.FILE);
    }
  },
  INTENT_DELETED_UNSYNCED(Scripts.truncating()) {
    @Override
    public boolean syncsNames(String lastChange) {
      return !lastChange.equals("-" + TruncationIntent.FILE);
    }
  },
  NAMES_SEEN_ARE_BELIEVED(Scripts.rolling()) {
    @Override
    public boolean syncsNames(String lastChange) {
      return !lastChange.isEmpty();
    }
  },
  HEAD_NOT_SYNCED_BEFORE_THE_RENAME(Scripts.appending()) {
    @Override
    public boolean syncsFile(String name, long lastWord) {
      return !name.equals(NextSegment.FILE);
    }
  },
  PREPARED_FILE_NOT_SYNCED(Scripts.rolling()) {
    @Override
    public boolean syncsFile(String name, long lastWord) {
      return !name.equals(NextSegment.FILE + ".new");
    }
  },
  FLOOR_NOT_SYNCED(Scripts.trimming()) {
    @Override
    public boolean syncsFile(String name, long lastWord) {
      return !name.equals(Floor.FILE + ".new");
    }
  },
  INTENT_NOT_SYNCED(Scripts.truncating()) {
    @Override
    public boolean syncsFile(String name, long lastWord) {
      return !name.equals(TruncationIntent.FILE + ".new");
    }
  },
  BEGINNING_NOT_SYNCED(Scripts.beginning()) {
    @Override
    public boolean syncsFile(String name, long lastWord) {
      return !name.equals(BeginningIntent.FILE + ".new");
    }
  },
  BEGINNING_DELETED_UNSYNCED(Scripts.beginning()) {
    @Override
    public boolean syncsNames(String lastChange) {
      return !lastChange.equals("-" + BeginningIntent.FILE);
    }
  },
  NO_BEGINNING_INTENT(Scripts.beginning()) {
    @Override
    public void rename(Directory sound, String from, String to) {
      if (!to.equals(BeginningIntent.FILE)) {
        sound.rename(from, to);
      }
    }

    @Override
    public void delete(Directory sound, String name) {
      if (!name.equals(BeginningIntent.FILE)) {
        sound.delete(name);
      }
    }
  },
  BEGUN_WITHOUT_PRODUCERS(Scripts.beginning()) {
    @Override
    public void rename(Directory sound, String from, String to) {
      if (to.equals(LogCopy.PRODUCERS_FILE)) {
        sound.delete(from);
      } else {
        sound.rename(from, to);
      }
    }
  },
  COPY_NOT_SYNCED(Scripts.failing()) {
    @Override
    public boolean syncsFile(String name, long lastWord) {
      return !name.equals(TailCopy.FILE + ".new");
    }
  },
  NO_INTENT(Scripts.truncating()) {
    @Override
    public void rename(Directory sound, String from, String to) {
      if (!to.equals(TruncationIntent.FILE)) {
        sound.rename(from, to);
      }
    }

    @Override
    public void delete(Directory sound, String name) {
      if (!name.equals(TruncationIntent.FILE)) {
        sound.delete(name);
      }
    }
  },
  TRUNCATED_BYTES_STAY(Scripts.truncating()) {
    @Override
    public Optional<ByteBuffer> written(
        Directory sound, String name, ByteBuffer source, long position) {
      boolean zeros = BatchFormat.littleEndian(source.slice()).getLong(0) == 0;
      return SegmentHeader.isSegmentName(name) && zeros ? Optional.empty() : Optional.of(source);
    }
  },
  LAST_WRITE_NOT_WRITTEN_AGAIN(Scripts.failing()) {
    @Override
    public Optional<ByteBuffer> written(
        Directory sound, String name, ByteBuffer source, long position) {
      return sound.list().contains(TailCopy.FILE) ? Optional.empty() : Optional.of(source);
    }
  },
  HOLDERS_FORGOTTEN(Scripts.trimming()) {
    @Override
    public Optional<ByteBuffer> written(
        Directory sound, String name, ByteBuffer source, long position) {
      return Optional.of(
          name.startsWith(Floor.FILE)
              ? Floor.decode(copy(source)).orElseThrow().with(Map.of()).encode()
              : source);
    }
  },
  FLOOR_NEVER_RAISED(Scripts.trimming()) {
    @Override
    public Optional<ByteBuffer> written(
        Directory sound, String name, ByteBuffer source, long position) {
      return Optional.of(
          name.startsWith(Floor.FILE)
              ? Floor.decode(copy(source)).orElseThrow().at(1).encode()
              : source);
    }
  },
  NOTHING_NOTED(Scripts.noting()) {
    @Override
    public Optional<ByteBuffer> written(
        Directory sound, String name, ByteBuffer source, long position) {
      boolean note = position == SegmentHeader.HEADER_BYTES && SegmentHeader.isSegmentName(name);
      return note ? Optional.empty() : Optional.of(source);
    }
  },
  DAMAGE_CUT(Scripts.noting()) {
    @Override
    Recovery.Rules rules() {
      return deciding(
          decision ->
              decision.kind() == RecoveryCase.DAMAGED_BATCH
                  ? as(RecoveryCase.TORN_TAIL, decision)
                  : decision);
    }
  },
  MARKS_NOT_BELIEVED(Scripts.noting()) {
    @Override
    Recovery.Rules rules() {
      return finding(
          (_, found) -> {
            List<SegmentFacts> segments = new ArrayList<>();
            for (SegmentFacts segment : found.facts().segments()) {
              segments.add(
                  segment instanceof SegmentFacts.Sound sound ? withoutEvidence(sound) : segment);
            }
            RecoveryFacts facts = found.facts();
            return new FactFinding(
                new RecoveryFacts(
                    facts.beginning(), facts.intent(), facts.copy(), facts.floor(), segments),
                found.segments(),
                found.trimmedFiles());
          });
    }
  },
  TEAR_NOT_CUT(Scripts.appending()) {
    @Override
    Recovery.Rules rules() {
      return deciding(
          decision ->
              decision.kind() == RecoveryCase.TORN_TAIL
                  ? as(RecoveryCase.CLEAN, decision)
                  : decision);
    }
  },
  LSNS_GIVEN_AGAIN(Scripts.emptying()) {
    @Override
    Recovery.Rules rules() {
      return deciding(
          decision ->
              decision.kind() == RecoveryCase.INTERRUPTED_TRUNCATION
                      && decision.file().equals(SegmentHeader.fileName(decision.expectedLsn()))
                  ? as(RecoveryCase.FRESH, decision)
                  : decision);
    }
  },
  INTENT_IGNORED_ON_OPENING(Scripts.truncating()) {
    @Override
    Recovery.Rules rules() {
      return finding(
          (_, found) ->
              with(found, new IntentFacts.None(), found.facts().copy(), found.segments()));
    }
  },
  BEGINNING_IGNORED_ON_OPENING(Scripts.beginning()) {
    @Override
    Recovery.Rules rules() {
      return finding(
          (_, found) -> {
            RecoveryFacts facts = found.facts();
            return new FactFinding(
                new RecoveryFacts(
                    new BeginningFacts.None(),
                    facts.intent(),
                    facts.copy(),
                    facts.floor(),
                    facts.segments()),
                found.segments(),
                found.trimmedFiles());
          });
    }
  },
  COPY_IGNORED_ON_OPENING(Scripts.failing()) {
    @Override
    Recovery.Rules rules() {
      return finding(
          (_, found) ->
              with(found, found.facts().intent(), new CopyFacts.None(), found.segments()));
    }
  },
  FOOTER_BELIEVED_WITHOUT_A_NEXT_SEGMENT(Scripts.rolling()) {
    @Override
    Recovery.Rules rules() {
      return finding(PlantedBug::believingTheLastFooter);
    }
  };

  private static final long FOOTER_WORD = 0x544F4F4645444954L;

  private final Scripts script;

  PlantedBug(Scripts script) {
    this.script = script;
  }

  /// What shows it.
  Scripts script() {
    return script;
  }

  Recovery.Rules rules() {
    return Recovery.Rules.SOUND;
  }

  @Override
  public Log open(Directory directory, LogConfig config) {
    Directory spoilt = new SpoiltDirectory(directory, this);
    return new Log(spoilt, config, Optional.empty(), Recovery.run(spoilt, config, rules()));
  }

  private static ByteBuffer copy(ByteBuffer source) {
    return ByteBuffer.allocate(source.remaining()).put(source.duplicate()).flip();
  }

  private interface Finding {
    FactFinding instead(Directory directory, FactFinding found);
  }

  private static Recovery.Rules finding(Finding finding) {
    return new Recovery.Rules(
        (directory, config) -> finding.instead(directory, FactFinding.in(directory, config)),
        RecoveryDecision::of);
  }

  private static Recovery.Rules deciding(UnaryOperator<RecoveryDecision> instead) {
    Function<RecoveryFacts, RecoveryDecision> sound = RecoveryDecision::of;
    return new Recovery.Rules(FactFinding::in, sound.andThen(instead));
  }

  private static RecoveryDecision as(RecoveryCase kind, RecoveryDecision decision) {
    return new RecoveryDecision(
        kind, decision.file(), decision.position(), decision.expectedLsn(), decision.found());
  }

  private static FactFinding with(
      FactFinding found, IntentFacts intent, CopyFacts copy, List<FactFinding.Found> segments) {
    RecoveryFacts facts = found.facts();
    return new FactFinding(
        new RecoveryFacts(facts.beginning(), intent, copy, facts.floor(), facts.segments()),
        segments,
        found.trimmedFiles());
  }

  private static SegmentFacts withoutEvidence(SegmentFacts.Sound sound) {
    BodyFacts body = sound.body();
    return new SegmentFacts.Sound(
        sound.file(),
        sound.baseLsn(),
        sound.previousBaseLsn(),
        sound.previous(),
        new BodyFacts(
            body.content(), body.dirtyBytes(), body.found(), body.unknownKind(), Optional.empty()));
  }

  private static FactFinding believingTheLastFooter(Directory directory, FactFinding found) {
    if (found.segments().isEmpty()) {
      return found;
    }
    FactFinding.Found last = found.segments().getLast();
    SegmentHeader header = last.header();
    ByteBuffer block = ByteBuffer.allocate(header.footerBytes());
    try (StoredFile file = directory.open(header.fileName())) {
      file.read(block, header.framesEnd());
    }
    Optional<Footer> footer = Footer.decode(block.flip(), header);
    if (footer.isEmpty()) {
      return found;
    }
    BodyFacts body = new BodyFacts(footer.get().content(), 0, "", false, Optional.empty());
    List<FactFinding.Found> segments = new ArrayList<>(found.segments());
    segments.set(
        segments.size() - 1,
        new FactFinding.Found(
            header, body, true, true, footer.get().index(), SyncNote.NONE, header.framesEnd()));
    List<SegmentFacts> facts = new ArrayList<>(found.facts().segments());
    facts.set(
        facts.size() - 1,
        new SegmentFacts.Sound(
            header.fileName(),
            header.baseLsn(),
            header.previousBaseLsn(),
            header.previous(),
            body));
    return new FactFinding(
        new RecoveryFacts(
            found.facts().beginning(),
            found.facts().intent(),
            found.facts().copy(),
            found.facts().floor(),
            facts),
        segments,
        found.trimmedFiles());
  }
}
