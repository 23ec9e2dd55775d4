package io.tidemark.runtime;

import io.tidemark.log.LogConfig;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.protocol.ProtocolConfig;
import io.tidemark.storage.Directory;
import java.time.Duration;

/// What one replica is made of.
///
/// @param partition its number
/// @param directory where its segments and ballots are
/// @param tick how long one tick of the protocol is; the protocol's times are multiples of it
/// @param recentBytes batches kept in memory for followers; less reads the disk more often
record ReplicaConfig(
    int partition,
    Directory directory,
    LogConfig log,
    WriterConfig writer,
    ProtocolConfig protocol,
    Duration tick,
    long recentBytes,
    Clock clock) {}
