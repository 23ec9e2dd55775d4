package io.tidemark.benchmarks.contender;

import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/// The bare limit: writes batches that were encoded beforehand, of the same sizes as Tidemark's, by
/// position into preallocated, zeroed files, and syncs them (`FileChannel.force(false)`).
///
/// At the end of a file it goes round: to overwrite costs what to write over zeros does. It reads
/// by a CRC32C pass over the same bytes.
final class Bare implements Contender {
  @Override
  public String name() {
    return "bare";
  }

  @Override
  public Kind kind() {
    return Kind.BARE;
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.complementOf(EnumSet.of(Ability.REOPEN));
  }

  @Override
  public Store open(Path directory, Setup setup) throws IOException {
    List<Written> files = new ArrayList<>();
    for (int i = 0; i < setup.partitions(); i++) {
      files.add(Written.open(directory.resolve("bare-" + i), setup.bareBytes()));
    }
    return new Files(setup, files);
  }

  private record Files(Setup setup, List<Written> files, Map<Integer, ByteBuffer> frames)
      implements Store {
    Files(Setup setup, List<Written> files) {
      this(setup, files, new HashMap<>());
    }

    @Override
    public void append(Load load) throws Exception {
      ByteBuffer frame =
          frames.computeIfAbsent(
              load.outstanding() / setup.partitions(), n -> encode(load.payloads(), n));
      load.inGroups(
          _ -> {
            for (Written file : files) {
              file.append(frame.clear());
            }
            if (setup.synced()) {
              for (Written file : files) {
                file.channel.force(false);
              }
            }
          });
    }

    private static ByteBuffer encode(Payloads payloads, int records) {
      List<RecordData> data = new ArrayList<>();
      for (int i = 0; i < records; i++) {
        data.add(RecordData.data(payloads.get(i)));
      }
      Batch batch = Batch.encode(1, 1, 1, 0, data);
      return ByteBuffer.allocateDirect(batch.sizeBytes()).put(batch.bytes());
    }

    @Override
    public void readAll(long records) throws IOException {
      for (Written file : files) {
        file.checksum();
      }
    }

    @Override
    public void close() throws IOException {
      for (Written file : files) {
        file.close();
      }
    }
  }

  private static final class Written {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20);

    private final FileChannel channel;
    private final ByteBuffer window = ByteBuffer.allocateDirect(1 << 18);
    private final long lengthBytes;
    private long position;

    private Written(FileChannel channel) throws IOException {
      this.channel = channel;
      this.lengthBytes = channel.size();
    }

    static Written open(Path file, long bytes) throws IOException {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.size() == 0) {
        for (long at = 0; at < bytes; ) {
          at += channel.write(ZEROS.clear().limit((int) Math.min(1 << 20, bytes - at)), at);
        }
        channel.force(true);
      }
      return new Written(channel);
    }

    void append(ByteBuffer frame) throws IOException {
      if (position + frame.remaining() > lengthBytes) {
        position = 0;
      }
      while (frame.hasRemaining()) {
        position += channel.write(frame, position);
      }
    }

    void checksum() throws IOException {
      CRC32C crc = new CRC32C();
      for (long at = 0; at < lengthBytes; at += window.limit()) {
        channel.read(window.clear(), at);
        crc.update(window.flip());
      }
    }

    /// Cuts off what was not written to, so that a reader finds records only.
    void close() throws IOException {
      if (position > 0) {
        channel.truncate(position);
      }
      channel.close();
    }
  }
}
