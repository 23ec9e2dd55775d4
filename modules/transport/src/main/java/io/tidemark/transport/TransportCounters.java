package io.tidemark.transport;

import java.util.Map;

/// What a transport has done since its start, as a snapshot.
///
/// @param framesSent frames taken by Aeron: sent, not delivered
/// @param bytesSent their payload bytes
/// @param framesReceived valid frames handed to a source
/// @param bytesReceived their payload bytes
/// @param refused arrived and dropped, by reason; every reason has an entry
/// @param refusedDatagrams dropped because their [Trailer] does not fit: spoilt on the way, or not
///   a node's; what was in them is sent again
/// @param backPressured frames that had to wait, each counted once
/// @param droppedNotConnected frames dropped because the peer was not there
/// @param reconnects publications replaced because Aeron closed them or they were used up
/// @param clientRestarts Aeron clients replaced because they closed themselves
/// @param sourceFull times a source was full and left its frames in Aeron's buffers
public record TransportCounters(
    long framesSent,
    long bytesSent,
    long framesReceived,
    long bytesReceived,
    Map<Refusal, Long> refused,
    long refusedDatagrams,
    long backPressured,
    long droppedNotConnected,
    long reconnects,
    long clientRestarts,
    long sourceFull) {

  public TransportCounters {
    refused = Map.copyOf(refused);
  }
}
