package io.tidemark.benchmarks.contender;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/// Chronicle Queue: each record a document, and `sync()` (`msync`) after each group.
///
/// It has no checksums: what it reads back it has not verified.
final class Chronicle implements Contender {
  /// `sync()` covers the mapped block that is written to. What the group left in the block before
  /// is synced later, by another thread, when that block is let go; a power cut in between would
  /// take records that were acknowledged. So no run may cross from block to block, as it would once
  /// in 64 MiB by default. Blocks are sparse and cost nothing.
  private static final long BLOCK_BYTES = 1L << 30;

  @Override
  public String name() {
    return "Chronicle Queue";
  }

  @Override
  public Kind kind() {
    return Kind.PEER;
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.complementOf(EnumSet.of(Ability.VERIFY));
  }

  @Override
  public String version() {
    return Contender.jarOf(ChronicleQueue.class);
  }

  @Override
  public Store open(Path directory, Setup setup) {
    List<ExcerptAppender> appenders = new ArrayList<>();
    for (int i = 0; i < setup.partitions(); i++) {
      SingleChronicleQueueBuilder builder =
          SingleChronicleQueueBuilder.binary(directory.resolve("queue-" + i))
              .syncMode(setup.synced() ? SyncMode.SYNC : SyncMode.NONE);
      if (setup.partitions() == 1) {
        builder.blockSize(BLOCK_BYTES);
      }
      appenders.add(builder.build().createAppender());
    }
    return new Queues(setup, appenders);
  }

  private record Queues(Setup setup, List<ExcerptAppender> appenders) implements Store {
    @Override
    public void append(Load load) throws Exception {
      load.inGroups(
          from -> {
            for (int i = from; i < from + load.outstanding(); i++) {
              ExcerptAppender appender = appenders.get(i % setup.partitions());
              try (DocumentContext document = appender.writingDocument()) {
                document.wire().bytes().write(load.payloads().get(i));
              }
            }
            if (setup.synced()) {
              appenders.forEach(ExcerptAppender::sync);
            }
          });
    }

    @Override
    public void readAll(long records) {
      byte[] payload = new byte[1 << 16];
      long found = 0;
      for (ExcerptAppender appender : appenders) {
        try (ExcerptTailer tailer = appender.queue().createTailer()) {
          while (read(tailer, payload)) {
            found++;
          }
        }
      }
      Found.check(found, records);
    }

    private static boolean read(ExcerptTailer tailer, byte[] payload) {
      try (DocumentContext document = tailer.readingDocument()) {
        return document.isPresent() && document.wire().bytes().read(payload) > 0;
      }
    }

    @Override
    public void close() {
      for (ExcerptAppender appender : appenders) {
        appender.close();
        appender.queue().close();
      }
    }
  }
}
