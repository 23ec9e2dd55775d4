package io.tidemark.benchmarks.contender;

import io.aeron.ChannelUri;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.archive.status.RecordingPos;
import io.tidemark.foundation.Check;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongArrayQueue;
import org.agrona.concurrent.status.CountersReader;

/// One recorded publication, and where in it records end that are not durable yet.
final class AeronRecording {
  /// A recording that an earlier archive made.
  record Extent(long id, int stream, long stopPosition, int initialTermId, int termBytes) {}

  private static final int FIRST_STREAM = 1000;
  private static final int REPLAY_STREAM = 999;

  /// Of each of many publications; a single one has Aeron's default of 64 MiB.
  private static final int SMALL_TERM_BYTES = 256 << 10;

  private final AeronArchive archive;
  private final ExclusivePublication publication;
  private final CountersReader counters;
  private final int positionCounter;
  private final long id;
  private final LongArrayQueue notDurable = new LongArrayQueue(Long.MIN_VALUE);

  private AeronRecording(AeronArchive archive, ExclusivePublication publication) {
    this.archive = archive;
    this.publication = publication;
    this.counters = archive.context().aeron().countersReader();
    this.positionCounter = positionCounter();
    this.id = RecordingPos.getRecordingId(counters, positionCounter);
  }

  /// Waits until the archive has begun to record, and knows where.
  private int positionCounter() {
    while (true) {
      int found =
          RecordingPos.findCounterIdBySession(
              counters, publication.sessionId(), archive.archiveId());
      if (found != CountersReader.NULL_COUNTER_ID
          && counters.getCounterValue(found) >= publication.position()) {
        return found;
      }
      Thread.yield();
    }
  }

  /// A new one for a partition that is one of `partitions`.
  static AeronRecording begin(AeronArchive archive, int partition, int partitions) {
    ChannelUriStringBuilder channel = new ChannelUriStringBuilder().media("ipc");
    if (partitions > 1) {
      channel.termLength(SMALL_TERM_BYTES);
    }
    return new AeronRecording(
        archive,
        archive.addRecordedExclusivePublication(channel.build(), FIRST_STREAM + partition));
  }

  /// Goes on where an earlier one stopped.
  static AeronRecording extend(AeronArchive archive, Extent found) {
    String channel =
        new ChannelUriStringBuilder()
            .media("ipc")
            .initialPosition(found.stopPosition(), found.initialTermId(), found.termBytes())
            .build();
    ExclusivePublication publication =
        archive.context().aeron().addExclusivePublication(channel, found.stream());
    archive.extendRecording(
        found.id(),
        ChannelUri.addSessionId(channel, publication.sessionId()),
        found.stream(),
        SourceLocation.LOCAL);
    return new AeronRecording(archive, publication);
  }

  /// What the archive has already, in the order of the partitions.
  static List<Extent> list(AeronArchive archive) {
    List<Extent> found = new ArrayList<>();
    archive.listRecordings(
        0,
        Integer.MAX_VALUE,
        (_, _, id, _, _, _, stop, termId, _, termBytes, _, _, stream, _, _, _) ->
            found.add(new Extent(id, stream, stop, termId, termBytes)));
    return found;
  }

  /// Hands a record over, or answers that there is no room for it now.
  boolean offer(DirectBuffer payload) {
    long position = publication.offer(payload);
    Check.that(
        position != Publication.CLOSED && position != Publication.MAX_POSITION_EXCEEDED,
        "the publication ended");
    return position > 0 && notDurable.offerLong(position);
  }

  /// How many records became durable since it was last asked.
  int takeDurable() {
    int durable = 0;
    long recorded = counters.getCounterValue(positionCounter);
    while (!notDurable.isEmpty() && notDurable.peekLong() <= recorded) {
      notDurable.pollLong();
      durable++;
    }
    return durable;
  }

  /// Reads what was recorded before this one began to extend it, `records` records.
  long replay(long records) {
    long[] found = {0};
    long end = counters.getCounterValue(positionCounter);
    Check.that(end > 0, "nothing is recorded");
    try (Subscription replay = archive.replay(id, 0, end, "aeron:ipc", REPLAY_STREAM)) {
      while (found[0] < records && (!replay.hasNoImages() || found[0] == 0)) {
        if (replay.poll((_, _, _, _) -> found[0]++, 256) == 0) {
          Thread.yield();
        }
      }
    }
    return found[0];
  }

  /// The catalogue knows where it stopped before the archive may close.
  void close() {
    publication.close();
    while (archive.getStopPosition(id) == AeronArchive.NULL_POSITION) {
      Thread.yield();
    }
  }
}
