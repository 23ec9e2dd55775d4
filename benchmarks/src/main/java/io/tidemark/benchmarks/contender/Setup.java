package io.tidemark.benchmarks.contender;

/// How a store is opened.
///
/// @param synced whether an append returns only when its records survive a power cut; if not, only
///   when they survive the process
/// @param checksummed asks for checksums where a contender has the choice (Aeron Archive); the
///   others always have them, or never (Chronicle Queue)
/// @param partitions how many logs, queues or recordings there are; record *i* goes to *i* modulo
///   this
/// @param segmentBytes the length of Tidemark's segments; peers keep their defaults
/// @param bareBytes what the bare limit preallocates for each partition, and goes round in
public record Setup(
    boolean synced, boolean checksummed, int partitions, long segmentBytes, long bareBytes) {
  private static final long MIB = 1 << 20;

  /// One partition, synced, segments of 64 MiB.
  public static Setup defaults() {
    return new Setup(true, false, 1, 64 * MIB, 64 * MIB);
  }

  /// The same, and an append does not wait for the disk.
  public Setup notSynced() {
    return new Setup(false, checksummed, partitions, segmentBytes, bareBytes);
  }

  /// The same with checksums, where they are a choice.
  public Setup withChecksums() {
    return new Setup(synced, true, partitions, segmentBytes, bareBytes);
  }

  /// The same with so many partitions, each in files of `fileBytes`.
  public Setup withPartitions(int count, long fileBytes) {
    return new Setup(synced, checksummed, count, fileBytes, fileBytes);
  }

  /// The same in files of `fileBytes`.
  public Setup withFiles(long fileBytes) {
    return withPartitions(partitions, fileBytes);
  }

  /// The same, and one file of the bare limit holds `bytes` of payload, with what batches add to
  /// it.
  public Setup holding(long bytes) {
    return new Setup(synced, checksummed, partitions, segmentBytes, bytes + bytes / 5);
  }
}
