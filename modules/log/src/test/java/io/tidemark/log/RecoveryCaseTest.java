package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.log.LogConfig.OpenCheck;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each case by name, made on a disk.
final class RecoveryCaseTest {
  private static final LogConfig CONFIG = LogConfig.defaults(80, 2).withSizes(16384, 2048);
  private static final int FIRST = (int) SegmentHeader.framesAt();

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();

  /// Two sealed segments of two batches; three writes of one batch in the third.
  @BeforeEach
  void fill() {
    Log log = Log.open(disk.root(), CONFIG);
    log.append(batches.next(4, 1, 1900));
    for (int i = 0; i < 3; i++) {
      log.append(batches.next(1, 200));
      log.sync();
    }
    disk.killProcess();
    assertThat(disk.copy().paths()).hasSize(3);
  }

  private static String segment(int number) {
    return SegmentHeader.fileName(2L * number - 1);
  }

  private void write(String path, long position, ByteBuffer bytes) {
    try (StoredFile file = disk.root().open(path)) {
      file.write(bytes, position);
    }
  }

  private void damaged(RecoveryCase kind, String file, long expectedLsn) {
    damaged(CONFIG, kind, file, expectedLsn);
  }

  /// Found only where every byte is read.
  private void damagedWithin(RecoveryCase kind, String file, long expectedLsn) {
    damaged(CONFIG.withOpenCheck(OpenCheck.ALL), kind, file, expectedLsn);
  }

  private void damaged(LogConfig config, RecoveryCase kind, String file, long expectedLsn) {
    long before = disk.operations();
    LogDamagedException damage =
        catchThrowableOfType(
            LogDamagedException.class, () -> Log.open(disk.root(), config).close());
    assertThat(damage.kind()).as(damage.getMessage()).isEqualTo(kind);
    assertThat(damage.file()).isEqualTo(file);
    assertThat(damage.expectedLsn()).isEqualTo(expectedLsn);
    assertThat(disk.operations()).as("nothing changed").isEqualTo(before);
  }

  private void refused(RecoveryCase kind, LogConfig config) {
    long before = disk.operations();
    LogRefusedException refusal =
        catchThrowableOfType(
            LogRefusedException.class, () -> Log.open(disk.root(), config).close());
    assertThat(refusal.kind()).isEqualTo(kind);
    assertThat(disk.operations()).as("nothing changed").isEqualTo(before);
  }

