package io.tidemark.node.http;

import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.partition.AckLevel;
import java.util.Locale;
import java.util.Optional;

/// How a writer wants its record written, from the parameters and headers of its request.
///
/// @param level what must hold before it is answered
/// @param stamp by what the record is known again if the writer, who heard nothing, sends it again
record WriteQuery(AckLevel level, Optional<Stamp> stamp) {
  static final String PRODUCER = "Tidemark-Producer";

  /// Throws [IllegalArgumentException], which names what is wrong and what it may be.
  static WriteQuery of(Optional<String> ack, Optional<String> producer) {
    return new WriteQuery(level(ack.orElse("quorum")), producer.map(WriteQuery::stamp));
  }

  private static AckLevel level(String text) {
    for (AckLevel level : AckLevel.values()) {
      if (level.name().equals(text.toUpperCase(Locale.ROOT))) {
        return level;
      }
    }
    throw new IllegalArgumentException(
        "ack is received, local, quorum or all, not '" + text.toUpperCase(Locale.ROOT) + "'");
  }

  private static Stamp stamp(String text) {
    try {
      return Stamp.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          PRODUCER + " is two numbers, PRODUCER/SEQUENCE, not '" + text + "'", e);
    }
  }

  /// `record` as the writer wants it.
  RecordData stamped(RecordData record) {
    return stamp.map(record::stamped).orElse(record);
  }
}
