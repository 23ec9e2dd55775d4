package io.tidemark.node.demo;

import io.tidemark.log.verify.BatchSeen;
import io.tidemark.log.verify.RecordSeen;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.Verification;
import io.tidemark.log.verify.Visitor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// All that the segment files of one partition hold, read by the decoder of
/// `io.tidemark.log.verify`, which shares no code with the log.
public final class SegmentReader {
  private static final int ANCHOR_RECORD = 2;

  private final List<Entry> entries = new ArrayList<>();
  private final NavigableMap<Long, ByteBuffer> batches = new TreeMap<>();

  /// One record.
  public record Entry(long lsn, int type, byte[] payload) {}

  private SegmentReader() {}

  /// Reads all segments in `directory`, which nobody writes to; throws [IllegalStateException]
  /// naming file and position where something is damaged.
  public static SegmentReader read(Path directory) {
    SegmentReader reader = new SegmentReader();
    Report report = Verification.of(directory, false, reader.new Collecting());
    if (!report.isSound()) {
      throw new IllegalStateException(directory + ": " + report.damage().getFirst());
    }
    return reader;
  }

  private final class Collecting implements Visitor {
    @Override
    public void batch(BatchSeen batch) {
      ByteBuffer bytes = batch.bytes();
      batches.put(batch.lastLsn(), ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
      RecordSeen record = batch.records();
      while (record.next()) {
        byte[] payload = new byte[record.payloadBytes()];
        record.payload().get(payload);
        entries.add(new Entry(record.lsn(), record.type(), payload));
      }
    }
  }

  /// All records, by LSN from 1.
  public List<Entry> entries() {
    return entries;
  }

  /// The last LSN.
  public long lastLsn() {
    return entries.isEmpty() ? 0 : entries.getLast().lsn();
  }

  /// SHA-256 over the bytes of all batches that end at or before `lsn`, in hexadecimal.
  public String sha256(long lsn) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      batches.headMap(lsn, true).values().forEach(batch -> digest.update(batch.duplicate()));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// How the replicas in `replicas` differ, if they do, in a sentence. After the last record that
  /// all have, one that led at the end may have anchors, and nothing else.
  public static Optional<String> difference(List<SegmentReader> replicas) {
    long common = replicas.stream().mapToLong(SegmentReader::lastLsn).min().orElse(0);
    String sha256 = replicas.getFirst().sha256(common);
    for (int i = 0; i < replicas.size(); i++) {
      SegmentReader replica = replicas.get(i);
      if (!replica.sha256(common).equals(sha256)) {
        return Optional.of("replicas 0 and %d differ at or before LSN %d".formatted(i, common));
      }
      for (Entry entry : replica.entries.subList((int) common, replica.entries.size())) {
        if (entry.type() != ANCHOR_RECORD) {
          return Optional.of(
              "only some have LSN %d: replica %d ends at %d".formatted(entry.lsn(), i, common));
        }
      }
    }
    return Optional.empty();
  }
}