  private void opens(RecoveryCase kind, List<Batch> expected) {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      assertThat(log.recovery().kind()).isEqualTo(kind);
      assertThat(Batches.in(log)).isEqualTo(expected);
    }
    DiskImage once = disk.copy();
    try (Log log = Log.open(disk.root(), CONFIG)) {
      assertThat(log.recovery().kind()).as("the second time").isEqualTo(RecoveryCase.CLEAN);
      assertThat(Batches.in(log)).isEqualTo(expected);
    }
    for (String path : once.paths()) {
      assertThat(disk.copy().bytes(path)).isEqualTo(once.bytes(path));
    }
  }

  private int frameBytes() {
    return Mark.BYTES + batches.all().getLast().sizeBytes();
  }

  @Test
  void clean() {
    opens(RecoveryCase.CLEAN, batches.all());
  }

  @Test
  void tornTailWithResidueBehindTheEnd() {
    write(segment(3), 12000, ByteBuffer.wrap(new byte[] {1}));
    opens(RecoveryCase.TORN_TAIL, batches.all());
  }

  @Test
  void tornTailInTheLastWrite() {
    write(segment(3), FIRST + 2L * frameBytes() + Mark.BYTES + 70, ByteBuffer.allocate(100));
    opens(RecoveryCase.TORN_TAIL, batches.all().subList(0, 6));
  }

  /// Of two batches that were never synced the first is torn: the second is residue, not evidence.
  @Test
  void tornTailBeforeAWholeBatch() {
    List<Batch> synced = batches.all();
    long end = FIRST + 3L * frameBytes();
    Log.open(disk.root(), CONFIG).append(batches.next(2, 1, 100));
    disk.killProcess();
    write(segment(3), end + Mark.BYTES + 80, ByteBuffer.allocate(20));
    opens(RecoveryCase.TORN_TAIL, synced);
  }

  /// The payload of the torn write is a piece of a segment file, of the same segment of another
  /// replica for example, with a mark that covers what is missing here; but it stood elsewhere.
  @Test
  void tornTailThatHoldsMarksOfOtherPlaces() {
    List<Batch> synced = batches.all();
    long end = FIRST + 3L * frameBytes();
    ByteBuffer block = ByteBuffer.wrap(disk.copy().bytes(segment(3)));
    SegmentHeader.Decoded decoded = SegmentHeader.decode(block, block.limit());
    ByteBuffer payload = ByteBuffer.allocate(256);
    new Mark(50, 51).encode(payload, ((SegmentHeader.Decoded.Sound) decoded).header(), FIRST);
    Log log = Log.open(disk.root(), CONFIG);
    List<RecordData> records = List.of(RecordData.data(payload.array()));
    log.append(Batch.encode(8, 1, 9000, log.lastChecksum(), records));
    disk.killProcess();
    write(segment(3), end + Mark.BYTES, ByteBuffer.allocate(8));
    opens(RecoveryCase.TORN_TAIL, synced);
  }

  @Test
  void damagedBatchBelowALaterMark() {
    disk.flipBit(segment(3), 8L * (FIRST + Mark.BYTES + 80));
    damaged(RecoveryCase.DAMAGED_BATCH, segment(3), 5);
  }

  @Test
  void damagedBatchThatIsAllZeros() {
    write(segment(3), FIRST + frameBytes(), ByteBuffer.allocate(frameBytes()));
    damaged(RecoveryCase.DAMAGED_BATCH, segment(3), 6);
  }

  @Test
  void damagedBatchInASealedSegment() {
    disk.flipBit(segment(2), 8L * (FIRST + Mark.BYTES + 80));
    damagedWithin(RecoveryCase.DAMAGED_BATCH, segment(2), 3);
  }

  @Test
  void damagedHeader() {
    disk.flipBit(segment(2), 8L * 2000);
    damaged(RecoveryCase.DAMAGED_HEADER, segment(2), 0);
  }

  @Test
  void damagedHeaderOfARenamedFile() {
    disk.root().rename(segment(3), SegmentHeader.fileName(9));
    damaged(RecoveryCase.DAMAGED_HEADER, SegmentHeader.fileName(9), 0);
  }

  @Test
  void missingSegmentInTheMiddle() {
    disk.root().delete(segment(2));
    damaged(RecoveryCase.MISSING_SEGMENT, segment(3), 1);
  }

  @Test
  void missingSegmentAtTheStart() {
    disk.root().delete(segment(1));
    damaged(RecoveryCase.MISSING_SEGMENT, segment(2), 0);
  }

  @Test
  void brokenChainWhereZerosAreInsteadOfRecords() {
    int second = FIRST + Mark.BYTES + batches.all().getFirst().sizeBytes();
    write(segment(1), second, ByteBuffer.allocate(16384 - second));
    damaged(RecoveryCase.BROKEN_CHAIN, segment(1), 2);
  }

  /// A whole batch of the right LSN that is not the one that was written: a file of another copy.
  @Test
  void brokenChainWhereAnotherBatchIs() {
    int second = FIRST + Mark.BYTES + batches.all().getFirst().sizeBytes();
    Batch other =
        Batch.encode(
            2,
            1,
            5000,
            batches.all().getFirst().checksum(),
            List.of(RecordData.data(new byte[1900])));
    write(segment(1), second, other.bytes());
    damagedWithin(RecoveryCase.BROKEN_CHAIN, segment(1), 3);
  }

  /// A whole batch of the right LSN that does not follow the one before it.
  @Test
  void damagedBatchThatBreaksTheChainInASegment() {
    int second = FIRST + Mark.BYTES + batches.all().getFirst().sizeBytes();
    Batch other = Batch.encode(2, 1, 5000, 123, List.of(RecordData.data(new byte[1900])));
    write(segment(1), second, other.bytes());
    damagedWithin(RecoveryCase.DAMAGED_BATCH, segment(1), 2);
  }

  @Test
  void foreign() {
    refused(RecoveryCase.FOREIGN, LogConfig.defaults(81, 2).withSizes(16384, 2048));
    refused(RecoveryCase.FOREIGN, LogConfig.defaults(80, 3).withSizes(16384, 2048));
  }

  @Test
  void unknownVersionOfASegment() {
    ByteBuffer block =
        ByteBuffer.wrap(disk.copy().bytes(segment(3))).slice(0, SegmentHeader.HEADER_BYTES);
    BatchFormat.littleEndian(block).putInt(8, 3);
    block.putInt(12, Crc32c.around(block, 0, 12, block.limit()));
    write(segment(3), 0, block);
    refused(RecoveryCase.UNKNOWN_VERSION, CONFIG);
  }

  /// A batch of a later release at the very end must not pass for a tear.
  @Test
  void unknownVersionOfABatch() {
    long position = FIRST + 2L * frameBytes() + Mark.BYTES;
    ByteBuffer frame = ByteBuffer.allocate(batches.all().getLast().sizeBytes());
    BatchFormat.littleEndian(frame).put(batches.all().getLast().bytes()).flip();
    frame.putShort(BatchFormat.CODEC, (short) 9);
    BatchSeal.reseal(frame);
    write(segment(3), position, frame);
    refused(RecoveryCase.UNKNOWN_VERSION, CONFIG);
  }

  @Test
  void interruptedTruncation() {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      disk.faults().failNth(DiskOperation.DELETE, name -> name.equals(segment(3)), 1);
      assertThatThrownBy(() -> log.truncateAfter(1)).isInstanceOf(LogFencedException.class);
    }
    assertThat(disk.copy().paths()).contains(TruncationIntent.FILE, segment(3));
    opens(RecoveryCase.INTERRUPTED_TRUNCATION, batches.all().subList(0, 1));
  }

  @Test
  void damagedIntent() {
    interruptTruncation();
    disk.flipBit(TruncationIntent.FILE, 200);
    damaged(RecoveryCase.DAMAGED_INTENT, TruncationIntent.FILE, 0);
  }

  @Test
  void interruptedBeginningInFrontOfDamage() {
    interruptBeginning();
    disk.flipBit(segment(1), 100);
    disk.flipBit(segment(3), 8L * (FIRST + Mark.BYTES + 80));
    opens(RecoveryCase.INTERRUPTED_BEGINNING, List.of());
    try (Log log = Log.open(disk.root(), CONFIG)) {
      assertThat(log.extent().tail()).isEqualTo(new Tail(70, 7, 5, 9000));
    }
  }

  @Test
  void damagedBeginning() {
    interruptBeginning();
    disk.flipBit(BeginningIntent.FILE, 300);
    damaged(RecoveryCase.DAMAGED_INTENT, BeginningIntent.FILE, 0);
  }

  private void interruptBeginning() {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      disk.faults().failNth(DiskOperation.DELETE, name -> true, 1);
      assertThatThrownBy(() -> log.beginBehind(new Tail(70, 7, 5, 9000), ByteBuffer.allocate(9)))
          .isInstanceOf(LogFencedException.class);
    }
    assertThat(disk.copy().paths()).contains(BeginningIntent.FILE, segment(3));
  }

  @Test
  void anIntentThatNamesABatchThatIsNotThere() {
    interruptTruncation();
    disk.flipBit(segment(1), 8L * (FIRST + Mark.BYTES + 80));
    damaged(RecoveryCase.DAMAGED_BATCH, segment(1), 1);
  }

  private void interruptTruncation() {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      disk.faults().failNth(DiskOperation.DELETE, name -> true, 1);
      assertThatThrownBy(() -> log.truncateAfter(1)).isInstanceOf(LogFencedException.class);
    }
  }

  /// The opening before this one spoilt what it was writing once more; its copy heals it.
  @Test
  void interruptedRewrite() {
    interruptRewrite();
    write(segment(3), FIRST + 2L * frameBytes(), ByteBuffer.wrap(new byte[] {7, 7, 7, 7, 7, 7}));
    opens(RecoveryCase.CLEAN, batches.all());
  }

  @Test
  void damagedCopy() {
    interruptRewrite();
    disk.flipBit(TailCopy.FILE, 700);
    damaged(RecoveryCase.DAMAGED_INTENT, TailCopy.FILE, 0);
  }

  private void interruptRewrite() {
    disk.faults().failNth(DiskOperation.SYNC, name -> name.equals(segment(3)), 1);
    assertThatThrownBy(() -> Log.open(disk.root(), CONFIG).close()).hasMessageContaining("SYNC");
    assertThat(disk.copy().paths()).contains(TailCopy.FILE);
  }
}
