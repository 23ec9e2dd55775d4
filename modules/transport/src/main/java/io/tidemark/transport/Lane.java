package io.tidemark.transport;

/// One of the two independent flows between each pair of nodes.
///
/// Each lane is an Aeron stream with its own buffers and its own back-pressure, so that a heartbeat
/// never queues behind a megabyte of log. Order holds within a lane, not across lanes.
public enum Lane {
  /// Heartbeats, votes, watermarks: small, and worthless when late.
  CONTROL(101),
  /// Log batches and catch-up: large, and in no hurry.
  BULK(102);

  private final int streamId;

  Lane(int streamId) {
    this.streamId = streamId;
  }

  int streamId() {
    return streamId;
  }
}
