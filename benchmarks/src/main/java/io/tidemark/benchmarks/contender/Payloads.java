package io.tidemark.benchmarks.contender;

import java.util.Random;

/// Records of one size: random, so that nobody can compress them; the same in every run.
public final class Payloads {
  /// So many different ones are used in turn.
  private static final int DIFFERENT = 256;

  private final byte[][] payloads = new byte[DIFFERENT][];
  private final int sizeBytes;

  /// Records of `sizeBytes` each.
  public Payloads(int sizeBytes) {
    this.sizeBytes = sizeBytes;
    Random random = new Random(sizeBytes);
    for (int i = 0; i < DIFFERENT; i++) {
      payloads[i] = new byte[sizeBytes];
      random.nextBytes(payloads[i]);
    }
  }

  /// The bytes of record `i`; not to be changed.
  public byte[] get(long i) {
    return payloads[(int) (i % DIFFERENT)];
  }

  /// The length of each.
  public int sizeBytes() {
    return sizeBytes;
  }
}
